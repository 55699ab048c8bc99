import { createSerialQueue } from '../../domain/concurrency/serial-queue.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { EpochMs, Hex, RelayBlock } from '../../domain/units.ts';
import { type Endpoints, hashSchema, type Member } from '../nodes/endpoints.ts';
import { askFinalized, askHeader, type NodeHeader, subscribeFinalized } from '../nodes/header-json.ts';
import { pauses, sleep } from '../nodes/pause.ts';
import { type RpcConnection, RpcRefusal, unknownBlock } from '../nodes/rpc-connection.ts';
import { Newest } from './newest.ts';
import { readTime } from './proven-reads.ts';
import type { FinalHeader, FinalizedSource } from './source.ts';
import { askEach, askFinalizedNumber } from './told.ts';

export interface AgreementOptions {
  readonly endpoints: Endpoints;
  /** How many endpoints must name the same block: 2 or more. */
  readonly needed: number;
  readonly onTrouble: (trouble: RescueError) => void;
  /** Milliseconds without a head after which a node is asked for it; 6 seconds. */
  readonly askMs?: number;
  readonly patienceMs?: number;
  readonly now?: () => EpochMs;
}

const TOLD_MS = 1_500;
const FIRST_BLOCK_MS = 15_000;

/**
 * Final blocks of a relay chain that gives no proofs: the newest that as many endpoints as needed have in their finalized chain. One that
 * names another block at a number that was agreed is told by name and left, and fewer than needed can neither make a block final nor hide one.
 */
