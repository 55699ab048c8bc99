import type { Chain } from './chain/chain.ts';
import type { AnswerFilter } from './rpc/server.ts';
/** Ways in which nodes lie or fall behind, for `Faults.corruptParaRpc`. Each leaves all other answers honest. */
/** Storage values with their last byte flipped: only a read proof shows it. */
export declare const wrongStorageValues: AnswerFilter;
/** Read proofs without their last node. */
export declare const truncatedProofs: AnswerFilter;
/** A node that stopped following: its best and finalized block stay what they are now. */
export declare function staleHeads(chain: Chain): AnswerFilter;
