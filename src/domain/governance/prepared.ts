import type { Token } from '../amount.ts';
import type { PreparedCall } from '../chain/extrinsics.ts';
import type { Hex, ParaId, Planck, RelayBlock } from '../units.ts';
import type { Track } from './track.ts';

/** What governance is asked to do on the relay chain. */
export type RootWish =
  | {
      readonly kind: 'authorise-code';
      readonly codeHash: Hex;
      /** Relay blocks from the one that executes it. */
      readonly validPeriod: RelayBlock;
    }
  /** The para's manager goes on from there, with the validators' vote on the code. */
  | { readonly kind: 'remove-lock' }
  /** On relay chains without authorised hashes: the whole code goes through governance. */
  | { readonly kind: 'set-code'; readonly code: Uint8Array };

/** Where a chain's governance sits. */
export type GovernedFrom = 'relay chain' | 'Asset Hub';

/** How a proposal is named in a referendum: whole where it fits, else by hash, with a preimage beside it. */
export type ProposalForm = 'inline' | 'preimage';

/** A call that becomes a referendum's proposal. */
export interface Proposal {
  readonly call: PreparedCall;
  /** Bytes. */
  readonly length: number;
  readonly form: ProposalForm;
}

/** A call that somebody submits: its file, where, and who may. */
export interface GovernanceStep {
  /** Name of its file, without an ending. */
  readonly name: string;
  readonly title: string;
  readonly chain: GovernedFrom | 'Collectives';
  readonly signer: 'anybody' | 'a member of the Fellowship' | 'holders of the token';
  readonly call: PreparedCall;
  /** What it binds, in the chain's token; null where the chain does not tell beforehand. */
  readonly deposit: Planck | null;
}

/** One way to the same effect, from its first extrinsic on. */
export interface GovernancePath {
  readonly name: 'root' | 'whitelisted' | 'fellowship' | 'cancel';
  readonly track: Track;
  readonly submissionDeposit: Planck;
  readonly proposal: Proposal;
  readonly steps: readonly GovernanceStep[];
  /** The track now: how many are decided, and which wait, in the order in which they come. */
  readonly queue: {
    readonly deciding: number;
    readonly waiting: readonly number[];
  };
}

export interface GovernanceDryRun {
  readonly chain: string;
  readonly what: string;
  readonly outcome:
    | { readonly kind: 'succeeds' }
    | { readonly kind: 'fails'; readonly reason: string }
    | { readonly kind: 'unavailable'; readonly reason: string };
}

/** Everything that people need to bring a wish through governance, at one pair of blocks. */
export interface PreparedGovernance {
  readonly paraId: ParaId;
  readonly wish: RootWish;
  readonly governedFrom: GovernedFrom;
  readonly relay: { readonly block: RelayBlock; readonly specName: string; readonly specVersion: number };
  readonly hub: {
    readonly paraId: ParaId | null;
    readonly block: number;
    readonly specName: string;
    readonly specVersion: number;
    readonly token: Token;
  };
  /** What root of the relay chain executes. */
  readonly rootCall: PreparedCall;
  readonly paths: readonly GovernancePath[];
  /** Why a path is left out, by its name. */
  readonly without: readonly { readonly name: GovernancePath['name']; readonly reason: string }[];
  /** What the Fellowship's part has to be told: the hash that goes on the whitelist. */
  readonly whitelistHash: Hex | null;
  /** The index that the next referendum gets, when nobody submits one before. */
  readonly nextIndex: number;
  readonly dryRuns: readonly GovernanceDryRun[];
  readonly warnings: readonly string[];
  /** Why it cannot work as things are; empty when it can. */
  readonly obstacles: readonly string[];
}
