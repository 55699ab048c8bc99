import { fromHex } from '../../bytes/hex.ts';
import type { Checkpoint } from '../../domain/chain/trust.ts';
import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { FinalityStore } from '../../domain/ports/finality.ts';
import type { EpochMs, Hex, RelayBlock } from '../../domain/units.ts';
import { decodeAuthorities } from '../../proof/index.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askFinalized, askHeader } from '../nodes/header-json.ts';
import { RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';
import { valuesOf } from '../nodes/told-blocks.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { agreeOnFinality } from './agreement.ts';
import { isFinalBelow } from './ancestry.ts';
import { assumeFinality } from './assumed.ts';
import { agreeOnCheckpoint, enough, readVoters } from './checkpoint.ts';
import type { FollowedSet } from './followed-set.ts';
import { type FollowerOptions, followedSet, followFinality, recordOf } from './follower.ts';
import type { FinalizedSource } from './source.ts';

/** A checkpoint that the operator gives; who votes after it is read with a proof at that block when it is left out. */
export interface GivenCheckpoint {
  readonly number: RelayBlock;
  readonly hash: Hex;
  readonly voters: Pick<Checkpoint, 'setId' | 'authorities'> | null;
  readonly source: Checkpoint['source'];
  /** Taken even where it contradicts what was followed before. */
  readonly overrides: boolean;
}

export interface FinalityOptions {
  readonly endpoints: Endpoints;
  /** How many there are. */
  readonly endpointCount: number;
  readonly store: FinalityStore;
  /** As in `FollowerOptions`. */
  readonly proven?: ProvenChain;
  readonly checkpoint?: GivenCheckpoint;
  /** `agreed`: the operator wants no proofs. `proven`: nothing else counts. Left out, what the chain has decides. */
  readonly finality?: 'proven' | 'agreed';
  /**
   * How many endpoints must agree where there are no proofs; the majority, two at least, when left out. At the first contact all of them
   * must, unless a number is given.
   */
  readonly agreement?: number;
  /** The operator's word that a single endpoint without proofs may be acted upon. */
  readonly trustSingleEndpoint?: boolean;
  readonly onTrouble: (trouble: RescueError) => void;
  /** What the operator should know. */
  readonly onNotice?: (sentence: string) => void;
  /** Told of a checkpoint that begins something: the first one, or one in place of what was followed. */
  readonly onCheckpoint?: (checkpoint: Checkpoint, voters: number) => void;
  readonly onSet?: (set: FollowedSet) => void;
  readonly onFatal?: (error: unknown) => void;
  readonly silenceMs?: number;
  readonly now?: () => EpochMs;
}

/**
 * Opens the relay chain's finality: goes on with the authority set of the database, or begins with a checkpoint; without GRANDPA
 * on the chain, by agreement of endpoints. A chain whose set was followed once is never taken for one without proofs.
 * @throws RESCUE_CHECKPOINT_INVALID, RESCUE_FINALITY_UNPROVEN, RESCUE_NODE_*
 */
export async function openFinality(options: FinalityOptions): Promise<FinalizedSource> {
  const { endpoints, store } = options;
  const stored = await store.load();
  const genesis = await endpoints.genesis(stored?.followed.genesis);
  if (stored && stored.followed.genesis !== genesis) {
    throw new RescueError(
      'RESCUE_CHECKPOINT_INVALID',
      `this database followed the relay chain with genesis ${stored.followed.genesis}, and the endpoints are of ${genesis}: a chain that began anew needs a new database folder`,
    );
  }
  if (options.finality === 'agreed') return withoutProofs(options);
  const given = options.checkpoint ?? null;
  if (stored && !(await replaces(options, stored, given))) {
    const { followed, finalized } = stored;
    return followFinality({ ...options, start: { set: followedSet(followed, finalized), record: followed } });
  }
  if (given) return begin(options, genesis, await complete(endpoints, given), null);
  if (options.finality !== 'proven' && !(await usesGrandpa(options))) return withoutProofs(options);
  const agreed = await agreeOnCheckpoint(endpoints, options.agreement);
  if (agreed) {
    const { header, time, ...checkpoint } = agreed;
    return begin(options, genesis, checkpoint, { ...header, time });
  }
  if (options.finality !== 'proven') return withoutProofs(options);
  throw new RescueError(
    'RESCUE_FINALITY_UNPROVEN',
    'the relay chain has no GRANDPA voters, and relay.finality wants proofs',
  );
}

async function begin(
  options: FinalityOptions,
  genesis: Hex,
  checkpoint: Checkpoint,
  header: FollowerOptions['header'] | null,
): Promise<FinalizedSource> {
  const { number, hash, setId } = checkpoint;
  const authorities = decodeAuthorities(fromHex(checkpoint.authorities));
  const set: FollowedSet = { setId, authorities, number, hash, since: number + 1, next: null };
  const record = recordOf({ genesis, checkpoint }, set);
  await options.store.save({ number, hash }, record, { number, hash, setId, checkpoint: hash });
  options.onCheckpoint?.(checkpoint, authorities.length);
  return followFinality({ ...options, start: { set, record }, ...(header && { header }) });
}

function withoutProofs(options: FinalityOptions): FinalizedSource {
  const { endpointCount, agreement, onNotice } = options;
  const needed = Math.max(2, agreement ?? Math.floor(endpointCount / 2) + 1);
  if (endpointCount >= needed) {
    onNotice?.(
      `the relay chain gives no proofs of finality: a block counts when ${needed} of ${endpointCount} endpoints have it`,
    );
    return agreeOnFinality({ ...options, needed });
  }
  const actable = options.trustSingleEndpoint === true;
  onNotice?.(
    actable
      ? 'the relay chain gives no proofs of finality, and its endpoint is believed because relay.trustSingleEndpoint says so'
      : `the relay chain gives no proofs of finality and ${needed} endpoints would have to agree: it is watched, and nothing is done on what is seen`,
  );
  return assumeFinality({ ...options, actable, silenceMs: options.silenceMs ?? 30_000 });
}

/**
 * Whether the state of the newest block of any endpoint proves that it has GRANDPA voters. That there are none is nobody's word alone: a
 * node that hides them would have the chain believed without proofs. So all must say it, or as many as the operator says.
 */
async function usesGrandpa({ endpoints, agreement }: FinalityOptions): Promise<boolean> {
  const answers = await endpoints.survey(
    async (node) => (await readVoters(node, await askFinalized(node))) !== null,
    { liars: true },
  );
  const said = valuesOf(answers);
  if (said.some((has) => has)) return true;
  if (said.length === 0) {
    const [first] = answers;
    throw new RescueError(
      'RESCUE_NODE_UNREACHABLE',
      `no relay endpoint answers: ${first && 'error' in first ? first.error.message : 'there are none'}`,
    );
  }
  enough(answers, agreement, 'show that the relay chain has no GRANDPA voters and is believed by agreement');
  return false;
}

async function complete(endpoints: Endpoints, given: GivenCheckpoint): Promise<Checkpoint> {
  const { number, hash, source, voters } = given;
  if (voters) return { number, hash, source, ...voters };
  return endpoints.use(async (node) => {
    const header = await askHeader(node, hash);
    if (!header) throw unknownBlock(node, hash);
    if (header.ref.number !== number) {
      throw new RescueError(
        'RESCUE_CHECKPOINT_INVALID',
        `relay.checkpoint names block ${number}, but ${hash} is block ${header.ref.number}`,
      );
    }
    const read = await readVoters(node, header);
    if (read) return { number, hash, source, ...read };
    throw new RescueError('RESCUE_CHECKPOINT_INVALID', `relay block ${number} has no GRANDPA voters`);
  });
}

type Stored = NonNullable<Awaited<ReturnType<FinalityStore['load']>>>;

/**
 * Whether the configured checkpoint takes the place of what was followed: only one that lies ahead of it does, or one that the operator wants in
 * spite of a contradiction. Any other must agree with what was followed.
 */
async function replaces(
  { endpoints, store, onNotice, onTrouble }: FinalityOptions,
  { followed, finalized }: Stored,
  given: GivenCheckpoint | null,
): Promise<boolean> {
  if (!given) return false;
  const { checkpoint } = followed;
  const isSame = given.number === checkpoint.number && given.hash === checkpoint.hash;
  const hasSameVoters =
    !given.voters ||
    (given.voters.setId === checkpoint.setId && given.voters.authorities === checkpoint.authorities);
  if (isSame && hasSameVoters) return false;
  if (given.number > finalized.number) {
    onNotice?.(
      `the configured checkpoint (block ${given.number}) is ahead of relay block ${finalized.number}, up to which finality was followed: going on from the checkpoint`,
    );
    return true;
  }
  let agrees = !isSame;
  try {
    const known = { endpoints, store, newest: null, checkpoint, finalized };
    agrees &&= await isFinalBelow(known, given);
  } catch (error) {
    const isUnknown = isNodeTrouble(error) || error instanceof RpcRefusal || isUnproven(error);
    if (!isUnknown) throw error;
    onTrouble(
      new RescueError(
        'RESCUE_FINALITY_UNPROVEN',
        `whether the configured checkpoint lies on the chain that was followed cannot be told now: ${error instanceof Error ? error.message : ''}`,
      ),
    );
  }
  if (agrees) return false;
  if (given.overrides) {
    onNotice?.(
      `the configured checkpoint (block ${given.number}, ${given.hash}) contradicts what was followed from block ${checkpoint.number} on, and takes its place as relay.checkpoint.overrides says`,
    );
    return true;
  }
  throw new RescueError(
    'RESCUE_CHECKPOINT_INVALID',
    `the configured checkpoint (block ${given.number}, ${given.hash}) contradicts what this database followed from block ${checkpoint.number} (${checkpoint.hash}) on. If the configured one is right, nothing that was seen since may be believed: set relay.checkpoint.overrides to true once`,
  );
}

function isUnproven(error: unknown): boolean {
  return error instanceof RescueError && error.code === 'RESCUE_FINALITY_UNPROVEN';
}
