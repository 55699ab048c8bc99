/** Values that have one canonical JSON form: no floating point numbers, no `undefined` in arrays. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [key: string]: Canonical | undefined };

/**
 * JSON with sorted keys (by UTF-16 code units), no white space and safe integers only: RFC 8785 restricted to what
 * this project hashes. Properties that are `undefined` are left out.
 * @throws TypeError for numbers that are not safe integers.
 */
export function canonicalJson(value: Canonical): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`only safe integers have a canonical form here, got ${value}`);
  }
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members: string[] = [];
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
}

/** Whether `text` is the canonical form of what was parsed from it; false for what has none, or is nested too deeply to tell. */
export function isCanonicalJson(text: string, parsed: unknown): boolean {
  try {
    return canonicalJson(parsed as Canonical) === text;
  } catch {
    return false;
  }
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}
