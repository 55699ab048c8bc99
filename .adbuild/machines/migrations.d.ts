import { z } from 'zod';
/** One step from `from` to `from + 1`: pure, on the JSON of a persisted snapshot. */
export interface Migration {
    readonly from: number;
    migrate(snapshot: unknown): unknown;
}
/** In order, none missing: each is tested on a stored fixture of the version it starts from. */
export declare const MIGRATIONS: readonly Migration[];
declare const snapshotSchema: z.ZodObject<{
    status: z.ZodEnum<{
        active: "active";
        done: "done";
        error: "error";
        stopped: "stopped";
    }>;
    value: z.ZodUnion<readonly [z.ZodString, z.ZodRecord<z.ZodString, z.ZodString>]>;
    context: z.ZodObject<{
        paraId: z.ZodInt;
        relayBlock: z.ZodInt;
        history: z.ZodObject<{}, z.core.$loose>;
        round: z.ZodInt;
    }, z.core.$loose>;
    children: z.ZodRecord<z.ZodString, z.ZodObject<{
        src: z.ZodString;
        snapshot: z.ZodObject<{
            status: z.ZodString;
        }, z.core.$loose>;
    }, z.core.$loose>>;
}, z.core.$loose>;
export type RestorableSnapshot = z.infer<typeof snapshotSchema>;
/**
 * Checks a saved snapshot before it may run: right machine, a version that is this one or can be migrated, states that
 * exist, and only actors that the machine knows.
 * @throws RescueError RESCUE_SNAPSHOT_INVALID with what does not fit; nothing is changed or thrown away.
 */
export declare function restorable(saved: {
    readonly machine: string;
    readonly version: number;
    readonly snapshot: unknown;
}, migrations?: readonly Migration[]): RestorableSnapshot;
export {};
