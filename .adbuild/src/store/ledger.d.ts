import type { Ledger } from '../domain/ports.ts';
import type { Database } from './database.ts';
/**
 * Opt-ins, policies, anchors, code, proposals, votes and proofs. What is stored under its hash is hashed again
 * before it is written and after it is read, so that damage on disk never becomes part of a decision.
 */
export declare function createLedger(database: Database): Ledger;
