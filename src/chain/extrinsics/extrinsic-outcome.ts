import type { DispatchError, EventRecord } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import type { Vec } from '@polkadot/types-codec';
import { blake2AsHex } from '@polkadot/util-crypto';
import type { ExtrinsicOutcome, SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import { isNodeTrouble, messageOf } from '../../domain/errors.ts';
import type { Hex, Planck, RelayBlock } from '../../domain/units.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { provenNonce } from '../proven/nonce.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { type LinkedBlock, LinkedBlocks } from './linked-blocks.ts';

/** Extrinsics for which it is remembered how far their eras were searched. */
const MOST_REMEMBERED = 64;

/** Blocks behind the newest whose states every node has; it may prune those of older ones (`--state-pruning` of sc-cli, 256 by default). */
const STATES_KEPT = 256;

/**
 * What became of extrinsics, as a final block proves it: by the account's nonce in its state, by the bodies of the blocks that
 * it is built on, and by the events in their states. Nodes are asked for proofs only; none can say that an extrinsic was
 * included, that it was not, or how it ended.
 */
export class OutcomeReader {
  readonly #endpoints: Endpoints;
  readonly #chain: ProvenChain;
  readonly #blocks: LinkedBlocks;
  /** Last block of the extrinsic's era that was searched without finding it. */
  readonly #searched = new Map<Hex, RelayBlock>();

  constructor(endpoints: Endpoints, chain: ProvenChain) {
    this.#endpoints = endpoints;
    this.#chain = chain;
    this.#blocks = new LinkedBlocks(endpoints);
  }

  /** @throws RESCUE_FINALITY_UNPROVEN, RESCUE_NODE_* when no endpoint gives the proofs */
  async read(final: NodeHeader, extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome> {
    const { nonce: own, death, birth, signer } = extrinsic;
    // One without a signature has no nonce that tells: what it brings about shows in the chain's state, whoever sent it.
    if (signer === null) {
      if (final.ref.number <= death) return { kind: 'pending' };
      return { kind: 'lost', reason: `what allowed it ended with block ${death}` };
    }
    const isOver = final.ref.number >= death;
    const nonce = await this.#endpoints.use((node) => provenNonce(node, this.#chain, final.ref, signer));
    // As long as its nonce is not used it is in no block up to here. An account that was removed begins again with 0.
    if (!isOver && nonce <= own) return { kind: 'pending' };
    let included: ExtrinsicOutcome | null;
    try {
      included = await this.#find(final, extrinsic, Math.min(final.ref.number, death), birth);
    } catch (error) {
      // The bodies are gone everywhere: the nonce alone shows it, but for a first one.
      if (!isNodeTrouble(error) || !isOver || nonce !== own || own === 0) throw error;
      included = null;
    }
    if (included) return included;
    if (nonce > own) return { kind: 'lost', reason: `another extrinsic used its nonce ${own}` };
    if (isOver) return { kind: 'lost', reason: `its era ended with block ${death}` };
    return { kind: 'pending' };
  }

  /** The end of an extrinsic whose effect is there, by the block that holds it; null where none of its blocks does. @throws as `read` */
  included(final: NodeHeader, extrinsic: SignedExtrinsic): Promise<ExtrinsicOutcome | null> {
    return this.#find(final, extrinsic, Math.min(final.ref.number, extrinsic.death), extrinsic.birth);
  }

  async #find(
    final: NodeHeader,
    { hash }: SignedExtrinsic,
    last: RelayBlock,
    birth: RelayBlock,
  ): Promise<ExtrinsicOutcome | null> {
    for (let number = (this.#searched.get(hash) ?? birth) + 1; number <= last; number += 1) {
      const block = await this.#blocks.at(final, number);
      const index = (await this.#blocks.body(block)).findIndex((bytes) => blake2AsHex(bytes) === hash);
      if (index >= 0) return this.#end(final, block, index);
      this.#remember(hash, number);
    }
    return null;
  }

  async #end(final: NodeHeader, block: LinkedBlock, index: number): Promise<ExtrinsicOutcome> {
    try {
      return await this.#endpoints.use((node) => this.#result(node, block, index));
    } catch (error) {
      // Of a younger block nodes have the state, and will be asked again.
      const { ref } = block;
      if (!isNodeTrouble(error) || final.ref.number - ref.number <= STATES_KEPT) throw error;
      return { kind: 'included', block: ref, reason: `its events are gone: ${messageOf(error)}` };
    }
  }

  #remember(hash: Hex, number: RelayBlock): void {
    this.#searched.delete(hash);
    this.#searched.set(hash, number);
    const [oldest] = this.#searched.keys();
    if (oldest !== undefined && this.#searched.size > MOST_REMEMBERED) this.#searched.delete(oldest);
  }

  /** From the events of the block. */
  async #result(node: RpcConnection, { ref: block }: LinkedBlock, index: number): Promise<ExtrinsicOutcome> {
    const runtime = await this.#chain.runtimeOf(node, block);
    const item = runtime.storage('System', 'Events');
    const [value] = item ? await this.#chain.read(node, block, [item.key()]) : [];
    if (!value) throw node.malformed(`block ${block.hash} has no events`);
    let paid: { readonly fee?: Planck } = {};
    for (const { phase, event } of decodeEvents(node, runtime, value)) {
      if (!phase.isApplyExtrinsic || phase.asApplyExtrinsic.toNumber() !== index) continue;
      const name = `${event.section}.${event.method}`;
      // Comes before the end, where the chain takes fees.
      if (name === 'transactionPayment.TransactionFeePaid') paid = feeOf(event.data[1]);
      if (name === 'system.ExtrinsicSuccess') return { kind: 'succeeded', block, ...paid };
      if (name !== 'system.ExtrinsicFailed') continue;
      return { kind: 'failed', block, reason: dispatchErrorText(runtime, event.data[0]), ...paid };
    }
    throw node.malformed(`block ${block.hash} holds the extrinsic, but no event of its end`);
  }
}

function feeOf(value: Codec | undefined): { readonly fee?: Planck } {
  const digits = value?.toString() ?? '';
  return /^\d+$/.test(digits) ? { fee: BigInt(digits) } : {};
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
