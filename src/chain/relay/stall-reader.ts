import { z } from 'zod';
import { blake2b256 } from '../../bytes/blake2.ts';
import { toHex } from '../../bytes/hex.ts';
import { encodeU32, encodeVec } from '../../bytes/scale.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import type { BackingConstraints } from '../../domain/diagnosis/facts.ts';
import { NO_MESSAGE } from '../../domain/diagnosis/message-queues.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaStanding, RelayQueue, StallReader, WaitingMessage } from '../../domain/ports/stall.ts';
import type { ParaId } from '../../domain/units.ts';
import { scaleReader } from '../../proof/index.ts';
import type { FinalizedSource } from '../finality/source.ts';
import { type Endpoints, hashSchema } from '../nodes/endpoints.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { headerNotes } from './header-notes.ts';
import { runtimeAnswer } from './runtime-answer.ts';

const u32 = z.int().min(0).max(0xffff_ffff);
/** `ParaPastCodeMeta`: `lastPruned` is the newest of the switches that are forgotten. */
const pastCodeMeta = z.looseObject({
  upgradeTimes: z.array(z.looseObject({ activatedAt: u32 })),
  lastPruned: u32.nullable(),
});
const candidate = z.looseObject({ backedInNumber: u32 });
const channel = z.looseObject({ mqcHead: hashSchema.nullable() });
/** Channels into one para that are compared; relay chains allow 30 today. */
const MOST_CHANNELS = 256;

interface At {
  readonly node: RpcConnection;
  readonly chain: ProvenChain;
  readonly relay: RelayBlockRef;
  readonly paraId: ParaId;
}

/** Reads what a diagnosis needs of the relay chain beside the observation, by the endpoints and the finality of those who observe it. */
export function createStallReader(options: {
  readonly endpoints: Endpoints;
  readonly finality: Pick<FinalizedSource, 'isFinal'>;
  readonly proven: ProvenChain;
}): StallReader {
  const { endpoints, finality, proven: chain } = options;
  const at =
    <T>(read: (of: At) => Promise<T>) =>
    (paraId: ParaId, relay: RelayBlockRef): Promise<T> =>
      endpoints.use((node) => read({ node, chain, relay, paraId }));
  return {
    standing: at(standingAt),
    queues: at(queuesAt),
    constraints: at(constraintsAt),
    notes: (from, to) =>
      endpoints.use(async (node) => {
        const { newest, ...notes } = await headerNotes(node, from, to);
        const isFinal = await isKnownFinal(finality, newest);
        // It may be on a fork, or make headers up: another node is asked.
        if (isFinal === false) throw unknownBlock(node, `${newest.number} that is final`);
        return { ...notes, isFinal: isFinal === true };
      }),
  };
}

/** Undefined where that cannot be told any more. */
async function isKnownFinal(
  finality: Pick<FinalizedSource, 'isFinal'>,
  block: Pick<RelayBlockRef, 'number' | 'hash'>,
): Promise<boolean | undefined> {
  try {
    return await finality.isFinal(block);
  } catch (error) {
    if (error instanceof RescueError) return undefined;
    throw error;
  }
}

async function standingAt({ node, chain, relay, paraId }: At): Promise<ParaStanding> {
  const batch = new StorageBatch(await chain.runtimeOf(node, relay));
  const meta = batch.want(pastCodeMeta, 'Paras', 'PastCodeMeta', paraId);
  const candidates = batch.want(z.array(candidate), 'ParaInclusion', 'V1', paraId);
  // Relay chains of before 2024: one at a time.
  const single = candidates
    ? undefined
    : batch.want(candidate, 'ParaInclusion', 'PendingAvailability', paraId);
  await batch.fetch(node, chain, relay);
  return { codeSwitchedAt: meta && newestSwitch(meta()), backedAt: backedBlocks(candidates?.(), single?.()) };

  function backedBlocks(
    list: readonly z.output<typeof candidate>[] | null | undefined,
    one: z.output<typeof candidate> | null | undefined,
  ): readonly number[] | undefined {
    if (!candidates && !single) return undefined;
    return [...(list ?? []), ...(one ? [one] : [])].map(({ backedInNumber }) => backedInNumber);
  }
}

