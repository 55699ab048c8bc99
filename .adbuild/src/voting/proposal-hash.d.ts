import type { Proposal } from '../domain/round.ts';
import { type Hex } from '../domain/units.ts';
/** What a proposal's hash covers. */
export type ProposalContent = Pick<Proposal, 'anchor' | 'codeHash' | 'paraId' | 'proposer' | 'relayGenesis' | 'round' | 'text'>;
/** blake2-256 of the canonical JSON of the seven fields; other properties of the argument are ignored. */
export declare function proposalHash(content: ProposalContent): Hex;
