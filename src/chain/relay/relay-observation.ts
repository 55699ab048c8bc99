import { decodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type {
  IncludedHead,
  ParaHeadRef,
  ParaObservation,
  RelayBlockRef,
  RelayLimits,
} from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex, ParaId } from '../../domain/units.ts';
import { decodeHeader, headerHash } from '../../proof/index.ts';
import type { FinalHeader } from '../finality/source.ts';
import { hashSchema, hexSchema } from '../nodes/endpoints.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { assignedParas, hasCoreOf } from './assigned-cores.ts';
import { claimedParas } from './claim-queue.ts';
import { migrationStage, registrarShape } from './registrar-shape.ts';

const u32 = z.int().min(0).max(0xffff_ffff);
/** Balances: polkadot-js gives small ones as numbers, large ones as hex. */
export const u128 = z.union([z.int().min(0), hexSchema]).transform((value) => BigInt(value));
export const account = z.string().transform((text, context): AccountHex => {
  try {
    return toHex(decodeAddress(text));
  } catch {
    context.addIssue({ code: 'custom', message: 'must be an account id' });
    return z.NEVER;
  }
});
const blocksByPara = z.array(z.tuple([u32, u32]));
const registrarEntry = z.object({
  manager: account,
  deposit: u128,
  // `Option<bool>` today, a plain bool on older relays.
  locked: z.boolean().nullable(),
});
const authorizedCode = z.object({ codeHash: hashSchema, expireAt: u32 });
const activeConfig = z.object({
  maxCodeSize: u32,
  maxHeadDataSize: u32,
  validationUpgradeDelay: u32,
  validationUpgradeCooldown: u32,
  minimumValidationUpgradeDelay: u32,
  pvfVotingTtl: u32,
});

/**
 * Reads every watched para at one block, with proofs; the claim queue is computed here. Only the best block's number is
 * the node's word: it can tell of a lag of finality, and of nothing else.
 */
export async function observeAt(
  node: RpcConnection,
  chain: ProvenChain,
  header: NodeHeader,
  paraIds: readonly ParaId[],
): Promise<{ relay: RelayBlockRef; relaySpecVersion: number; paras: readonly ReadPara[] }> {
  const relay = header.ref;
  const runtime = await chain.runtimeOf(node, relay);
  const batch = new StorageBatch(runtime);
  const readParas = planParas(batch, paraIds);
  await batch.fetch(node, chain, relay);
  const claimed = paraIds.length === 0 ? undefined : await claimedParas(node, chain, relay);
  const stored = readParas();
  // Read only where the claim queue does not answer already.
  const isOpen = stored.some(({ paraId, lifecycle }) => lifecycle !== null && !claimed?.has(paraId));
  const assigned = isOpen ? await assignedParas(node, chain, relay, runtime) : undefined;
  const paras = stored.map((para) => ({ ...para, relay, hasCore: hasCoreOf(para, { claimed, assigned }) }));
  return { relay, relaySpecVersion: runtime.version.specVersion, paras };
}

export async function limitsAt(
  node: RpcConnection,
  chain: ProvenChain,
  { ref }: NodeHeader,
): Promise<RelayLimits> {
  const runtime = await chain.runtimeOf(node, ref);
  const batch = new StorageBatch(runtime);
  const config = batch.need(activeConfig, 'Configuration', 'ActiveConfig');
  const migration = migrationStage(runtime, batch);
  await batch.fetch(node, chain, ref);
  const limits = config();
  if (!limits) throw new RescueError('RESCUE_CHAIN_REFUSES', 'The relay chain has no active configuration.');
  return {
    ...limits,
    appliesAtExpectedBlock: runtime.storage('Paras', 'FutureCodeUpgradesAt') !== undefined,
    registrar: registrarShape(runtime, migration()),
  };
}

