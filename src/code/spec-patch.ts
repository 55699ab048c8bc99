import { concatBytes, encodeText } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { type JsonMember, membersOf } from '../bytes/json-spans.ts';
import type { SpecFile, SpecSubstitute } from './spec-file.ts';

/** A place of the text, and what stands there instead. */
interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: Uint8Array;
}

/**
 * The text of the spec with this substitute in its `codeSubstitutes` and without `replaced`. Everything else stays as it is, byte by byte: genesis,
 * order, indentation, the substitutes that are kept. As pieces, since specs may have hundreds of megabytes.
 */
export function patchSpec(
  spec: SpecFile,
  block: number,
  code: Uint8Array,
  replaced: readonly SpecSubstitute[],
): readonly Uint8Array[] {
  const kept = spec.substitutes.filter((each) => !replaced.includes(each));
  const entry = `"${block}": "${toHex(code)}"`;
  const splice =
    spec.member && spec.isObject && kept.length > 0
      ? withEntry(spec, kept, entry)
      : spec.member
        ? { start: spec.member.valueStart, end: spec.member.valueEnd, text: alone(spec, spec.member, entry) }
        : newMember(spec, entry);
  const { text } = spec;
  return [text.subarray(0, splice.start), splice.text, text.subarray(splice.end)];
}

/** The object again: entries that are kept as they stand, then the new one, set off as the first of them is. */
function withEntry(spec: SpecFile, kept: readonly SpecSubstitute[], entry: string): Splice {
  const { text } = spec;
  const member = spec.member as JsonMember;
  const all = spec.substitutes;
  const firstName = (all[0] as SpecSubstitute).member.nameStart;
  const before = text.subarray(member.valueStart + 1, firstName);
  const last = (all.at(-1) as SpecSubstitute).member;
  const after = text.subarray(last.valueEnd, member.valueEnd);
  const pieces: Uint8Array[] = [encodeText('{')];
  for (const each of kept) {
    pieces.push(before, text.subarray(each.member.nameStart, each.member.valueEnd), encodeText(','));
  }
  pieces.push(before, encodeText(entry), after);
  return { start: member.valueStart, end: member.valueEnd, text: concatBytes(...pieces) };
}

/** An object of one entry, indented as the file is. */
function alone(spec: SpecFile, member: JsonMember, entry: string): Uint8Array {
  const indent = indentOf(spec.text, member.nameStart);
  if (indent === null) return encodeText(`{${entry}}`);
  const { end, outer } = indent;
  return encodeText(`{${end}${outer}${step(spec)}${entry}${end}${outer}}`);
}

/** The whole member, in front of the genesis. */
function newMember(spec: SpecFile, entry: string): Splice {
  const at = spec.genesis.nameStart;
  const indent = indentOf(spec.text, at);
  if (indent === null) return { start: at, end: at, text: encodeText(`"codeSubstitutes":{${entry}},`) };
  const { end, outer } = indent;
  const object = `{${end}${outer}${step(spec)}${entry}${end}${outer}}`;
  return { start: at, end: at, text: encodeText(`"codeSubstitutes": ${object},${end}${outer}`) };
}

/** White space in front of a name that begins its line; null for a file on one line. */
function indentOf(
  text: Uint8Array,
  nameStart: number,
): { readonly end: string; readonly outer: string } | null {
  let at = nameStart;
  while (at > 0 && (text[at - 1] === 0x20 || text[at - 1] === 0x09)) at -= 1;
  if (text[at - 1] !== 0x0a) return null;
  const end = text[at - 2] === 0x0d ? '\r\n' : '\n';
  return { end, outer: new TextDecoder().decode(text.subarray(at, nameStart)) };
}

/** One step of indentation: what the members of the file itself have. */
function step({ text }: SpecFile): string {
  for (const member of membersOf(text, 0)) return indentOf(text, member.nameStart)?.outer ?? '';
  return '';
}
