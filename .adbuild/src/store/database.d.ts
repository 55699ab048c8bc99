import type { z } from 'zod';
import { RescueError } from '../domain/errors.ts';
import { type Key, type KeyRange } from './keys.ts';
/** One record of a batch: JSON values are encoded here, bytes are stored as they are. */
export interface Write {
    readonly key: Key;
    readonly value: Uint8Array | JsonRecord;
}
/** JSON with bigints, which are written as decimal text. */
type JsonRecord = object;
/**
 * LevelDB with what every record needs: values checked when read, errors that name the record, synced atomic batches,
 * and one writer at a time, so that a check and the write that depends on it cannot be torn apart.
 */
export declare class Database {
    #private;
    readonly path: string;
    private constructor();
    /** @throws RESCUE_STORE_BUSY, RESCUE_STORE_CORRUPT */
    static open(path: string): Promise<Database>;
    /** The JSON record under `key`, parsed; null when there is none. @throws RESCUE_STORE_CORRUPT naming the key */
    read<T>(key: Key, schema: z.ZodType<T>): Promise<T | null>;
    readBytes(key: Key): Promise<Uint8Array | null>;
    readManyBytes(keys: readonly Key[]): Promise<(Uint8Array | null)[]>;
    /** The JSON records in `range`, in key order. */
    readRange<T>(range: KeyRange, schema: z.ZodType<T>, limit?: number): Promise<T[]>;
    /** Runs `task` when every earlier one has ended: the checks in it see the result of all writes before it. */
    exclusively<T>(task: () => Promise<T>): Promise<T>;
    /** Writes all or nothing; on stable storage when the promise resolves. Call it inside `exclusively`. */
    write(writes: readonly Write[]): Promise<void>;
    /** Closes after the writes under way; later calls fail. */
    close(): Promise<void>;
    /** An error that names the damaged record. */
    corrupt(key: Key, problem: string, cause?: unknown): RescueError;
}
export {};
