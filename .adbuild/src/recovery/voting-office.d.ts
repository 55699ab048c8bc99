import type { Ledger } from '../domain/ports.ts';
import type { CountedVote, SignedBallot } from '../domain/round.ts';
import { type AccountHex, type Hex } from '../domain/units.ts';
import type { EventHub } from './event-hub.ts';
import type { ParaDesk } from './para-desk.ts';
import type { AccountProof } from './rescue-service.ts';
export interface VotingOffice {
    readonly genesis: Hex;
    readonly ledger: Ledger;
    readonly hub: EventHub;
}
/** Checks a vote from cheap to expensive and counts it; see `RescueService.vote`. */
export declare function admitVote(office: VotingOffice, desk: ParaDesk, ballot: SignedBallot): Promise<CountedVote>;
/** An account's storage at the anchor with its path; see `RescueService.accountProof`. */
export declare function proveAccount(office: VotingOffice, desk: ParaDesk, account: AccountHex): Promise<AccountProof>;
