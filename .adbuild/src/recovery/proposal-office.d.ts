import type { Ledger, RelayReader } from '../domain/ports.ts';
import type { Proposal } from '../domain/round.ts';
import type { Hex } from '../domain/units.ts';
import type { EventHub } from './event-hub.ts';
import type { ParaDesk } from './para-desk.ts';
import type { ProposalInput } from './rescue-service.ts';
export interface ProposalOffice {
    readonly genesis: Hex;
    readonly relay: RelayReader;
    readonly ledger: Ledger;
    readonly hub: EventHub;
}
/** Most bytes of a proposal's text. */
export declare const MAX_PROPOSAL_TEXT = 10000;
/** Most proposals in a round: each stores a whole runtime. */
export declare const MAX_PROPOSALS = 16;
/** Checks and admits a proposal; see `RescueService.propose`. */
export declare function admitProposal(office: ProposalOffice, desk: ParaDesk, input: ProposalInput): Promise<Proposal>;