/** Null for a para whose code never changed; one without the entry is of that kind. */
function newestSwitch(meta: z.output<typeof pastCodeMeta> | null): number | null {
  const times = [
    ...(meta?.upgradeTimes ?? []).map(({ activatedAt }) => activatedAt),
    meta?.lastPruned ?? null,
  ];
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(...known);
}

async function queuesAt(of: At): Promise<readonly RelayQueue[]> {
  const { node, chain, relay, paraId } = of;
  const downward = await answer(of, 'ParachainHost_dmq_contents', (bytes) => {
    const reader = scaleReader(bytes, 'messages from the relay chain');
    const messages = reader.list((): WaitingMessage => message(reader.u32(), reader.vec()));
    reader.end();
    return messages;
  });
  const inbound = await answer(of, 'ParachainHost_inbound_hrmp_channels_contents', (bytes) => {
    const reader = scaleReader(bytes, 'messages of channels');
    const channels = reader.list(
      () => [reader.u32(), reader.list((): WaitingMessage => message(reader.u32(), reader.vec()))] as const,
    );
    reader.end();
    return channels;
  });
  const batch = new StorageBatch(await chain.runtimeOf(node, relay));
  const head = batch.want(hashSchema, 'Dmp', 'DownwardMessageQueueHeads', paraId);
  const heads = (inbound ?? []).slice(0, MOST_CHANNELS).map(([sender, messages]) => ({
    sender,
    messages,
    read: batch.want(channel, 'Hrmp', 'HrmpChannels', { sender, recipient: paraId }),
  }));
  await batch.fetch(node, chain, relay);
  if (!downward || !inbound || !head) {
    throw new RescueError(
      'RESCUE_EXECUTION_FAILED',
      'This relay chain does not tell which messages wait for a para.',
    );
  }
  return [
    { sender: null, head: head() ?? NO_MESSAGE, messages: downward },
    ...heads.flatMap(({ sender, messages, read }) => {
      const found = read?.();
      return found ? [{ sender, head: found.mqcHead ?? NO_MESSAGE, messages }] : [];
    }),
  ];
}

function message(sentAt: number, bytes: Uint8Array): WaitingMessage {
  return { sentAt, hash: toHex(blake2b256(encodeVec(bytes))) };
}

/** `Option<Constraints>` of polkadot-primitives' async backing, as version 13 of the API gives it. */
function constraintsAt(of: At): Promise<BackingConstraints | null> {
  return answer(of, 'ParachainHost_backing_constraints', (bytes) => {
    const reader = scaleReader(bytes, 'backing constraints');
    const constraints = reader.option((): BackingConstraints => {
      const minRelayParent = reader.u32();
      // Largest proof of validity, code and head data.
      reader.bytes(12);
      const [upwardMessages, upwardBytes] = [reader.u32(), reader.u32()];
      reader.u32();
      const downwardMessages = reader.list(() => reader.u32()).length;
      // Watermarks that inbound channels allow, and what outbound ones still take.
      reader.list(() => reader.u32());
      reader.list(() => reader.bytes(12));
      reader.u32();
      return {
        minRelayParent,
        upwardMessages,
        upwardBytes,
        downwardMessages,
        requiredParent: toHex(blake2b256(reader.vec())),
        codeHash: toHex(reader.bytes(32)),
        upgradeRestricted: reader.option(() => reader.u8()) !== null,
        futureCode: reader.option(() => ({ at: reader.u32(), codeHash: toHex(reader.bytes(32)) })),
      };
    });
    reader.end();
    return constraints;
  });
}

function answer<T>(
  { node, chain, relay, paraId }: At,
  method: string,
  decode: (bytes: Uint8Array) => T,
): Promise<T | null> {
  return runtimeAnswer({ node, chain, block: relay, method, argument: encodeU32(paraId) }, decode);
}
