import { blake2b } from '@noble/hashes/blake2.js';
import { z } from 'zod';
import { concatBytes, encodeText } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeString, encodeU32 } from '../../bytes/scale.ts';
import type { GovernanceLook, Referendum, ReferendumStage } from '../../domain/governance/referendum.ts';
import type { Hex, ParaId, RelayBlock } from '../../domain/units.ts';
import { hashSchema, hexSchema } from '../nodes/endpoints.ts';
import { account, u128 } from '../relay/relay-observation.ts';
import { type ChainAt, callOf, readAt } from './chain-at.ts';
import { type ReadProposal, readProposal } from './effects.ts';
import { type OngoingReferendum, ongoingStage } from './stage.ts';
import { type Terms, termsOf } from './tracks.ts';

/** Referenda that are looked through, from the newest down: months of any chain. */
const MOST_LOOKED = 100;
/** Preimages are whole runtimes at most; those that are longer concern no para's code hash. */
const LONGEST_PREIMAGE = 64 * 1024;

const whole = z.int().min(0).max(0xffff_ffff);
const proposalSchema = z.union([
  z.object({ inline: hexSchema }),
  z.object({ lookup: z.looseObject({ len: whole }) }),
  z.object({ legacy: z.looseObject({}) }),
]);
const ongoing = z.looseObject({
  track: whole,
  proposal: proposalSchema,
  submitted: whole,
  submissionDeposit: z.object({ who: account }),
  decisionDeposit: z.unknown(),
  deciding: z.object({ since: whole, confirming: whole.nullable() }).nullable(),
  tally: z.object({ ayes: u128, nays: u128, support: u128 }),
  inQueue: z.boolean(),
});
/** Since when, and deposits that are left. */
const closed = z.union([z.tuple([whole]).rest(z.unknown()), whole.transform((at): [number] => [at])]);
const infoSchema = z.union([
  z.object({ ongoing }),
  z.object({ approved: closed }),
  z.object({ rejected: closed }),
  z.object({ cancelled: closed }),
  z.object({ timedOut: closed }),
  z.object({ killed: whole }),
]);
type Info = z.output<typeof infoSchema>;
type ProposalName = z.output<typeof proposalSchema>;
const agendaSchema = z.array(z.looseObject({ call: proposalSchema }).nullable());
const queueSchema = z.array(z.tuple([whole, z.unknown()]));

/** What was read of referenda and cannot change: their calls, and which of them are over without anybody knowing what they were. */
export interface GovernanceMemory {
  readonly proposals: Map<number, ReadProposal>;
  readonly forgotten: Set<number>;
}

export function governanceMemory(): GovernanceMemory {
  return { proposals: new Map(), forgotten: new Set() };
}

/**
 * What governance shows of a para, from storage alone, with proofs: every referendum whose call has the relay chain's root do
 * something for it, whoever prepared that call. With a `memory` that saw it while it was open, also one whose call is gone from storage.
 * @throws RESCUE_CHAIN_REFUSES when the chain has no such referenda, RESCUE_NODE_*
 */
