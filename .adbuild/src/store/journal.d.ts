import type { Journal } from '../domain/ports.ts';
import type { Database } from './database.ts';
/** Irreversible steps, by para. */
export declare function createJournal(database: Database): Journal;
