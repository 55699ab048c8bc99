import type { z } from 'zod';
import { type RescueErrorCode } from './domain/errors.ts';
import { type DataPath } from './schema-problems.ts';
export interface YamlFileOptions<Schema extends z.ZodType> {
    readonly text: string;
    /** As the user named it; stands in front of every problem. */
    readonly fileName: string;
    readonly schema: Schema;
    /** Code of the error when anything is wrong. */
    readonly code: RescueErrorCode;
    /** What the file is, for the first line of the error: `policy`. */
    readonly what: string;
    /**
     * Translates what people may write into what the schema wants (addresses into hex, whole numbers into text). Whole
     * numbers beyond 2^53 come as bigint, others as number. What it reports replaces the schema's word on that path.
     */
    readonly prepare?: (value: unknown, report: (path: DataPath, message: string) => void) => unknown;
}
/** A problem with its place in the file, both counted from 1. */
export interface PlacedProblem {
    readonly line: number;
    readonly column: number;
    readonly path: string;
    readonly message: string;
}
/**
 * Reads YAML 1.2 (so JSON too) and checks it against a schema. Unlike in plain YAML, `0x…` and `0o…` stay text, so that
 * hashes and account ids need no quotes.
 * @throws `RescueError` with `code`, listing every problem with file, line, column, path and what would be right; the
 * list is in `details.problems` as `PlacedProblem[]`.
 */
export declare function parseYamlFile<Schema extends z.ZodType>(options: YamlFileOptions<Schema>): z.output<Schema>;
