import type { AccountHex, Hex, ParaId, Planck, RelayBlock } from '../units.ts';

/** What root of the relay chain would do for a para, by the calls inside a proposal. */
export type RootEffect =
  | {
      readonly kind: 'authorise-code';
      readonly paraId: ParaId;
      readonly codeHash: Hex;
      /** Blocks from the one that executes it; 0 takes an authorisation back. */
      readonly validPeriod: RelayBlock;
    }
  | { readonly kind: 'remove-lock'; readonly paraId: ParaId }
  | { readonly kind: 'note-head'; readonly paraId: ParaId; readonly head: Hex };

/** Where a referendum stands, in the order in which it gets there. Blocks are those of the relay chain. */
export type ReferendumStage =
  /** Submitted; its decision begins when the prepare period is over, the decision deposit is paid and the track has room. */
  | {
      readonly kind: 'preparing';
      readonly since: RelayBlock;
      readonly until: RelayBlock;
      readonly depositPaid: boolean;
    }
  /** Waits for room on its track; `before` it so many others, null when it is not in the queue that the chain keeps sorted. */
  | { readonly kind: 'queued'; readonly before: number | null }
  | {
      readonly kind: 'deciding';
      readonly since: RelayBlock;
      readonly until: RelayBlock;
      readonly tally: TallyNow;
    }
  /** What is needed is there; it has to hold until the block given. */
  | {
      readonly kind: 'confirming';
      readonly since: RelayBlock;
      readonly until: RelayBlock;
      readonly tally: TallyNow;
    }
  /** Approved; its call is on the scheduler's agenda of that block. */
  | { readonly kind: 'scheduled'; readonly at: RelayBlock }
  /** Approved, and no more on the agenda: its call was dispatched. */
  | { readonly kind: 'dispatched'; readonly approvedAt: RelayBlock }
  | {
      readonly kind: 'ended';
      readonly how: 'Rejected' | 'Cancelled' | 'TimedOut' | 'Killed';
      readonly at: RelayBlock | null;
    };

/** A tally, and what is needed at the block that was read; parts in billionths. */
export interface TallyNow {
  readonly ayes: Planck;
  readonly nays: Planck;
  readonly support: Planck;
  readonly approvalPart: bigint;
  readonly supportPart: bigint;
  readonly approvalNeeded: bigint;
  readonly supportNeeded: bigint;
}

/** A referendum that concerns a para, as storage shows it. */
export interface Referendum {
  readonly index: number;
  readonly track: { readonly id: number; readonly name: string } | null;
  readonly stage: ReferendumStage;
  /** What root of the relay chain does when it is enacted; empty when its call cannot be read any more. */
  readonly effects: readonly RootEffect[];
  /** True when the call goes through the whitelist, and so needs the Fellowship too. */
  readonly whitelist: {
    /** blake2-256 of the call that has to be on the whitelist. */
    readonly callHash: Hex;
    readonly isListed: boolean;
    /** It came without being whitelisted, and waits to be dispatched when it is; undefined where the pallet knows no such thing. */
    readonly isDeferred: boolean | undefined;
  } | null;
  readonly submittedBy: AccountHex | null;
}

/** What governance shows of one para at one block of its chain. */
export interface GovernanceLook {
  /** Relay block that governance counts by there. */
  readonly at: RelayBlock;
  readonly referenda: readonly Referendum[];
  /** Referenda that were looked through, from the newest down. */
  readonly lookedThrough: number;
  /** Messages of the governance chain that wait on the relay chain; undefined where that cannot be told. */
  readonly messagesWaiting: number | undefined;
}