export function agreeOnFinality(options: AgreementOptions): FinalizedSource {
  const { endpoints, needed, onTrouble } = options;
  const now = options.now ?? Date.now;
  const members = endpoints.members();
  const newest = new Newest({ now, onTrouble });
  const queue = createSerialQueue();
  const stop = new AbortController();
  /** What each endpoint calls its newest final block. */
  const heads = new Map<Member, NodeHeader['ref']>();
  let since: EpochMs | null = null;
  let trouble: string | null = null;

  /** Looks for a newer block that enough of them have; what their heads say now is asked of each of them. */
  const weigh = async (): Promise<void> => {
    const last = newest.header?.ref ?? null;
    const number = [...heads.values()].map((head) => head.number).toSorted((a, b) => b - a)[needed - 1];
    if (number === undefined || (last && number <= last.number)) return;
    const able = members.filter((member) => (heads.get(member)?.number ?? -1) >= number);
    const votes = await Promise.all(able.map((member) => hashOf(member, number, last)));
    const supporters = new Map<Hex, Member[]>();
    for (const vote of votes) {
      if (vote) supporters.set(vote.hash, [...(supporters.get(vote.hash) ?? []), vote.member]);
    }
    const [agreed] = [...supporters].filter(([, by]) => by.length >= needed);
    if (!agreed) {
      trouble = `no ${needed} endpoints have the same relay block ${number}`;
      if (supporters.size > 1) {
        const names = [...supporters].map(
          ([hash, by]) => `${by.map(({ name }) => name).join(', ')}: ${hash}`,
        );
        onTrouble(new RescueError('RESCUE_NODE_CONTRADICTS', `${trouble} (${names.join('; ')})`));
      }
      return;
    }
    const [hash, by] = agreed;
    for (const vote of votes) {
      if (vote && vote.hash !== hash) onTrouble(contradiction(vote.member.name, number, vote.hash, hash));
    }
    const header = await firstOf(by, async (node) => {
      const found = await askHeader(node, hash);
      if (!found) throw unknownBlock(node, hash);
      if (found.ref.number !== number)
        throw node.malformed(`it has block ${found.ref.number} at number ${number}`);
      return { ...found, time: await readTime(node, found) };
    });
    if (!header) {
      trouble = `nobody proves the time of relay block ${number}`;
      return;
    }
    since = now();
    trouble = null;
    newest.offer({ ...header, trust: 'agreed', actable: true });
  };

  /** The hash that an endpoint has at `number`, if its chain holds what was agreed before. */
  const hashOf = async (
    member: Member,
    number: RelayBlock,
    last: NodeHeader['ref'] | null,
  ): Promise<{ readonly member: Member; readonly hash: Hex } | null> => {
    try {
      return await member.use(async (node) => {
        if (last) {
          const there = await node.ask(hashSchema.nullable(), 'chain_getBlockHash', last.number);
          if (there !== last.hash) throw contradiction(member.name, last.number, there, last.hash);
        }
        const head = heads.get(member);
        if (head?.number === number) return { member, hash: head.hash };
        const hash = await node.ask(hashSchema.nullable(), 'chain_getBlockHash', number);
        return hash && { member, hash };
      });
    } catch (error) {
      if (!isNodeTrouble(error) && !(error instanceof RpcRefusal)) throw error;
      heads.delete(member);
      return null;
    }
  };

  const follow = async (member: Member, node: RpcConnection, resume: () => void): Promise<void> => {
    let failure: RescueError | null = null;
    let wake: () => void = () => undefined;
    const offer = (header: NodeHeader) => {
      heads.set(member, header.ref);
      wake();
    };
    const close = await subscribeFinalized(node, offer, (reason) => {
      failure ??= reason;
      wake();
    });
    try {
      while (!stop.signal.aborted) {
        if (failure) throw failure;
        if (heads.has(member)) await queue.run(weigh);
        newest.noteAge();
        resume();
        if (failure) throw failure;
        const pause = new AbortController();
        wake = () => pause.abort();
        await sleep(options.askMs ?? 6_000, AbortSignal.any([pause.signal, stop.signal]));
        if (!pause.signal.aborted && !stop.signal.aborted) offer(await askFinalized(node));
      }
    } finally {
      close();
    }
  };

  const followMember = async (member: Member): Promise<void> => {
    const pause = pauses();
    while (!stop.signal.aborted) {
      try {
        await member.use((node) => follow(member, node, pause.reset));
      } catch (error) {
        heads.delete(member);
        if (stop.signal.aborted) return;
        trouble = messageOf(error);
        if (!isNodeTrouble(error)) {
          onTrouble(
            new RescueError('RESCUE_FINALITY_UNPROVEN', `${member.name}: ${trouble}`, { cause: error }),
          );
        }
      }
      await sleep(pause.next(), stop.signal);
    }
  };
  const ended = Promise.all(members.map(followMember));

  return {
    newest: async (): Promise<FinalHeader> => {
      if (newest.header) {
        const told = await askEach(endpoints, askFinalizedNumber, TOLD_MS);
        const number = told.toSorted((a, b) => b - a)[needed - 1];
        if (number !== undefined) await newest.later(number - 1, stop.signal, options.patienceMs ?? 3_000);
      } else await newest.later(-1, stop.signal, FIRST_BLOCK_MS);
      if (newest.header) return newest.header;
      throw new RescueError(
        'RESCUE_FINALITY_UNPROVEN',
        `${needed} endpoints have to agree on a final relay block, and do not (${trouble ?? 'they do not answer'})`,
      );
    },
    watch: (signal) => newest.watch(AbortSignal.any([signal, stop.signal])),
    isFinal: async ({ number, hash }) => {
      if (!newest.header || number > newest.header.ref.number) return false;
      const answers = await askEach(
        endpoints,
        (node) => node.ask(hashSchema.nullable(), 'chain_getBlockHash', number),
        TOLD_MS * 4,
      );
      const same = answers.filter((answer) => answer === hash).length;
      if (same >= needed || answers.length - same >= needed) return same >= needed;
      throw new RescueError(
        'RESCUE_FINALITY_UNPROVEN',
        `${needed} endpoints have to agree on relay block ${number}, and ${answers.length} answer`,
      );
    },
    proveFinality: async () => null,
    view: () => ({
      trust: 'agreed',
      actable: newest.header?.actable ?? false,
      block: newest.header?.ref.number ?? null,
      verified: null,
      since,
      blockTime: newest.header?.time ?? null,
      setId: null,
      voters: null,
      checkpoint: null,
      agreement: needed,
      trouble: newest.whyOld() ?? trouble,
    }),
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

function contradiction(name: string, number: RelayBlock, its: Hex | null, agreed: Hex): RescueError {
  return new RescueError(
    'RESCUE_NODE_CONTRADICTS',
    `${name} has ${its ?? 'nothing'} at relay block ${number}, where the endpoints agreed on ${agreed}`,
  );
}

async function firstOf<T>(
  members: readonly Member[],
  question: (node: RpcConnection) => Promise<T>,
): Promise<T | null> {
  for (const member of members) {
    try {
      return await member.use(question);
    } catch (error) {
      if (!isNodeTrouble(error) && !(error instanceof RpcRefusal)) throw error;
    }
  }
  return null;
}
