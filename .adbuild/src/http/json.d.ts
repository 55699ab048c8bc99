/** JSON for the wire: bigints become decimal text, because JSON numbers are not exact above 2^53. */
export declare function toJson(value: unknown): string;
