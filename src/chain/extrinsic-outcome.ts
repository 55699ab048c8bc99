import type { EventRecord } from '@polkadot/types/interfaces';
import type { Vec } from '@polkadot/types-codec';
import { blake2AsHex, encodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import type { RelayBlockRef } from '../domain/observation.ts';
import type { ExtrinsicOutcome, SignedExtrinsic } from '../domain/ports.ts';
import { fromHex, type Hex } from '../domain/units.ts';
import { hashSchema, hexSchema } from './endpoints.ts';
import { askFinalized, askHeader } from './header-json.ts';
import type { RelayRuntime, RuntimeCache } from './relay-runtime.ts';
import type { RpcConnection } from './rpc-connection.ts';

const blockSchema = z.object({ block: z.object({ extrinsics: z.array(hexSchema) }) });
const accountSchema = z.looseObject({ nonce: z.int().min(0) });

/** What became of an extrinsic, from finalized blocks of its era only; see `RelaySubmitter.outcome`. */
export async function readOutcome(
  node: RpcConnection,
  runtimes: RuntimeCache,
  extrinsic: SignedExtrinsic,
): Promise<ExtrinsicOutcome> {
  const finalized = await askFinalized(node);
  const last = Math.min(finalized.ref.number, extrinsic.death);
  for (let number = extrinsic.birth + 1; number <= last; number += 1) {
    const hash = await node.ask(hashSchema, 'chain_getBlockHash', number);
    const { block } = await node.ask(blockSchema, 'chain_getBlock', hash);
    const index = block.extrinsics.findIndex((bytes) => blake2AsHex(fromHex(bytes)) === extrinsic.hash);
    if (index >= 0) return readResult(node, runtimes, hash, index);
  }
  if (finalized.ref.number > extrinsic.death) {
    return { kind: 'lost', reason: `its era ended with relay block ${extrinsic.death}` };
  }
  const nonce = await nonceAt(node, runtimes, extrinsic, finalized.ref.hash, finalized.parentHash);
  if (nonce > extrinsic.nonce)
    return { kind: 'lost', reason: `another extrinsic used its nonce ${extrinsic.nonce}` };
  return { kind: 'pending' };
}

async function readResult(
  node: RpcConnection,
  runtimes: RuntimeCache,
  hash: Hex,
  index: number,
): Promise<ExtrinsicOutcome> {
  const header = await askHeader(node, hash);
  if (!header) throw node.malformed(`it does not know the block ${hash} that it named`);
  const block: RelayBlockRef = header.ref;
  const runtime = await runtimes.load(node, header.parentHash);
  const item = runtime.storage('System', 'Events');
  const value = item && (await node.ask(hexSchema.nullable(), 'state_getStorage', item.key(), hash));
  if (!item || !value) throw node.malformed(`it gives no events of block ${hash}`);
  const events = runtime.registry.createType(
    'Vec<EventRecord>',
    fromHex(value),
  ) as unknown as Vec<EventRecord>;
  for (const { phase, event } of events) {
    if (!phase.isApplyExtrinsic || phase.asApplyExtrinsic.toNumber() !== index || event.section !== 'system')
      continue;
    if (event.method === 'ExtrinsicSuccess') return { kind: 'succeeded', block };
    if (event.method === 'ExtrinsicFailed')
      return { kind: 'failed', block, reason: reasonOf(runtime, event.data[0]) };
  }
  throw node.malformed(`block ${hash} holds the extrinsic, but no event of its end`);
}

/** `registrar.ParaLocked: …` for module errors, otherwise the dispatch error's own name. */
function reasonOf(runtime: RelayRuntime, error: unknown): string {
  const dispatch = error as { isModule?: boolean; asModule?: never; toString(): string };
  if (!dispatch.isModule || !dispatch.asModule) return dispatch.toString();
  const { section, name, docs } = runtime.registry.findMetaError(dispatch.asModule);
  return `${section}.${name}${docs.length > 0 ? `: ${docs.join(' ').trim()}` : ''}`;
}

async function nonceAt(
  node: RpcConnection,
  runtimes: RuntimeCache,
  { signer }: SignedExtrinsic,
  at: Hex,
  parent: Hex,
): Promise<number> {
  const item = (await runtimes.load(node, parent)).storage('System', 'Account');
  if (!item) throw node.malformed('its chain has no System.Account');
  const value = await node.ask(
    hexSchema.nullable(),
    'state_getStorage',
    item.key(encodeAddress(fromHex(signer), 42)),
    at,
  );
  return value === null ? 0 : accountSchema.parse(item.decode(fromHex(value))).nonce;
}
