import { blake2b256 } from '../../bytes/blake2.ts';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import { factText, isOfNoCode } from '../../domain/route/fact-text.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { FactLine, OptionStep, PlannedCall } from '../../domain/route/option.ts';
import type { RouteStep } from '../../domain/route/route.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { holds, isReadable } from '../facts.ts';
import type { CodeToPlan } from './look.ts';

/** Bytes of a call that a plan holds whole; longer ones carry code. */
const MOST_BYTES = 4096;

/** The step of a route as a plan shows it: the same facts by which it is carried out, in words. */
export function optionStep(
  step: RouteStep,
  view: ChainView,
  how: Pick<OptionStep, 'chain' | 'origin' | 'call'>,
): OptionStep {
  return {
    title: step.title,
    ...how,
    signer: step.call?.signer ?? null,
    before: factLines([...step.while, ...step.before], view),
    after: factLines(step.after, view),
    expectedBlocks: step.expectedBlocks,
  };
}

export function factLines(facts: readonly ChainFact[], view: ChainView): FactLine[] {
  return facts.map((fact) => ({
    text: factText(fact),
    holds: isOfNoCode(fact) || !isReadable(fact, view) ? null : holds(fact, view),
  }));
}

/** A step that only waits. */
export function waitingStep(
  title: string,
  expectedBlocks: RelayBlock | null,
  after: readonly FactLine[],
  before: readonly FactLine[] = [],
): OptionStep {
  return {
    title,
    chain: 'relay chain',
    origin: null,
    signer: null,
    call: null,
    before,
    after,
    expectedBlocks,
  };
}

export function plannedCall({ data, hash, decoded }: PreparedCall): PlannedCall {
  const length = (data.length - 2) / 2;
  const note = length > MOST_BYTES ? 'too long to be shown' : null;
  const { method, args } = decoded;
  return {
    method,
    args: namedArgs(args),
    hash,
    length,
    data: note === null ? data : null,
    around: null,
    note,
  };
}

function namedArgs(args: PreparedCall['decoded']['args']): PlannedCall['args'] {
  return Object.entries(args).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
}

/** A call whose bytes are not known yet. */
export function unknownCall(method: string, note: string): PlannedCall {
  return { method, args: [], hash: null, length: null, data: null, around: null, note };
}

export const NO_CODE_YET = 'its bytes and its hash follow from the code: give it with --code';

/**
 * A call that carries the code, made by `make`. Where its bytes are not at hand, what stands around them follows from their number
 * alone: it is what two calls with other fillings have in common. Null where the chain has no such call.
 */
export async function codeCall(
  method: string,
  code: CodeToPlan | null,
  make: (code: Uint8Array) => Promise<PreparedCall | null>,
): Promise<PlannedCall | null> {
  if (code === null) {
    const sample = await make(Uint8Array.of(0));
    return sample && { ...unknownCall(method, NO_CODE_YET), method: sample.decoded.method };
  }
  const [zeros, ones] = [await make(filled(code.size, 0)), await make(filled(code.size, 0xff))];
  if (!zeros || !ones) return null;
  const around = commonEnds(fromHex(zeros.data), fromHex(ones.data), code.size);
  if (around === null)
    return unknownCall(zeros.decoded.method, 'the code does not stand in its bytes as it is');
  const { head, tail } = around;
  return {
    method: zeros.decoded.method,
    args: namedArgs(namingCode(zeros.decoded.args, code)),
    hash: code.bytes && toHex(blake2b256(concatBytes(head, code.bytes, tail))),
    length: head.length + code.size + tail.length,
    data: null,
    around: { head: toHex(head), codeHash: code.hash, tail: toHex(tail) },
    note: `its bytes are ${head.length} bytes (head), the ${code.size} bytes of the code, and ${tail.length} bytes (tail)`,
  };
}

export function filled(size: number, byte: number): Uint8Array {
  return new Uint8Array(size).fill(byte);
}

/** What stands before and after `size` bytes in which two byte strings differ; null when they differ elsewhere. */
export function commonEnds(
  a: Uint8Array,
  b: Uint8Array,
  size: number,
): { readonly head: Uint8Array; readonly tail: Uint8Array } | null {
  if (a.length !== b.length) return null;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const end = start + size;
  for (let at = start; at < end; at += 1) if (a[at] === b[at]) return null;
  for (let at = end; at < a.length; at += 1) if (a[at] !== b[at]) return null;
  return { head: a.slice(0, start), tail: a.slice(end) };
}

/** Arguments in which the filling stood, with what is known of the code in its place. */
function namingCode(
  args: PreparedCall['decoded']['args'],
  { hash, size }: CodeToPlan,
): PreparedCall['decoded']['args'] {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      name === 'code' || /code$/i.test(name) ? { bytes: size, blake2_256: hash } : value,
    ]),
  );
}

/** How long the steps take that chains decide about; null when none tells. */
export function sumOfBlocks(steps: readonly OptionStep[]): RelayBlock | null {
  const known = steps.flatMap(({ expectedBlocks }) => expectedBlocks ?? []);
  return known.length === 0 ? null : known.reduce((sum, blocks) => sum + blocks, 0);
}
