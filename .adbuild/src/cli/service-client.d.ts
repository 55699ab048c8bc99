import type { Policy } from '../domain/policy.ts';
import type { ServiceEvent } from '../domain/ports.ts';
import type { CountedVote, OptIn, Proposal, SignedBallot } from '../domain/round.ts';
import { type Hex, type ParaId } from '../domain/units.ts';
import type { AccountProof, ParaStatus, ProposalInput, ServiceStatus, SubstituteInstruction, TallyView } from '../recovery/rescue-service.ts';
interface EventsRequest {
    /** Id of the last event that is known already; 0 tells all from the beginning. */
    readonly after: number;
    readonly paraId?: ParaId;
    /** Ends the stream without an error. */
    readonly signal: AbortSignal;
}
/**
 * A service over HTTP. What it refuses is thrown as `RescueError` with its own code and sentence; silence or nonsense
 * as RESCUE_SERVICE_UNREACHABLE with the URL.
 */
export interface ServiceClient {
    readonly url: string;
    status(): Promise<ServiceStatus>;
    para(paraId: ParaId): Promise<ParaStatus>;
    policy(paraId: ParaId): Promise<Policy | null>;
    optIn(optIn: OptIn, policy: Policy | null): Promise<OptIn>;
    propose(input: ProposalInput): Promise<Proposal>;
    proposals(paraId: ParaId): Promise<readonly Proposal[]>;
    code(codeHash: Hex): Promise<Uint8Array>;
    vote(ballot: SignedBallot): Promise<CountedVote>;
    votes(paraId: ParaId): Promise<readonly CountedVote[]>;
    tally(paraId: ParaId): Promise<TallyView>;
    /** `account` as hex or SS58 address. */
    accountProof(paraId: ParaId, account: string): Promise<AccountProof>;
    substitute(paraId: ParaId): Promise<SubstituteInstruction>;
    retry(paraId: ParaId): Promise<void>;
    /** Past events, then live ones; ends when the service closes the stream, or `signal` aborts. */
    events(request: EventsRequest): AsyncIterable<ServiceEvent>;
}
/** @throws RESCUE_REQUEST_INVALID when `url` is not an HTTP URL */
export declare function createServiceClient(url: string, options?: {
    readonly signal?: AbortSignal;
}): ServiceClient;
export {};
