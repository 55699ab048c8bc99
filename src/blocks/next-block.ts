import { RescueError } from '../domain/errors.ts';
import { answerReader } from '../executor/answer.ts';
import { RuntimePanic } from '../executor/panic.ts';
import type { Backend, Rooted } from '../executor/storage/backend.ts';
import type { Task } from '../executor/task.ts';
import { type Header, storageKey } from '../proof/index.ts';
import type { Visits } from '../proof/visits.ts';
import type { Candidate } from './backing/candidate.ts';
import { type BuiltBlock, buildBlock, type InherentData } from './build-block.ts';
import { type InherentComplaint, missingInherents } from './inherents/check.ts';
import type { InherentContext } from './inherents/provider.ts';
import { inherentData } from './inherents/providers.ts';
import { type Point, type RelayPoint, readKey } from './point.ts';
import { claimAura, hasAura, nextAuraTime } from './slots/aura.ts';
import { babeSlot, babeSlotDuration, claimBabe, hasBabe } from './slots/babe.ts';
import { type Sealing, type SlotClaim, sealed } from './slots/claim.ts';
import { claimNimbus, hasNimbus } from './slots/nimbus.ts';

/** What a block is built on; `para` on a para only. */
export interface Parent<Storage extends Backend> {
  readonly point: Point<Storage & Rooted<Storage>>;
  readonly para?: { readonly id: number; readonly relay: RelayPoint };
}

export interface NextBlockOptions extends Sealing {
  /**
   * Milliseconds since 1970 at which the block is built. Without it a block is one slot after its parent; on a para it is when
   * its relay parent was. A chain without slots needs it for its first block.
   */
  readonly time?: number;
  readonly transactions?: readonly Uint8Array[];
  /** As in `BlockPlan`. */
  readonly visits?: Visits;
  /** On a relay chain: blocks of paras that its validators back with this block. */
  readonly candidates?: readonly Candidate[];
  /** On a relay chain: paras whose candidates its validators do not call available, so that they time out. */
  readonly withheld?: readonly number[];
  /** Whom a nimbus chain should take as author, if it does. */
  readonly nimbusAuthor?: Uint8Array;
}

export interface NextBlock<Storage extends Backend> extends BuiltBlock<Storage> {
  /** As the runtime made it. */
  readonly unsealed: Header;
  readonly claim: SlotClaim;
  readonly inherents: InherentData;
}

/**
 * Builds the block that the chain's own nodes would build next: the digest of its slot, its inherents, these transactions, and its
 * author's seal, by a key that is here or as given.
 * @throws RuntimePanic where the runtime panics, with what it says of its inherents when one of them is missing;
 * InherentPanic, RESCUE_EXECUTION_FAILED
 */
export function* nextBlock<Storage extends Backend>(
  parent: Parent<Storage>,
  options: NextBlockOptions = {},
): Task<NextBlock<Storage>> {
  const { point } = parent;
  const claim = yield* claimSlot(parent, options);
  const context = {
    parent: point,
    para: parent.para ?? null,
    slot: claim.slot,
    time: claim.time,
    candidates: options.candidates ?? [],
    sealing: options,
    withheld: options.withheld ?? [],
  };
  const inherents = yield* inherentData(context);
  const built = yield* withComplaints(
    buildBlock({
      parent: { hash: point.hash, number: point.header.number },
      parentState: point.state,
      runtime: point.runtime,
      digest: claim.digest,
      inherents,
      transactions: options.transactions ?? [],
      ...(options.given && { given: options.given }),
      ...(options.visits && { visits: options.visits }),
    }),
    context,
    inherents,
  );
  const header = sealed(built.header, claim, options);
  return { ...built, header, unsealed: built.header, claim, inherents };
}

/** By the runtime's own functions: a name says nothing about how blocks are made. */
export function* claimSlot(
  { point, para }: Parent<Backend>,
  { time, nimbusAuthor }: NextBlockOptions,
): Task<SlotClaim> {
  if (hasBabe(point)) return yield* claimBabe(point, time);
  const at =
    time ??
    (para && (yield* timeOf(para.relay))) ??
    (yield* nextAuraTime(point)) ??
    (yield* timeAfter(point));
  if (at === undefined) {
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      'Nothing on the chain says when its next block is: give its time.',
    );
  }
  if (hasNimbus(point) && para) {
    const relay = { number: para.relay.header.number, slot: yield* babeSlot(para.relay) };
    return yield* claimNimbus(point, at, relay, nimbusAuthor);
  }
  if (hasAura(point)) return yield* claimAura(point, at);
  return { digest: [], slot: null, time: at, author: null };
}

/** When the relay block was, by its slot; on a relay chain without slots, when its next block is. */
function* timeOf(relay: RelayPoint): Task<number | undefined> {
  if (!hasBabe(relay)) return yield* timeAfter(relay);
  return Number(yield* babeSlot(relay)) * (yield* babeSlotDuration(relay));
}

const NOW = storageKey('Timestamp', 'Now');
/** Milliseconds from block to block where nothing says how many. */
const BLOCK_MS = 6_000;

/** When the next block of a chain without slots is; undefined where no block has set a time yet. */
function* timeAfter(point: Point): Task<number | undefined> {
  const value = yield* readKey(point.state, NOW);
  return value === null ? undefined : Number(answerReader(value, 'time').u64()) + BLOCK_MS;
}

/** A missing inherent shows as a panic when the block ends, long after what would have said which. */
function* withComplaints<Built>(
  build: Task<Built>,
  context: InherentContext,
  inherents: InherentData,
): Task<Built> {
  try {
    return yield* build;
  } catch (error) {
    if (!(error instanceof RuntimePanic) || error.call !== FINALIZE) throw error;
    const complaints = yield* missingInherents(context.parent, inherents);
    if (complaints.length === 0) throw error;
    throw new RuntimePanic(FINALIZE, `${error.panic} (${wordsOf(complaints)})`, error, error.logs);
  }
}

const FINALIZE = 'BlockBuilder_finalize_block';

function wordsOf(complaints: readonly InherentComplaint[]): string {
  return complaints
    .map(({ identifier, problem }) => `the runtime misses its inherent ${identifier}: ${problem}`)
    .join('; ');
}
