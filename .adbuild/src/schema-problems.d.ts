import { z } from 'zod';
/** Path into parsed data: keys and list indices from the top. */
export type DataPath = readonly (string | number)[];
/** One thing that is wrong, in words that go on after the path: `must be …, found …`. */
export interface Problem {
    readonly path: DataPath;
    readonly message: string;
    /** True when the problem is the key itself, not the value under it. */
    readonly atKey: boolean;
}
/** Turns what zod refuses into sentences that say what would be right, with the schema's own limits and names. */
export declare function describeIssues(schema: z.ZodType, input: unknown, issues: readonly z.core.$ZodIssue[]): Problem[];