export async function lookAtGovernance(
  { relay, hub, hubId }: { readonly relay: ChainAt; readonly hub: ChainAt; readonly hubId: ParaId | null },
  paraId: ParaId,
  memory: GovernanceMemory = governanceMemory(),
): Promise<GovernanceLook> {
  const terms = termsOf(hub);
  const { now, infos, issuance, count } = await readReferenda(hub, hubId, memory.forgotten);
  const named = await readEnactments(hub, infos);
  const names = [...infos.entries()].flatMap(([index, info]) => proposalOf(info, named.get(index)) ?? []);
  const preimages = await readPreimages(hub, names);
  const read = (known: ReadonlyMap<Hex, Uint8Array>, want: (name: ProposalName) => void) =>
    [...infos.entries()].flatMap(([index, info]) => {
      const name = proposalOf(info, named.get(index));
      const bytes = name && bytesOf(name, preimages);
      const call = bytes && callOf(hub, bytes);
      if (!call) return [];
      const proposal = readProposal(hub, relay, call, (hash, len) => {
        const inner = known.get(hash);
        if (inner === undefined) want({ lookup: { hash, len } });
        return inner ?? null;
      });
      return [{ index, info, read: proposal }];
    });
  // Calls that are whitelisted by their hash are preimages of their own.
  const inside: ProposalName[] = [];
  read(new Map(), (name) => inside.push(name));
  const all = read(inside.length === 0 ? new Map() : await readPreimages(hub, inside), () => undefined);
  for (const { index, read: proposal } of all) {
    const known = memory.proposals.get(index);
    if (known === undefined || known.effects.length <= proposal.effects.length)
      memory.proposals.set(index, proposal);
  }
  for (const [index, info] of infos) {
    const isOver = !('ongoing' in info) && !named.has(index);
    if (isOver && !memory.proposals.has(index)) memory.forgotten.add(index);
  }
  const calls = [...infos.entries()].flatMap(([index, info]) => {
    const proposal = memory.proposals.get(index);
    return proposal?.effects.some((effect) => effect.paraId === paraId)
      ? [{ index, info, read: proposal }]
      : [];
  });
  const lists = await readLists(
    hub,
    calls.map(({ read }) => read),
    terms,
  );
  const referenda = calls.map(({ index, info, read }): Referendum => {
    const track =
      'ongoing' in info ? (terms.tracks.find(({ id }) => id === info.ongoing.track) ?? null) : null;
    const { whitelistHash } = read;
    return {
      index,
      track: track && { id: track.id, name: track.name },
      stage: stageOf(index, info, {
        now,
        issuance,
        terms,
        queues: lists.queues,
        at: named.get(index)?.at ?? null,
      }),
      effects: read.effects,
      whitelist:
        whitelistHash === null ? null : { callHash: whitelistHash, ...lists.whitelist(whitelistHash) },
      submittedBy: 'ongoing' in info ? info.ongoing.submissionDeposit.who : null,
    };
  });
  return {
    at: now,
    referenda: referenda.toSorted((a, b) => b.index - a.index),
    lookedThrough: Math.min(count, MOST_LOOKED),
    messagesWaiting: hubId === null ? undefined : await messagesWaiting(relay, hubId),
  };
}

/** The newest referenda, what governance counts time by, and the issuance that support is a part of. */
async function readReferenda(hub: ChainAt, hubId: ParaId | null, forgotten: ReadonlySet<number>) {
  const { count, now, issuance } = await readAt(hub, (batch) => {
    const counted = batch.want(whole, 'Referenda', 'ReferendumCount');
    const relayBlock =
      hubId === null ? undefined : batch.want(whole, 'ParachainSystem', 'LastRelayChainBlockNumber');
    const total = batch.want(u128, 'Balances', 'TotalIssuance');
    const inactive = batch.want(u128, 'Balances', 'InactiveIssuance');
    return () => ({
      count: counted?.() ?? 0,
      now: relayBlock?.() ?? hub.block.number,
      issuance: (total?.() ?? 0n) - (inactive?.() ?? 0n),
    });
  });
  const indices = Array.from(
    { length: Math.min(count, MOST_LOOKED) },
    (_, below) => count - 1 - below,
  ).filter((index) => !forgotten.has(index));
  const infos = await readAt(hub, (batch) => {
    const reads = indices.map(
      (index) => [index, batch.want(infoSchema, 'Referenda', 'ReferendumInfoFor', index)] as const,
    );
    return () =>
      new Map(
        reads.flatMap(([index, read]) => {
          const info = read?.();
          return info ? [[index, info] as const] : [];
        }),
      );
  });
  return { now, infos, issuance, count };
}

/** What the scheduler holds of approved referenda, by index: the block, and the call. */
async function readEnactments(
  hub: ChainAt,
  infos: ReadonlyMap<number, Info>,
): Promise<ReadonlyMap<number, { readonly at: RelayBlock; readonly call: ProposalName }>> {
  const approved = [...infos.entries()].flatMap(([index, info]) => ('approved' in info ? [index] : []));
  const places = await readAt(hub, (batch) => {
    const reads = approved.map(
      (index) =>
        [index, batch.want(z.tuple([whole, whole]), 'Scheduler', 'Lookup', enactmentName(index))] as const,
    );
    return () =>
      reads.flatMap(([index, read]) => {
        const place = read?.();
        return place ? [[index, place] as const] : [];
      });
  });
  return readAt(hub, (batch) => {
    const reads = places.map(
      ([index, [at, slot]]) =>
        [index, at, slot, batch.want(agendaSchema, 'Scheduler', 'Agenda', at)] as const,
    );
    return () =>
      new Map(
        reads.flatMap(([index, at, slot, read]) => {
          const task = read?.()?.[slot];
          return task ? [[index, { at, call: task.call }] as const] : [];
        }),
      );
  });
}

/**
 * The name under which `pallet_referenda` schedules an enactment: blake2-256 of its lock id as eight raw bytes, the text
 * `enactment`, and the index.
 */
