import { fromHex, type Hex } from '../bytes/hex.ts';
import { expectEnd, type JsonMember, MalformedJson, membersOf, textAt } from '../bytes/json-spans.ts';
import { RescueError } from '../domain/errors.ts';
import { hashCode } from './inspect.ts';

/** An entry of `codeSubstitutes` as it stands in the file. */
export interface SpecSubstitute {
  /** The key: the number of the block from whose state on nodes use the code. */
  readonly key: string;
  /** Null for a key that is no number: nodes refuse to start. */
  readonly block: number | null;
  /** Null for a value that is no hex. */
  readonly code: Uint8Array | null;
  readonly member: JsonMember;
}

/** A chain spec as text, and where in it stands what concerns substitutes; nothing else is decoded. */
export interface SpecFile {
  readonly text: Uint8Array;
  readonly name: string | null;
  readonly id: string | null;
  readonly paraId: number | null;
  readonly relayChain: string | null;
  readonly kind: 'raw' | 'plain';
  /** The code that the chain began with. */
  readonly genesisCode: Uint8Array | null;
  readonly substitutes: readonly SpecSubstitute[];
  /** The member `codeSubstitutes`; null where there is none. */
  readonly member: JsonMember | null;
  /** Whether its value is an object. */
  readonly isObject: boolean;
  readonly genesis: JsonMember;
}

const OBJECT = 0x7b;
/** `:code` */
const CODE_KEY = '0x3a636f6465';
/** More than any spec needs, since a node has to hold all of them. */
const MOST_SUBSTITUTES = 64;

/**
 * Reads a chain spec, plain or raw, in a few passes over its bytes.
 * @throws RESCUE_SPEC_INVALID
 */
export function readSpecText(text: Uint8Array): SpecFile {
  try {
    return read(text);
  } catch (cause) {
    if (cause instanceof MalformedJson) throw invalid(`it is no JSON: ${cause.message}`, cause);
    throw cause;
  }
}

function read(text: Uint8Array): SpecFile {
  const top = new Map<string, JsonMember>();
  const walk = membersOf(text, 0);
  for (;;) {
    const step = walk.next();
    if (step.done) {
      expectEnd(text, step.value);
      break;
    }
    if (top.has(step.value.name))
      throw invalid(`it has ${JSON.stringify(step.value.name.slice(0, 60))} twice, which nodes refuse`);
    top.set(step.value.name, step.value);
  }
  const genesis = top.get('genesis');
  if (!genesis) throw invalid('it has no genesis');
  const member = top.get('codeSubstitutes') ?? null;
  const isObject = member !== null && text[member.valueStart] === OBJECT;
  if (member && !isObject && valueText(text, member) !== 'null')
    throw invalid('its codeSubstitutes is no object');
  const { kind, code } = genesisOf(text, genesis);
  const number = top.get('para_id') ?? top.get('paraId');
  return {
    text,
    name: stringOf(text, top.get('name')),
    id: stringOf(text, top.get('id')),
    paraId: number && /^\d{1,10}$/.test(valueText(text, number)) ? Number(valueText(text, number)) : null,
    relayChain: stringOf(text, top.get('relay_chain') ?? top.get('relayChain')),
    kind,
    genesisCode: code,
    substitutes: member && isObject ? substitutesOf(text, member) : [],
    member,
    isObject,
    genesis,
  };
}

function substitutesOf(text: Uint8Array, member: JsonMember): SpecSubstitute[] {
  const found: SpecSubstitute[] = [];
  for (const each of membersOf(text, member.valueStart)) {
    if (found.length === MOST_SUBSTITUTES) throw invalid(`it has more than ${MOST_SUBSTITUTES} substitutes`);
    const block = /^\d{1,10}$/.test(each.name) && Number(each.name) <= 0xffff_ffff ? Number(each.name) : null;
    found.push({ key: each.name, block, code: hexOf(text, each), member: each });
  }
  return found;
}

function genesisOf(
  text: Uint8Array,
  genesis: JsonMember,
): { kind: 'raw' | 'plain'; code: Uint8Array | null } {
  if (text[genesis.valueStart] !== OBJECT) throw invalid('its genesis is no object');
  for (const member of membersOf(text, genesis.valueStart)) {
    if (text[member.valueStart] !== OBJECT) continue;
    if (member.name === 'raw') {
      const top = memberOf(text, member, 'top');
      const code = top && text[top.valueStart] === OBJECT ? memberOf(text, top, CODE_KEY) : null;
      return { kind: 'raw', code: code && hexOf(text, code) };
    }
    if (member.name === 'runtimeGenesis') {
      const code = memberOf(text, member, 'code');
      return { kind: 'plain', code: code && hexOf(text, code) };
    }
    // Of nodes of before 2023: `runtime.system.code`.
    if (member.name === 'runtime') {
      const system = memberOf(text, member, 'system');
      const code = system && text[system.valueStart] === OBJECT ? memberOf(text, system, 'code') : null;
      return { kind: 'plain', code: code && hexOf(text, code) };
    }
  }
  throw invalid('its genesis is neither raw nor plain');
}

function memberOf(text: Uint8Array, of: JsonMember, name: string): JsonMember | null {
  for (const member of membersOf(text, of.valueStart)) if (member.name === name) return member;
  return null;
}

function hexOf(text: Uint8Array, { valueStart, valueEnd }: JsonMember): Uint8Array | null {
  const value = textAt(text, valueStart, valueEnd);
  if (value === null) return null;
  try {
    return fromHex(value.startsWith('0x') ? value : `0x${value}`);
  } catch {
    return null;
  }
}

function stringOf(text: Uint8Array, member: JsonMember | undefined): string | null {
  return member ? textAt(text, member.valueStart, member.valueEnd) : null;
}

function valueText(text: Uint8Array, { valueStart, valueEnd }: JsonMember): string {
  return new TextDecoder().decode(text.subarray(valueStart, Math.min(valueEnd, valueStart + 64)));
}

/** Hash of an entry's code; null for one that has none. */
export function substituteHash({ code }: SpecSubstitute): Hex | null {
  return code && hashCode(code);
}

function invalid(problem: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_SPEC_INVALID', `The chain spec cannot be used: ${problem}.`, { cause });
}
