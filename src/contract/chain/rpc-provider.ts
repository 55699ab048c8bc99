import { EventEmitter } from 'node:events';
import type {
  ProviderInterface,
  ProviderInterfaceCallback,
  ProviderInterfaceEmitCb,
  ProviderInterfaceEmitted,
} from '@polkadot/rpc-provider/types';
import { z } from 'zod';
import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import { RpcRefusal } from '../../chain/nodes/rpc-connection.ts';
import { RescueError } from '../../domain/errors.ts';
import type { OwnRuntime } from './own-runtime.ts';

const anything = z.unknown().refine((value) => value !== undefined);
/** Time before a lost subscription is opened again when no endpoint takes it at once. */
const RETRY_MS = 2_000;

const HEALTHY = { peers: 0, isSyncing: false, shouldHavePeers: false };

interface Subscription {
  readonly type: string;
  ended: boolean;
  end: () => void;
}

/**
 * The nodes of one chain as @polkadot/api wants a provider: several endpoints, subscriptions that move to another node
 * when theirs fails, and malformed frames that end a connection instead of the process (see `RpcConnection`). What concerns
 * the runtime is answered here, by its proven code.
 * Subscriptions with parameters are refused: the contract layer polls finalized blocks and submits extrinsics itself.
 */
export class EndpointsProvider implements ProviderInterface {
  readonly hasSubscriptions = true;
  readonly isClonable = false;
  readonly #endpoints: Endpoints;
  readonly #runtime: OwnRuntime;
  readonly #events = new EventEmitter();
  readonly #subscriptions = new Map<string, Subscription>();
  #connected = false;
  #ended = false;
  #nextId = 1;

  constructor(endpoints: Endpoints, runtime: OwnRuntime) {
    this.#endpoints = endpoints;
    this.#runtime = runtime;
  }

  get isConnected(): boolean {
    return this.#connected;
  }

  clone(): ProviderInterface {
    throw new RescueError('RESCUE_INTERNAL', 'The provider of a contracts chain cannot be cloned.');
  }

  /** @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_CONTRADICTS */
  async connect(): Promise<void> {
    // Asks a node even where the genesis is known beforehand: what fails here is not printed by @polkadot/api.
    await this.#endpoints.use((node) => node.ask(anything, 'chain_getBlockHash', 0));
    if (this.#connected) return;
    this.#connected = true;
    this.#events.emit('connected');
  }

  async disconnect(): Promise<void> {
    this.#ended = true;
    for (const { end } of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
    await this.#endpoints.close();
    if (!this.#connected) return;
    this.#connected = false;
    this.#events.emit('disconnected');
  }

  on(type: ProviderInterfaceEmitted, listener: ProviderInterfaceEmitCb): () => void {
    this.#events.on(type, listener);
    return () => this.#events.off(type, listener);
  }

  /** The node's own refusal is thrown as such, so that callers see what it said. */
  async send<T>(method: string, params: unknown[]): Promise<T> {
    // @polkadot/api asks every ten seconds to keep a connection alive, and prints each failure. Here connections are
    // opened on demand, and what fails is told once by `onTrouble`.
    if (method === 'system_health') return HEALTHY as T;
    const own = await this.#runtime.answer(method, params);
    if (own !== undefined) return own as T;
    try {
      return (await this.#endpoints.use((node) => node.ask(anything, method, ...params))) as T;
    } catch (error) {
      if (error instanceof RescueError && error.cause instanceof RpcRefusal) throw error.cause;
      throw error;
    }
  }

  async subscribe(
    type: string,
    method: string,
    params: unknown[],
    callback: ProviderInterfaceCallback,
  ): Promise<string> {
    const unsubscribe = UNSUBSCRIBE[method];
    if (unsubscribe === undefined || params.length > 0) {
      throw new RescueError('RESCUE_INTERNAL', `The contract layer does not subscribe to ${method}.`);
    }
    const id = String(this.#nextId++);
    const subscription: Subscription = { type, ended: false, end: () => undefined };
    this.#subscriptions.set(id, subscription);
    if (method === 'state_subscribeRuntimeVersion') {
      subscription.end = this.#runtime.onVersion((version) => callback(null, version));
      return id;
    }
    try {
      await this.#open(subscription, method, unsubscribe, callback);
    } catch (error) {
      this.#subscriptions.delete(id);
      // Nobody waits for it any more, and @polkadot/api would print it.
      if (!this.#ended) throw error;
    }
    return id;
  }

  async unsubscribe(_type: string, _method: string, id: number | string): Promise<boolean> {
    const subscription = this.#subscriptions.get(String(id));
    subscription?.end();
    return this.#subscriptions.delete(String(id));
  }

  /** Subscribes at one node, and anew at another one when that connection ends. */
  async #open(
    subscription: Subscription,
    method: string,
    unsubscribe: string,
    callback: ProviderInterfaceCallback,
  ): Promise<void> {
    await this.#endpoints.use(async (node) => {
      const stop = await node.subscribe(method, unsubscribe, (result) => {
        if (!subscription.ended) callback(null, result);
      });
      const forget = node.onClosed(() => {
        if (!subscription.ended) this.#reopen(subscription, method, unsubscribe, callback);
      });
      subscription.end = () => {
        subscription.ended = true;
        forget();
        stop();
      };
      if (subscription.ended) subscription.end();
    });
  }

  #reopen(
    subscription: Subscription,
    method: string,
    unsubscribe: string,
    callback: ProviderInterfaceCallback,
  ): void {
    let timer: NodeJS.Timeout | undefined;
    subscription.end = () => {
      subscription.ended = true;
      clearTimeout(timer);
    };
    this.#open(subscription, method, unsubscribe, callback).catch(() => {
      if (subscription.ended) return;
      timer = setTimeout(() => this.#reopen(subscription, method, unsubscribe, callback), RETRY_MS);
    });
  }
}

/** What ends a subscription, by what starts it. */
const UNSUBSCRIBE: Readonly<Record<string, string>> = {
  chain_subscribeNewHeads: 'chain_unsubscribeNewHeads',
  chain_subscribeFinalizedHeads: 'chain_unsubscribeFinalizedHeads',
  state_subscribeRuntimeVersion: 'state_unsubscribeRuntimeVersion',
};