function enactmentName(index: number): Hex {
  const name = concatBytes(encodeText('assembly'), encodeString('enactment'), encodeU32(index));
  return toHex(blake2b(name, { dkLen: 32 }));
}

function proposalOf(info: Info, enactment: { readonly call: ProposalName } | undefined): ProposalName | null {
  return 'ongoing' in info ? info.ongoing.proposal : (enactment?.call ?? null);
}

function bytesOf(name: ProposalName, preimages: ReadonlyMap<Hex, Uint8Array>): Uint8Array | null {
  if ('inline' in name) return fromHex(name.inline);
  const hash = lookupHash(name);
  return hash === null ? null : (preimages.get(hash) ?? null);
}

function lookupHash(name: ProposalName): Hex | null {
  if (!('lookup' in name)) return null;
  // polkadot-js keeps clear of its own members called `hash`.
  const parsed = hashSchema.safeParse(name.lookup.hash ?? name.lookup.hash_);
  return parsed.success ? parsed.data : null;
}

async function readPreimages(
  hub: ChainAt,
  names: readonly ProposalName[],
): Promise<ReadonlyMap<Hex, Uint8Array>> {
  const wanted = names.flatMap((name) => {
    const hash = lookupHash(name);
    return hash !== null && 'lookup' in name && name.lookup.len <= LONGEST_PREIMAGE
      ? [[hash, name.lookup.len] as const]
      : [];
  });
  if (wanted.length === 0) return new Map();
  return readAt(hub, (batch) => {
    const reads = wanted.map(
      ([hash, length]) => [hash, batch.want(hexSchema, 'Preimage', 'PreimageFor', [hash, length])] as const,
    );
    return () =>
      new Map(
        reads.flatMap(([hash, read]) => {
          const bytes = read?.();
          return bytes ? [[hash, fromHex(bytes)] as const] : [];
        }),
      );
  });
}

/** The whitelist's entries and the tracks' queues that the referenda found need. */
async function readLists(hub: ChainAt, read: readonly ReadProposal[], terms: Terms) {
  const hashes = [...new Set(read.flatMap(({ whitelistHash }) => whitelistHash ?? []))];
  return readAt(hub, (batch) => {
    const listed = hashes.map((hash) => {
      const entry = batch.has('Whitelist', 'WhitelistedCall', hash);
      const deferred = batch.has('Whitelist', 'DeferredDispatch', hash);
      return [hash, entry, deferred] as const;
    });
    const queues = terms.tracks.map(
      ({ id }) => [id, batch.want(queueSchema, 'Referenda', 'TrackQueue', id)] as const,
    );
    return () => {
      const found = new Map(
        listed.map(([hash, entry, deferred]) => [
          hash,
          { isListed: entry?.() ?? false, isDeferred: deferred?.() },
        ]),
      );
      return {
        whitelist: (hash: Hex) => found.get(hash) ?? { isListed: false, isDeferred: undefined },
        queues: new Map(queues.map(([id, queue]) => [id, (queue?.() ?? []).map(([index]) => index)])),
      };
    };
  });
}

function stageOf(
  index: number,
  info: Info,
  context: {
    readonly now: RelayBlock;
    readonly issuance: bigint;
    readonly terms: Terms;
    readonly queues: ReadonlyMap<number, readonly number[]>;
    readonly at: RelayBlock | null;
  },
): ReferendumStage {
  if ('ongoing' in info) return ongoingStage(index, info.ongoing as OngoingReferendum, context);
  if ('approved' in info) {
    return context.at === null
      ? { kind: 'dispatched', approvedAt: info.approved[0] }
      : { kind: 'scheduled', at: context.at };
  }
  if ('rejected' in info) return { kind: 'ended', how: 'Rejected', at: info.rejected[0] };
  if ('cancelled' in info) return { kind: 'ended', how: 'Cancelled', at: info.cancelled[0] };
  if ('timedOut' in info) return { kind: 'ended', how: 'TimedOut', at: info.timedOut[0] };
  return { kind: 'ended', how: 'Killed', at: info.killed };
}

/** Messages of the governing chain that the relay chain has taken in and not executed yet. */
async function messagesWaiting(relay: ChainAt, hubId: ParaId): Promise<number | undefined> {
  return readAt(relay, (batch) => {
    const book = batch.want(z.looseObject({ messageCount: z.int().min(0) }), 'MessageQueue', 'BookStateFor', {
      Ump: { Para: hubId },
    });
    return () => (book ? (book()?.messageCount ?? 0) : undefined);
  });
}
