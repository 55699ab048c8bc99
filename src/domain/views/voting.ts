import { z } from 'zod';
import { type CollatorRule, DECIDERS } from '../policy/collator-rules.ts';
import { anchor, anchorEvidence } from '../records/anchor.ts';
import { account, block, bytes, hash, known, paraId, planck, u32 } from '../records/fields.ts';
import { type RecordSchema, record } from '../records/record.ts';
import { clock } from '../records/round.ts';
import { jointSignature, ownSignature } from '../records/signature.ts';
import { tallyFields } from '../records/tally.ts';
import { changedEntry, trialSummary } from '../records/trial.ts';
import type {
  Anchor,
  AnchorEvidence,
  CountedVote,
  JointSignature,
  OwnSignature,
  Signed,
} from '../round/round.ts';
import type { RoundId } from '../round/round-id.ts';
import type { CandidateTally, RoundClock } from '../round/tally.ts';
import type { ChangedEntry } from '../trial/difference.ts';
import type { TrialSummary } from '../trial/proposal-trial.ts';
import type { AccountHex, Hex, ParaBlock, ParaId, Planck, RelayBlock } from '../units.ts';

/** What the votes of the open round add up to. */
export interface TallyView {
  readonly paraId: ParaId;
  readonly anchor: Hex;
  readonly round: number;
  readonly roundId: RoundId;
  /** Zero where collators alone decide. */
  readonly electorate: Planck;
  /** Missing where the policy has no collators decide. */
  readonly collators?: CollatorsView | undefined;
  readonly clock: RoundClock | null;
  readonly tallies: readonly ProposalTally[];
  /** Of a round that is over, the last one: no other is open. Missing while it is open. */
  readonly ended?: RoundEnd | undefined;
}

/** The collators who decide, as the lists of the policy name them at the last head, ascending. */
export interface CollatorsView extends CollatorRule {
  readonly members: readonly AccountHex[];
}

export interface RoundEnd {
  /** Relay block at which it was decided. */
  readonly decidedAt: RelayBlock;
  /** The proposal that was approved; null when none was. */
  readonly approved: Hex | null;
}

export interface ProposalTally extends CandidateTally {
  /** First relay block at which it can pass, when its votes suffice by then; earlier for an endorsed proposal. */
  readonly canPassFrom: RelayBlock;
  /** Missing where the proposal or the service is of an earlier version. */
  readonly trial?: TrialSummary | undefined;
}

/** What becomes of one account's balance, as the policy counts it, in the trial of a proposal. */
export interface AccountTrial {
  readonly account: AccountHex;
  readonly proposal: Hex;
  /** Voting power by the state at the last head, whether or not the policy lets the account vote. */
  readonly before: Planck;
  /** The same by the state after the blocks of the trial; null when that cannot be told. */
  readonly after: Planck | null;
  /** What of the account's storage the trial changes. */
  readonly changes: readonly ChangedEntry[];
  /** Why `after` is not told. */
  readonly unknown: string | null;
}

/** A holder's storage value at the anchor with the path that proves it, checked by the service before it is shown. */
export interface AccountProof {
  readonly account: AccountHex;
  readonly anchor: Anchor;
  readonly evidence: AnchorEvidence;
  readonly storageKeys: readonly Hex[];
  readonly values: readonly (Hex | null)[];
  readonly nodes: readonly Hex[];
  readonly power: Planck;
}

/** What a proposer signs, with the signature: the code stands in it as its hash. */
export type ProposalHead = ProposalBody & { readonly paraId: ParaId };

/** `ProposalHead` as it is posted: the path names the para. */
export type ProposalBody = Signed<ProposedHead>;

export interface ProposedHead {
  /** The round that the proposer signed for. */
  readonly roundId: RoundId;
  readonly codeHash: Hex;
  readonly text: string;
  readonly proposer: AccountHex;
}

/** The answer to a proposal whose code the service does not have yet: it is sent to the path `upload`. */
export interface UploadInvitation {
  readonly hash: Hex;
  readonly codeHash: Hex;
  readonly upload: string;
}

/** A page of counted votes, in the order in which they were admitted, and where the next one begins. */
export interface VotesPage {
  readonly votes: readonly CountedVote[];
  /** For `after`; null when these were the last. */
  readonly next: string | null;
}

export interface VotesWanted {
  /** Those admitted at this relay block or later. */
  readonly since?: RelayBlock | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Where a chain spec takes the approved code: `codeSubstitutes: { [block]: code }`. */
export interface SubstituteInstruction {
  readonly paraId: ParaId;
  /** First para block to be built with the code: the anchor's head number (node rule: from that block's state on). */
  readonly blockNumber: ParaBlock;
  readonly codeHash: Hex;
  readonly code: Hex;
  /** False where the code is the para's own, so that its nodes run it anyway; missing in answers of earlier versions. */
  readonly needed?: boolean | undefined;
  /** The incident in which it was approved, once the decision was carried out or left; missing until then. */
  readonly incident?: number | undefined;
  readonly text: string;
}

const proposalTally: RecordSchema<ProposalTally> = record((parts) =>
  parts.object({
    ...tallyFields(parts),
    admittedAt: block,
    endorsed: z.boolean(),
    canPassFrom: block,
    trial: parts.of(trialSummary).optional(),
  }),
);

export const tallyView: RecordSchema<TallyView> = record(({ object, of }) =>
  object({
    paraId,
    anchor: hash,
    round: u32,
    roundId: hash,
    electorate: planck,
    collators: object({
      sets: z.array(z.string()),
      threshold: z.string(),
      decide: z.enum(DECIDERS),
      members: z.array(account),
    }).optional(),
    clock: of(clock).nullable(),
    tallies: z.array(of(proposalTally)),
    ended: known(object({ decidedAt: block, approved: hash.nullable() })),
  }),
);

export const accountTrial: RecordSchema<AccountTrial> = record(({ object, of }) =>
  object({
    account,
    proposal: hash,
    before: planck,
    after: planck.nullable(),
    changes: z.array(of(changedEntry)),
    unknown: z.string().nullable(),
  }),
);

export const accountProof: RecordSchema<AccountProof> = record(({ object, of }) =>
  object({
    account,
    anchor: of(anchor),
    evidence: of(anchorEvidence),
    storageKeys: z.array(bytes),
    values: z.array(bytes.nullable()),
    nodes: z.array(bytes),
    power: planck,
  }),
);

const proposedHead = { roundId: hash, codeHash: hash, text: z.string().max(20_000), proposer: account };

export const ownProposalBody: RecordSchema<ProposedHead & OwnSignature> = record(({ object }) =>
  object({ ...proposedHead, ...ownSignature }),
);
export const jointProposalBody: RecordSchema<ProposedHead & JointSignature> = record(({ object }) =>
  object({ ...proposedHead, ...jointSignature({ object }) }),
);
export const proposalBody: RecordSchema<ProposalBody> = record(({ of }) =>
  z.union([of(ownProposalBody), of(jointProposalBody)]),
);

export const uploadInvitation: RecordSchema<UploadInvitation> = record(({ object }) =>
  object({ hash, codeHash: hash, upload: z.string().regex(/^\/[\x21-\x7e]{1,200}$/) }),
);

export const substituteInstruction: RecordSchema<SubstituteInstruction> = record(({ object }) =>
  object({
    paraId,
    blockNumber: block,
    codeHash: hash,
    code: bytes,
    needed: z.boolean().optional(),
    incident: u32.optional(),
    text: z.string(),
  }),
);
