import { decodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type {
  ParaHeadRef,
  ParaObservation,
  RelayLimits,
  RelayObservation,
} from '../../domain/chain/observation.ts';
import { messageOf } from '../../domain/errors.ts';
import type { AccountHex, Hex, ParaId } from '../../domain/units.ts';
import { decodeHeader, headerHash } from '../../proof/index.ts';
import type { ChainRuntime, RuntimeCache } from '../nodes/chain-runtime.ts';
import { hashSchema, hexSchema } from '../nodes/endpoints.ts';
import { askBestNumber, type NodeHeader } from '../nodes/header-json.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';
import { StorageBatch } from '../nodes/storage-batch.ts';
import { decodeClaimQueue } from './claim-queue.ts';

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

/** The runtime whose types the storage of `header`'s block follows: the one that executed it. */
export function runtimeOf(
  runtimes: RuntimeCache,
  node: RpcConnection,
  header: NodeHeader,
): Promise<ChainRuntime> {
  return runtimes.load(node, header.ref.number === 0 ? header.ref.hash : header.parentHash);
}

/** Reads every watched para at one block: one storage request, one runtime call, and the best block's number. */
export async function observeAt(
  node: RpcConnection,
  runtimes: RuntimeCache,
  genesis: Hex,
  header: NodeHeader,
  paraIds: readonly ParaId[],
): Promise<RelayObservation> {
  const runtime = await runtimeOf(runtimes, node, header);
  const batch = new StorageBatch(runtime);
  const readParas = planParas(batch, paraIds);
  const at = header.ref.hash;
  const [, claimed, best] = await Promise.all([
    batch.fetch(node, at),
    askClaimed(node, runtime, at),
    askBestNumber(node),
  ]);
  const relay = header.ref;
  const relayBest = Math.max(best, relay.number);
  const paras = readParas().map(
    (para): ParaObservation => ({
      ...para,
      relay,
      relayBest,
      hasCore: claimed?.has(para.paraId),
    }),
  );
  return { genesis, relay, relayBest, relaySpecVersion: runtime.version.specVersion, paras };
}

export async function limitsAt(
  node: RpcConnection,
  runtimes: RuntimeCache,
  header: NodeHeader,
): Promise<RelayLimits> {
  const runtime = await runtimeOf(runtimes, node, header);
  const batch = new StorageBatch(runtime);
  const config = batch.need(activeConfig, 'Configuration', 'ActiveConfig');
  await batch.fetch(node, header.ref.hash);
  const limits = config();
  if (!limits) throw node.malformed('the relay chain has no active configuration');
  return {
    ...limits,
    appliesAtExpectedBlock: runtime.storage('Paras', 'FutureCodeUpgradesAt') !== undefined,
  };
}

type StoredPart = Omit<ParaObservation, 'relay' | 'relayBest' | 'hasCore'>;

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

/** Paras in the claim queue; undefined when the relay's runtime cannot tell. */
async function askClaimed(
  node: RpcConnection,
  runtime: ChainRuntime,
  at: Hex,
): Promise<Set<ParaId> | undefined> {
  if (runtime.apiVersion('ParachainHost') === undefined) return undefined;
  let answer: Hex;
  try {
    answer = await node.ask(hexSchema, 'state_call', 'ParachainHost_claim_queue', '0x', at);
  } catch (error) {
    // Runtimes before version 11 of the API lack the method; nodes say so in words that differ.
    if (error instanceof RpcRefusal) return undefined;
    throw error;
  }
  try {
    return decodeClaimQueue(fromHex(answer));
  } catch (error) {
    throw node.malformed(`its claim queue cannot be decoded (${messageOf(error)})`, error);
  }
}
