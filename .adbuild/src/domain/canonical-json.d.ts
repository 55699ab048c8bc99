/** Values that have one canonical JSON form: no floating point numbers, no `undefined` in arrays. */
export type Canonical = string | number | boolean | null | readonly Canonical[] | {
    readonly [key: string]: Canonical | undefined;
};
/**
 * JSON with sorted keys (by UTF-16 code units), no white space and safe integers only: RFC 8785 restricted to what
 * this project hashes. Properties that are `undefined` are left out.
 * @throws TypeError for numbers that are not safe integers.
 */
export declare function canonicalJson(value: Canonical): string;
