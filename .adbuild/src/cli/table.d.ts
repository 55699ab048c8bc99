/** Rows below a line of headings, columns aligned; columns named in `right` hold numbers. */
export declare function table(headings: readonly string[], rows: readonly (readonly string[])[], right?: readonly string[]): string;
/** `label  value` lines, values aligned; entries without a value are left out. */
export declare function facts(entries: readonly (readonly [string, string | null])[]): string;
/** `1,234,567`. */
export declare function grouped(amount: bigint): string;
/** Share of a whole with two decimals, rounded down, so that a threshold never looks reached when it is not. */
export declare function percentage(part: bigint, whole: bigint): string;
/** Text of others for a terminal: control characters, which could move the cursor or fake lines, are shown as `?`. */
export declare function printable(text: string): string;
