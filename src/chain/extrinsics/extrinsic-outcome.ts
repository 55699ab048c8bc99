import type { DispatchError, EventRecord } from '@polkadot/types/interfaces';
import type { Vec } from '@polkadot/types-codec';
import { blake2AsHex } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex } from '../../bytes/hex.ts';
import type { ExtrinsicOutcome, SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import { messageOf } from '../../domain/errors.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import { hashSchema, hexSchema } from '../nodes/endpoints.ts';
import { askFinalized, type NodeHeader, readHeader } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { provenNonce } from '../proven/nonce.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';

const blockSchema = z.object({ block: z.object({ header: z.unknown(), extrinsics: z.array(hexSchema) }) });

/**
 * Looks for extrinsics in the finalized blocks of their eras; see `RelaySubmitter.outcome`. A finalized block is read
 * once for each extrinsic, however often its outcome is asked for.
 */
export class OutcomeReader {
  readonly #chain: ProvenChain;
  /** Last finalized block of the extrinsic's era that was searched without finding it. */
  readonly #searched = new Map<Hex, RelayBlock>();

  constructor(chain: ProvenChain) {
    this.#chain = chain;
  }

  async read(node: RpcConnection, extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome> {
    const finalized = await askFinalized(node);
    const last = Math.min(finalized.ref.number, extrinsic.death);
    for (
      let number = (this.#searched.get(extrinsic.hash) ?? extrinsic.birth) + 1;
      number <= last;
      number += 1
    ) {
      const block = await askBlock(node, number);
      const index = block.extrinsics.findIndex((bytes) => blake2AsHex(fromHex(bytes)) === extrinsic.hash);
      if (index >= 0) return this.#result(node, block.header, index);
      this.#searched.set(extrinsic.hash, number);
    }
    if (finalized.ref.number >= extrinsic.death) {
      return { kind: 'lost', reason: `its era ended with relay block ${extrinsic.death}` };
    }
    if ((await provenNonce(node, this.#chain, finalized.ref, extrinsic.signer)) > extrinsic.nonce) {
      return { kind: 'lost', reason: `another extrinsic used its nonce ${extrinsic.nonce}` };
    }
    return { kind: 'pending' };
  }

  /** From the events of the block; they are gone from nodes that prune states, 256 blocks later by default. */
  async #result(node: RpcConnection, header: NodeHeader, index: number): Promise<ExtrinsicOutcome> {
    const block = header.ref;
    const runtime = await this.#chain.runtimeOf(node, block);
    const item = runtime.storage('System', 'Events');
    const [value] = item ? await this.#chain.read(node, block, [item.key()]) : [];
    if (!value) throw node.malformed(`it gives no events of block ${block.hash}`);
    for (const { phase, event } of decodeEvents(node, runtime, value)) {
      if (!phase.isApplyExtrinsic || phase.asApplyExtrinsic.toNumber() !== index) continue;
      if (event.section !== 'system') continue;
      if (event.method === 'ExtrinsicSuccess') return { kind: 'succeeded', block };
      if (event.method !== 'ExtrinsicFailed') continue;
      return { kind: 'failed', block, reason: dispatchErrorText(runtime, event.data[0]) };
    }
    throw node.malformed(`block ${block.hash} holds the extrinsic, but no event of its end`);
  }
}

async function askBlock(
  node: RpcConnection,
  number: RelayBlock,
): Promise<{ header: NodeHeader; extrinsics: Hex[] }> {
  const hash = await node.ask(hashSchema, 'chain_getBlockHash', number);
  const { block } = await node.ask(blockSchema, 'chain_getBlock', hash);
  const header = readHeader(node, block.header);
  if (header.ref.hash !== hash || header.ref.number !== number) {
    throw node.malformed(`asked for block ${number} with the hash ${hash}, it sent another one`);
  }
  return { header, extrinsics: block.extrinsics };
}

function decodeEvents(
  node: RpcConnection,
  { registry }: ChainRuntime,
  value: Uint8Array,
): readonly EventRecord[] {
  try {
    return registry.createTypeUnsafe<Vec<EventRecord>>('Vec<EventRecord>', [value]);
  } catch (error) {
    throw node.malformed(`its events cannot be decoded (${messageOf(error).slice(0, 200)})`, error);
  }
}

/** `registrar.ParaLocked: …` for errors of a pallet, otherwise the dispatch error's own name, such as `BadOrigin`. */
export function dispatchErrorText(runtime: ChainRuntime, error: unknown): string {
  const dispatch = error as Partial<DispatchError> | undefined;
  if (!dispatch?.isModule || !dispatch.asModule) return String(dispatch);
  const { section, name, docs } = runtime.registry.findMetaError(dispatch.asModule);
  const text = docs.join(' ').trim();
  return text === '' ? `${section}.${name}` : `${section}.${name}: ${text}`;
}
