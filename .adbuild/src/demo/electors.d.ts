import type { ServiceClient } from '../cli/service-client.ts';
import { type Policy } from '../domain/policy.ts';
import type { Choice, CountedVote, OptIn, Proposal } from '../domain/round.ts';
import type { Hex, ParaId } from '../domain/units.ts';
import { type TextSigner } from '../voting/text-signer.ts';
import type { Narrator } from './narrator.ts';
/** What the people of the story do, through the HTTP door that everybody has, each with a key of their own. */
/** A policy whose times fit a chain with sessions of seconds. */
export declare function demoPolicy(relayGenesis: Hex, paraId: ParaId): Policy;
/** The registrar manager opts in with `policy`. */
export declare function optInAsManager(client: ServiceClient, policy: Policy, manager: TextSigner): Promise<OptIn>;
export declare function proposeCode(client: ServiceClient, paraId: ParaId, proposer: TextSigner, code: Uint8Array, text: string): Promise<Proposal>;
export declare function castVote(client: ServiceClient, proposal: Proposal, voter: TextSigner, choice: Choice, sequence?: number): Promise<CountedVote>;
/** Every holder votes; the last of the opponents thinks again, and the later vote replaces the earlier one. */
export declare function holdVote(client: ServiceClient, proposal: Proposal, holders: readonly {
    readonly name: string;
    readonly uri: string;
}[], narrator: Narrator, token: {
    readonly decimals: number;
    readonly symbol: string;
}): Promise<void>;
/** `12,345.6789 PARA` for an amount in planck. */
export declare function formatAmount(planck: bigint, decimals: number, symbol: string): string;
/** `0x1234…cdef`. */
export declare function shortHash(hash: Hex): string;
