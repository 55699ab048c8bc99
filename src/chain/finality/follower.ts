import { fromHex, toHex } from '../../bytes/hex.ts';
import { createSerialQueue } from '../../domain/concurrency/serial-queue.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { FinalityStore, FinalizedRecord, FollowedRecord, SetEnd } from '../../domain/ports/finality.ts';
import type { EpochMs } from '../../domain/units.ts';
import {
  decodeAuthorities,
  decodeJustification,
  encodeAuthorities,
  ProofError,
  verifySupermajority,
} from '../../proof/index.ts';
import type { Endpoints, Member } from '../nodes/endpoints.ts';
import { askHeader, type NodeHeader } from '../nodes/header-json.ts';
import { pauses, sleep } from '../nodes/pause.ts';
import { type RpcConnection, RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { verifyWithOpenSsl } from '../relay/ed25519.ts';
import { isFinalBelow, proofForOthers } from './ancestry.ts';
import { catchUp, type Position } from './catch-up.ts';
import { checkpointView } from './checkpoint.ts';
import { advance, type FollowedSet, withAnnounced } from './followed-set.ts';
import { openJustifications } from './justifications.ts';
import { Newest } from './newest.ts';
import { readTime } from './proven-reads.ts';
import type { FinalHeader, FinalizedSource } from './source.ts';
import { askEach, askFinalizedNumber, middle } from './told.ts';

export interface FollowerOptions {
  readonly endpoints: Endpoints;
  /** Where to go on: from the database, or from a checkpoint. */
  readonly start: { readonly set: FollowedSet; readonly record: FollowedRecord };
  readonly store: FinalityStore;
  /** What is proven of the chain, shared with whoever reads its final blocks. */
  readonly proven?: ProvenChain;
  /** The header of the checkpoint, when the endpoints agreed on it just now: it counts as final. */
  readonly header?: NodeHeader & Pick<FinalHeader, 'time'>;
  readonly onTrouble: (trouble: RescueError) => void;
  /** Told after each change of the set. */
  readonly onSet?: (set: FollowedSet) => void;
  /** The database does not take writes any more. */
  readonly onFatal?: (error: unknown) => void;
  /** Milliseconds without a justification after which a node is asked for a proof; 6 seconds. */
  readonly askMs?: number;
  /** Milliseconds that `newest` waits for a proof of a block that an endpoint calls final; 3 seconds. */
  readonly patienceMs?: number;
  readonly now?: () => EpochMs;
}

/** Blocks behind a node's newest one from which on a state may be pruned: not reported while catching up. */
const STATE_KEPT = 200;
/** Time for endpoints to say what their newest final block is. */
const TOLD_MS = 1_500;
/** Time for the first block, before whoever asks for it gets an error. */
const FIRST_BLOCK_MS = 15_000;
/** 1 000 voters have 132 KB of votes; the rest is headers. */
const LARGEST_JUSTIFICATION = 4 * 1024 * 1024;
/** Verified justifications that are kept to prove blocks below them to others. */
const KEPT_JUSTIFICATIONS = 32;

/**
 * Follows the authority set of a relay chain from block to block by justifications, from all endpoints at once. What one
 * endpoint proves counts, whatever the others say; one whose proof does not hold is named, left, and tried again after a pause that grows.
 */
export function followFinality(options: FollowerOptions): FinalizedSource {
  const { endpoints, store, proven, onTrouble } = options;
  const now = options.now ?? Date.now;
  const newest = new Newest({ now, onTrouble });
  const queue = createSerialQueue();
  const stop = new AbortController();
  const kept: { number: number; hash: string; bytes: Uint8Array; set: FollowedSet }[] = [];
  let { set, record } = options.start;
  let usualLength = 1;
  let since: EpochMs | null = null;
  let trouble: string | null = null;
  /** The block that signatures were verified for last: each endpoint passes the same justification on. */
  let verified: { readonly hash: string; readonly setId: bigint } | null = null;

  const keep = async (next: FollowedSet): Promise<void> => {
    const ended: SetEnd | null =
      next.setId === set.setId
        ? null
        : { number: next.number, hash: next.hash, setId: set.setId, checkpoint: record.checkpoint.hash };
    const changed = next.setId !== set.setId || next.next !== set.next;
    const followed = changed ? recordOf(record, next) : record;
    try {
      await store.save({ number: next.number, hash: next.hash }, changed ? followed : null, ended);
    } catch (error) {
      options.onFatal?.(error);
      throw error;
    }
    if (ended) usualLength = next.since - set.since;
    const before = set;
    set = next;
    record = followed;
    if (ended || before.next !== next.next) options.onSet?.(set);
  };

  /** Its time by this node's proof, else by whoever gives one: a block without it waits until somebody does. */
  const report = async (node: RpcConnection, header: NodeHeader): Promise<void> => {
    let time: EpochMs | null;
    try {
      time = await readTime(node, header, proven).catch((error) => {
        if (error instanceof RpcRefusal) return endpoints.use((other) => readTime(other, header, proven));
        throw error;
      });
    } catch (error) {
      if (!(error instanceof RescueError && error.cause instanceof RpcRefusal)) throw error;
      trouble = `nobody proves the time of relay block ${header.ref.number} (${error.message})`;
      return;
    }
    since = now();
    trouble = null;
    newest.offer({ ...header, trust: 'justified', actable: true, time });
  };

  /** Moves on by one justification; null when it says nothing new. */
  const take = async (node: RpcConnection, bytes: Uint8Array): Promise<NodeHeader | null> => {
    if (bytes.length > LARGEST_JUSTIFICATION) {
      throw node.malformed(`it sent a justification of ${bytes.length} bytes`);
    }
    const { targetNumber, targetHash } = decodeJustification(bytes);
    const hash = toHex(targetHash);
    if (targetNumber < set.number || (targetNumber === set.number && hash === set.hash)) return null;
    const by = targetNumber === set.number ? (kept.at(-1)?.set ?? set) : set;
    if (verified?.hash !== hash || verified.setId !== by.setId) {
      verifySupermajority(bytes, by, verifyWithOpenSsl);
      verified = { hash, setId: by.setId };
    }
    if (targetNumber === set.number) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `the voters of relay set ${by.setId} made two blocks ${targetNumber} final, ${set.hash} and ${hash}: more than a third of them are dishonest`,
      );
    }
    const header = await askHeader(node, hash);
    if (!header) throw unknownBlock(node, hash);
    if (header.ref.number !== targetNumber) {
      throw node.malformed(`its justification gives block ${header.ref.number} the number ${targetNumber}`);
    }
    return queue.run(async () => {
      // Another endpoint may have led us on meanwhile.
      if (targetNumber <= set.number || set.setId !== by.setId) return null;
      await keep(advance(set, header));
      kept.push({ number: targetNumber, hash, bytes, set: by });
      if (kept.length > KEPT_JUSTIFICATIONS) kept.shift();
      return header;
    });
  };

  const position: Position = {
    set: () => set,
    usualLength: () => usualLength,
    accept: async (node, bytes) => void (await take(node, bytes)),
    announce: (at, next) =>
      queue.run(async () => {
        if (set === at) await keep(withAnnounced(set, next));
      }),
  };

  const reportPresent = async (node: RpcConnection): Promise<void> => {
    const { number, hash } = set;
    if (number <= (newest.header?.ref.number ?? -1)) return;
    const header = await askHeader(node, hash);
    if (header) await report(node, header);
  };

  /** One node until it fails: what it proves by itself, and what it is asked for when it is silent. */
  const follow = async (node: RpcConnection, resume: () => void): Promise<void> => {
    const justifications = await openJustifications(node);
    try {
      for (;;) {
        const told = await catchUp(node, position, stop.signal);
        // A node that knows of much later blocks has pruned this one's state: its next justification is waited for.
        if (!justifications.live || told - set.number <= STATE_KEPT) await reportPresent(node);
        const reached = set.number;
        for (;;) {
          const bytes = await justifications.next(options.askMs ?? 6_000, stop.signal);
          if (stop.signal.aborted) return;
          if (bytes !== null) {
            const header = await takeOrCatchUp(node, bytes);
            // Who proved the block first may keep back what belongs to it: then whoever proves it next is asked.
            if (header) await report(node, header);
            else await reportPresent(node);
          }
          newest.noteAge();
          // Not before: verifying what does not hold costs more than opening a connection, and old ones cost nothing to send.
          if (bytes === null || set.number > reached) resume();
          if (bytes === null) break;
        }
      }
    } finally {
      justifications.close();
    }
  };

  /** A justification that the present set did not sign may be of a later one, to which this node then has to lead us. */
  const takeOrCatchUp = async (node: RpcConnection, bytes: Uint8Array): Promise<NodeHeader | null> => {
    try {
      return await take(node, bytes);
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
    }
    await catchUp(node, position, stop.signal);
    try {
      return await take(node, bytes);
    } catch (error) {
      if (!(error instanceof ProofError)) throw error;
      throw node.lied(`it sent a justification that does not hold (${error.message})`, error);
    }
  };

  const followMember = async (member: Member): Promise<void> => {
    const pause = pauses();
    while (!stop.signal.aborted) {
      try {
        await member.use((node) => follow(node, pause.reset));
      } catch (error) {
        if (stop.signal.aborted) return;
        trouble = messageOf(error);
        // What speaks of a node was told by the endpoints already.
        if (error instanceof RpcRefusal) {
          onTrouble(new RescueError('RESCUE_FINALITY_UNPROVEN', `${member.name} refuses: ${trouble}`));
        } else if (error instanceof RescueError && !isNodeTrouble(error)) onTrouble(error);
        else if (!(error instanceof RescueError)) throw error;
      }
      await sleep(pause.next(), stop.signal);
    }
  };

  if (options.header) {
    const { header } = options;
    since = now();
    newest.offer({ ...header, trust: 'justified', actable: true });
  }
  const members = endpoints.members().map((member) => followMember(member));
  const ended = Promise.all(members).catch((error) => {
    stop.abort();
    options.onFatal?.(error);
  });

  return {
    newest: async (): Promise<FinalHeader> => {
      if (newest.header) {
        const told = middle(await askEach(endpoints, askFinalizedNumber, TOLD_MS));
        if (told !== null) await newest.later(told - 1, stop.signal, options.patienceMs ?? 3_000);
      } else await newest.later(-1, stop.signal, FIRST_BLOCK_MS);
      if (newest.header) return newest.header;
      throw new RescueError(
        'RESCUE_FINALITY_UNPROVEN',
        `no endpoint proves a final relay block after ${set.number} (${trouble ?? 'they do not answer'})`,
      );
    },
    watch: (signal) => newest.watch(AbortSignal.any([signal, stop.signal])),
    isFinal: async ({ number, hash }) => {
      if (number === set.number) return hash === set.hash;
      if (number > set.number) return false;
      const { checkpoint } = record;
      const known = { endpoints, store, newest: newest.header, checkpoint, finalized: set };
      return isFinalBelow(known, { number, hash });
    },
    proveFinality: (block) => proofForOthers(endpoints, kept, block),
    view: () => ({
      trust: 'justified',
      actable: newest.header?.actable ?? false,
      block: newest.header?.ref.number ?? null,
      verified: set.number,
      since,
      blockTime: newest.header?.time ?? null,
      setId: set.setId,
      voters: set.authorities.length,
      checkpoint: checkpointView(record.checkpoint),
      agreement: null,
      trouble: newest.whyOld() ?? trouble,
    }),
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

/** The record of a set, for the database. */
export function recordOf(
  { genesis, checkpoint }: Pick<FollowedRecord, 'genesis' | 'checkpoint'>,
  { setId, authorities, since, next }: FollowedSet,
): FollowedRecord {
  return {
    genesis,
    checkpoint,
    setId,
    authorities: toHex(encodeAuthorities(authorities)),
    since,
    next: next && { after: next.after, authorities: toHex(encodeAuthorities(next.authorities)) },
  };
}

/** The way back, with the newest block that was verified. */
export function followedSet(record: FollowedRecord, finalized: FinalizedRecord): FollowedSet {
  const { setId, authorities, since, next } = record;
  return {
    ...finalized,
    setId,
    authorities: decodeAuthorities(fromHex(authorities)),
    since,
    next: next && { after: next.after, authorities: decodeAuthorities(fromHex(next.authorities)) },
  };
}
