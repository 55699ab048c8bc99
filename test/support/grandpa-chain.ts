import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeU32, encodeU64 } from '../../src/bytes/scale.ts';
import {
  buildTrie,
  type DigestItem,
  encodeAuthorities,
  encodeFinalityProof,
  encodeHeader,
  headerHash,
  storageKey,
  type Trie,
} from '../../src/proof/index.ts';
import { createVoter, justify, setOf, type Voter } from '../proof/grandpa-fixtures.ts';

export interface ChainBlock {
  readonly number: number;
  readonly hash: Uint8Array;
  readonly encoded: Uint8Array;
  readonly state: Trie;
  readonly setId: number;
}

/** What the first block of a `GrandpaChain` proves as its time; each block after it is six seconds later. */
export const CHAIN_BEGINS = 1_700_000_000_000;

const FRNK = new TextEncoder().encode('FRNK');

/** The log of a change: `index` 1 scheduled, 2 forced. */
export function changeLog(voters: readonly Voter[], delay: number, index: 1 | 2 = 1): DigestItem {
  const change = concatBytes(encodeAuthorities(setOf(0n, voters).authorities), encodeU32(delay));
  const data = concatBytes(Uint8Array.of(index), index === 2 ? encodeU32(0) : new Uint8Array(), change);
  return { type: 'consensus', engine: FRNK, data };
}

/**
 * A chain of headers with real hashes, state roots and signed votes, whose voters change; and a node that answers for it over
 * a real socket as sc-consensus-grandpa-rpc does. Justifications are kept for the last block of each set and for those that `finalize` names.
 */
export class GrandpaChain {
  readonly blocks: ChainBlock[] = [];
  /** Voters by set id. */
  readonly sets: Voter[][];
  /** Last block of each set that ended. */
  readonly ends: number[] = [];
  readonly justifications = new Map<number, Uint8Array>();
  finalized = 0;
  readonly #changes = new Map<number, Voter[]>();
  readonly #listeners = new Set<(justification: Uint8Array) => void>();

  constructor(voters = 4) {
    this.sets = [Array.from({ length: voters }, createVoter)];
    this.add();
    this.justifications.set(0, new Uint8Array());
  }

  get best(): ChainBlock {
    return this.at(this.blocks.length - 1);
  }

  at(number: number): ChainBlock {
    const block = this.blocks[number];
    if (!block) throw new Error(`there is no block ${number}`);
    return block;
  }

  voters(setId = this.sets.length - 1): Voter[] {
    const set = this.sets[setId];
    if (!set) throw new Error(`there is no set ${setId}`);
    return set;
  }

  add(logs: readonly DigestItem[] = []): ChainBlock {
    const number = this.blocks.length;
    const parent = this.blocks[number - 1];
    const setId = this.sets.length - 1;
    const next = this.#changes.get(number);
    // The state after the block already has the voters of the next one.
    const after = next ? ([setId + 1, next] as const) : ([setId, this.voters()] as const);
    const state = buildTrie(
      [
        // Without voters it is a chain without GRANDPA.
        ...(after[1].length === 0
          ? []
          : [
              [storageKey('Grandpa', 'CurrentSetId'), encodeU64(after[0])] as const,
              [
                storageKey('Grandpa', 'Authorities'),
                encodeAuthorities(setOf(0n, after[1]).authorities),
              ] as const,
            ]),
        [storageKey('Timestamp', 'Now'), encodeU64(CHAIN_BEGINS + number * 6_000)],
        ...(parent
          ? [
              [
                storageKey('System', 'BlockHash', { hasher: 'Twox64Concat', key: encodeU32(number - 1) }),
                parent.hash,
              ] as const,
            ]
          : []),
      ],
      1,
    );
    const encoded = encodeHeader({
      parentHash: parent?.hash ?? new Uint8Array(32),
      number,
      stateRoot: state.root,
      extrinsicsRoot: new Uint8Array(32),
      digest: [...logs],
    });
    const block = { number, hash: headerHash(encoded), encoded, state, setId };
    this.blocks.push(block);
    if (next) {
      this.ends.push(number);
      this.sets.push(next);
      this.justifications.set(number, this.justification(number));
    }
    return block;
  }

  /** Announces a new set in the next block; it is in force after `delay` more. */
  changeVoters(delay = 0, voters = Array.from({ length: this.voters().length }, createVoter)): ChainBlock {
    this.#changes.set(this.blocks.length + delay, voters);
    return this.add([changeLog(voters, delay)]);
  }

  /** Adds blocks until there are `number`, with a new set every `every` of them. */
  grow(number: number, every = Number.POSITIVE_INFINITY): void {
    while (this.blocks.length <= number) {
      if (this.blocks.length % every === 0) this.changeVoters();
      else this.add();
    }
  }

  /** Signed by more than two thirds of the set that votes on the block, or by `by`. */
  justification(number: number, by?: readonly Voter[], setId = this.at(number).setId): Uint8Array {
    const block = this.at(number);
    const voters = this.voters(setId);
    const signers = by ?? voters.slice(0, Math.floor((voters.length * 2) / 3) + 1);
    return justify(
      block,
      signers.map((voter) => ({ voter, target: block, setId: BigInt(setId) })),
    );
  }

