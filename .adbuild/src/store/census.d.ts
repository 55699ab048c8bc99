import type { CensusStore } from '../domain/census.ts';
import type { Database } from './database.ts';
/**
 * Censuses and their nodes, in the same records as the nodes of votes' proofs. What is read is hashed again; what is
 * written was hashed by whoever verified it.
 */
export declare function createCensusStore(database: Database): CensusStore;
