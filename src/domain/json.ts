/** JSON with bigints as decimal text, because JSON numbers are not exact above 2^53; `indent` spaces a level if given. */
export function toJson(value: unknown, indent?: number): string {
  return JSON.stringify(
    value,
    (_, member: unknown) => (typeof member === 'bigint' ? member.toString() : member),
    indent,
  );
}