  /** Makes a block final and tells subscribers; the node keeps the proof. */
  finalize(number = this.blocks.length - 1, keep = true): Uint8Array {
    const justification =
      this.justifications.get(number) ??
      (this.voters().length > 0 ? this.justification(number) : new Uint8Array());
    if (keep) this.justifications.set(number, justification);
    this.finalized = Math.max(this.finalized, number);
    for (const tell of this.#listeners) tell(justification);
    return justification;
  }

  listen(listener: (justification: Uint8Array) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** As `prove_finality` of sc-consensus-grandpa. */
  prove(number: number): Uint8Array | null {
    if (number > this.finalized) throw new Error('The block is not final yet.');
    const end = this.ends.find((last) => last >= number && last <= this.finalized);
    const best = Math.max(...[...this.justifications.keys()].filter((key) => key <= this.finalized));
    const target = end ?? best;
    const justification = this.justifications.get(target);
    if (!justification || justification.length === 0) return null;
    const headers = this.blocks.slice(number + 1, target + 1).map(({ encoded }) => encoded);
    return encodeFinalityProof(this.at(target).hash, justification, headers);
  }
}

type Handler = (params: readonly unknown[], next: () => unknown) => unknown;

/** A node of a `GrandpaChain`. `lies` replace its answers by method; one that throws makes it refuse. */
export class GrandpaNode {
  readonly requests: { readonly method: string; readonly params: readonly unknown[] }[] = [];
  lies: Record<string, Handler> = {};
  /** Passes on a justification, another one, or none. */
  passOn: (justification: Uint8Array) => Uint8Array | null = (justification) => justification;
  /** What its subscription says of the newest final head. */
  tellHead: () => unknown = () => headerJson(this.#chain.at(this.#chain.finalized));
  readonly url: string;
  readonly #server: WebSocketServer;
  readonly #chain: GrandpaChain;
  #subscriptions = 0;

  private constructor(server: WebSocketServer, chain: GrandpaChain) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#chain = chain;
    server.on('connection', (client) => this.#serve(client));
  }

  static async of(chain: GrandpaChain): Promise<GrandpaNode> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new GrandpaNode(server, chain);
  }

  asked(method: string): number {
    return this.requests.filter((request) => request.method === method).length;
  }

  async close(): Promise<void> {
    for (const client of this.#server.clients) client.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(client: WebSocket): void {
    const forget: (() => void)[] = [];
    client.on('close', () => {
      for (const end of forget) end();
    });
    client.on('message', (data) => {
      const { id, method, params } = JSON.parse(String(data)) as {
        id: number;
        method: string;
        params: unknown[];
      };
      this.requests.push({ method, params });
      const reply = (body: object) => client.send(JSON.stringify({ jsonrpc: '2.0', id, ...body }));
      try {
        const truth = () => this.#answer(method, params, client, forget);
        const result = this.lies[method]?.(params, truth) ?? truth();
        reply({ result: result ?? null });
      } catch (error) {
        reply({ error: { code: -32_000, message: (error as Error).message } });
      }
    });
  }

  #answer(method: string, params: readonly unknown[], client: WebSocket, forget: (() => void)[]): unknown {
    const chain = this.#chain;
    const [first, second] = params;
    const byHash = (hash: unknown) => chain.blocks.find((block) => toHex(block.hash) === hash);
    switch (method) {
      case 'chain_getBlockHash':
        return typeof first === 'number' && first < chain.blocks.length ? toHex(chain.at(first).hash) : null;
      case 'chain_getFinalizedHead':
        return toHex(chain.at(chain.finalized).hash);
      case 'chain_getHeader': {
        const block = first === undefined || first === null ? chain.best : byHash(first);
        return block ? headerJson(block) : null;
      }
      case 'grandpa_proveFinality': {
        const proof = chain.prove(first as number);
        return proof && toHex(proof);
      }
      case 'state_getReadProof': {
        const block = byHash(second);
        if (!block) throw new Error('unknown block');
        return { at: second, proof: block.state.prove((first as Hex[]).map(fromHex)).map(toHex) };
      }
      case 'grandpa_subscribeJustifications': {
        this.#subscriptions += 1;
        const subscription = `s${this.#subscriptions}`;
        forget.push(
          chain.listen((justification) => {
            const passed = this.passOn(justification);
            if (!passed) return;
            const params = { subscription, result: toHex(passed) };
            client.send(JSON.stringify({ jsonrpc: '2.0', method: 'grandpa_justifications', params }));
          }),
        );
        return subscription;
      }
      case 'chain_subscribeFinalizedHeads': {
        this.#subscriptions += 1;
        const subscription = `s${this.#subscriptions}`;
        const tell = () =>
          client.send(
            JSON.stringify({
              jsonrpc: '2.0',
              method: 'chain_finalizedHead',
              params: { subscription, result: this.tellHead() },
            }),
          );
        forget.push(chain.listen(tell));
        setImmediate(tell);
        return subscription;
      }
      case 'grandpa_unsubscribeJustifications':
      case 'chain_unsubscribeFinalizedHeads':
        return true;
      default:
        throw new Error(`there is no method ${method}`);
    }
  }
}

/** A header as `chain_getHeader` gives it. */
export function headerJson(block: Pick<ChainBlock, 'encoded' | 'number'>): Record<string, unknown> {
  const view = block.encoded;
  const start = 32 + compactLength(view[32] ?? 0);
  const logs = digestLogs(view.subarray(start + 64));
  return {
    parentHash: toHex(view.subarray(0, 32)),
    number: `0x${block.number.toString(16)}`,
    stateRoot: toHex(view.subarray(start, start + 32)),
    extrinsicsRoot: toHex(view.subarray(start + 32, start + 64)),
    digest: { logs },
  };
}

function compactLength(first: number): number {
  return [1, 2, 4, 5][first & 3] ?? 1;
}

/** At most one log, which takes the rest. */
function digestLogs(bytes: Uint8Array): Hex[] {
  return bytes[0] === 0 ? [] : [toHex(bytes.subarray(1))];
}