/** The last included head of a para; null when it has none, or one that is no header. */
export async function includedHeadAt(
  node: RpcConnection,
  chain: ProvenChain,
  { ref: relay, trust, actable }: FinalHeader,
  paraId: ParaId,
): Promise<IncludedHead | null> {
  const batch = new StorageBatch(await chain.runtimeOf(node, relay));
  const data = batch.need(hexSchema, 'Paras', 'Heads', paraId);
  await batch.fetch(node, chain, relay);
  const head = headOf(data());
  return head && { ...head, relay, trust, actable };
}

/** What the block itself says of a para. */
type ReadPara = Omit<ParaObservation, 'relayBest' | 'trust' | 'actable'>;
type StoredPart = Omit<ReadPara, 'relay' | 'hasCore'>;

/** Names the items of every para; the returned function reads them once the batch was fetched. */
function planParas(batch: StorageBatch, paraIds: readonly ParaId[]): () => StoredPart[] {
  const cooldowns = batch.need(blocksByPara, 'Paras', 'UpgradeCooldowns');
  const upgradesAt = batch.want(blocksByPara, 'Paras', 'FutureCodeUpgradesAt');
  const pvfVotes = batch.need(z.array(hashSchema), 'Paras', 'PvfActiveVoteList');
  const frozen = batch.want(u32, 'ParasDisputes', 'Frozen');
  const plans = paraIds.map((paraId) => {
    const headData = batch.need(hexSchema, 'Paras', 'Heads', paraId);
    const mostRecentContext = batch.need(u32, 'Paras', 'MostRecentContext', paraId);
    const lifecycle = batch.need(z.string(), 'Paras', 'ParaLifecycles', paraId);
    const currentCodeHash = batch.need(hashSchema, 'Paras', 'CurrentCodeHash', paraId);
    const futureCodeHash = batch.need(hashSchema, 'Paras', 'FutureCodeHash', paraId);
    const futureCodeUpgrade = batch.need(u32, 'Paras', 'FutureCodeUpgrades', paraId);
    const upgradeGoAhead = batch.need(z.enum(['GoAhead', 'Abort']), 'Paras', 'UpgradeGoAheadSignal', paraId);
    const upgradeRestriction = batch.need(z.literal('Present'), 'Paras', 'UpgradeRestrictionSignal', paraId);
    const authorized = batch.want(authorizedCode, 'Paras', 'AuthorizedCodeHash', paraId);
    const registrar = batch.want(registrarEntry, 'Registrar', 'Paras', paraId);
    return (): StoredPart => ({
      paraId,
      headData: headData(),
      head: headOf(headData()),
      mostRecentContext: mostRecentContext(),
      lifecycle: lifecycle(),
      currentCodeHash: currentCodeHash(),
      futureCodeHash: futureCodeHash(),
      futureCodeUpgrade: futureCodeUpgrade(),
      futureCodeUpgradeAt: upgradesAt && blockOf(upgradesAt(), paraId),
      upgradeGoAhead: upgradeGoAhead(),
      upgradeRestriction: upgradeRestriction(),
      upgradeCooldownUntil: blockOf(cooldowns(), paraId),
      pvfVotes: pvfVotes() ?? [],
      authorizedCode: authorized?.(),
      registrar: registrar?.(),
      disputesFrozen: frozen?.(),
    });
  });
  return () => plans.map((read) => read());
}

function blockOf(list: readonly [ParaId, number][] | null, paraId: ParaId): number | null {
  return list?.find(([id]) => id === paraId)?.[1] ?? null;
}

/** The header in head data; null when it holds something else, as heads of paras without FRAME do. */
export function headOf(headData: Hex | null): ParaHeadRef | null {
  if (headData === null) return null;
  const bytes = fromHex(headData);
  try {
    const { number, stateRoot } = decodeHeader(bytes);
    return { hash: toHex(headerHash(bytes)), number, stateRoot: toHex(stateRoot) };
  } catch {
    return null;
  }
}
