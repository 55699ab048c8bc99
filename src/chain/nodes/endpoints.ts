import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { endpointName, RpcConnection, RpcRefusal } from './rpc-connection.ts';

export interface EndpointsOptions {
  /** ws:// or wss:// URLs of nodes of one chain, preferred first. */
  readonly urls: readonly string[];
  /** Expected genesis hash; without it the endpoints that answer must agree among themselves. */
  readonly genesis?: Hex;
  readonly requestTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Told of every node that fails while others are tried; must not throw. */
  readonly onTrouble?: (trouble: RescueError) => void;
}

/** What one endpoint said in a survey. */
export type SurveyAnswer<T> =
  | { readonly endpoint: string; readonly value: T }
  | { readonly endpoint: string; readonly error: Error };

/** One of the nodes, for questions that each of them has to answer for itself. */
export interface Member {
  readonly name: string;
  /** Runs `work` on this node only. @throws what `work` throws, RESCUE_NODE_* */
  use<T>(work: (node: RpcConnection) => Promise<T>): Promise<T>;
}

interface Slot {
  readonly url: string;
  opening: Promise<RpcConnection> | null;
}

export const hashSchema = z.custom<Hex>(
  (value) => isHex(value) && value.length === 66,
  'must be a 32-byte hash in hex',
);
export const hexSchema = z.custom<Hex>(isHex, 'must be bytes in hex');

/**
 * The nodes of one chain behind one door. Connections are opened on demand, kept, and replaced when they fail; a node
 * of another chain is never used.
 */
export class Endpoints {
  readonly #slots: readonly Slot[];
  readonly #timeouts: { connectTimeoutMs: number; requestTimeoutMs: number };
  readonly #onTrouble: (trouble: RescueError) => void;
  #genesis: Hex | null;
  #agreement: Promise<Hex> | null = null;
  #preferred = 0;
  readonly #reported = new WeakSet<RescueError>();
  #closed = false;

  /** Nothing is opened before the first request. @throws RESCUE_CONFIG_INVALID for no or wrong URLs */
  constructor(options: EndpointsOptions) {
    if (options.urls.length === 0) {
      throw new RescueError('RESCUE_CONFIG_INVALID', 'A chain needs at least one ws:// or wss:// endpoint.');
    }
    for (const url of options.urls) {
      if (!/^wss?:\/\/[^/]/.test(url)) {
        throw new RescueError(
          'RESCUE_CONFIG_INVALID',
          `The endpoint ${endpointName(url)} must start with ws:// or wss://.`,
        );
      }
    }
    this.#slots = options.urls.map((url) => ({ url, opening: null }));
    this.#timeouts = {
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      requestTimeoutMs: options.requestTimeoutMs ?? 15_000,
    };
    this.#genesis = options.genesis ?? null;
    this.#onTrouble = options.onTrouble ?? (() => undefined);
  }

  /** @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_CONTRADICTS when endpoints are of different chains */
  async genesis(): Promise<Hex> {
    return this.#genesis ?? this.#agree();
  }

  /**
   * Runs `work` on the preferred node and, when that node fails or refuses, on the next ones. Errors that don't speak
   * of a node end it at once.
   * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED or RESCUE_NODE_CONTRADICTS when no endpoint is left; the
   * first `RpcRefusal`, if there was one, is its cause
   */
  async use<T>(work: (node: RpcConnection) => Promise<T>): Promise<T> {
    await this.genesis();
    const failures: Error[] = [];
    for (const slot of this.#ring()) {
      let node: RpcConnection | null = null;
      try {
        node = await this.#open(slot);
        return await work(node);
      } catch (error) {
        if (!isNodeError(error)) throw error;
        failures.push(error);
        if (error instanceof RescueError) await this.#drop(slot, node, error);
      }
    }
    throw summary(failures);
  }

  /** The nodes one by one, in the order of the configuration. */
  members(): Member[] {
    return this.#slots.map((slot) => ({
      name: endpointName(slot.url),
      use: async (work) => {
        await this.genesis();
        let node: RpcConnection | null = null;
        try {
          node = await this.#open(slot);
          return await work(node);
        } catch (error) {
          if (isNodeTrouble(error)) await this.#drop(slot, node, error);
          throw error;
        }
      },
    }));
  }

  /** Asks every endpoint, also when some fail; for questions where one node's "no" is not enough. */
  async survey<T>(work: (node: RpcConnection) => Promise<T>): Promise<SurveyAnswer<T>[]> {
    await this.genesis();
    return Promise.all(
      this.#slots.map(async (slot): Promise<SurveyAnswer<T>> => {
        const endpoint = endpointName(slot.url);
        let node: RpcConnection | null = null;
        try {
          node = await this.#open(slot);
          return { endpoint, value: await work(node) };
        } catch (error) {
          if (!isNodeError(error)) throw error;
          if (error instanceof RescueError) await this.#drop(slot, node, error);
          return { endpoint, error };
        }
      }),
    );
  }

  /**
   * Ends `node` for a fault found outside of `use`, such as a broken subscription; the next endpoint is preferred. The
   * finder reports the fault.
   */
  async discard(node: RpcConnection): Promise<void> {
    for (const slot of this.#slots) {
      if (slot.opening && (await settled(slot.opening)) === node) return this.#drop(slot, node, null);
    }
  }

  /** Closes every connection; later requests fail. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(
      this.#slots.map(async (slot) => {
        const node = slot.opening && (await settled(slot.opening));
        slot.opening = null;
        await node?.close();
      }),
    );
  }

  #ring(): Slot[] {
    return [...this.#slots.slice(this.#preferred), ...this.#slots.slice(0, this.#preferred)];
  }

  async #open(slot: Slot): Promise<RpcConnection> {
    if (this.#closed) throw new RescueError('RESCUE_NODE_UNREACHABLE', 'The endpoints were closed.');
    const { opening } = slot;
    if (opening) {
      const node = await opening;
      if (node.alive) return node;
    }
    // Only the first to see the dead connection replaces it.
    if (slot.opening === opening || slot.opening === null) slot.opening = this.#connect(slot.url);
    return slot.opening;
  }

  async #connect(url: string): Promise<RpcConnection> {
    const node = await RpcConnection.open(url, this.#timeouts);
    try {
      const genesis = await node.ask(hashSchema, 'chain_getBlockHash', 0);
      if (this.#genesis !== null && genesis !== this.#genesis) {
        throw new RescueError(
          'RESCUE_NODE_CONTRADICTS',
          `${node.name} is a node of another chain: its genesis is ${genesis}, not ${this.#genesis}`,
        );
      }
      if (this.#closed) throw new RescueError('RESCUE_NODE_UNREACHABLE', 'The endpoints were closed.');
      return node;
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  async #drop(slot: Slot, node: RpcConnection | null, reason: RescueError | null): Promise<void> {
    const current = slot.opening && (await settled(slot.opening));
    // Somebody else may have opened the slot anew meanwhile: that connection stays.
    if (current === null || current === node || !current.alive) {
      slot.opening = null;
      if (this.#slots[this.#preferred] === slot) this.#preferred = (this.#preferred + 1) % this.#slots.length;
    }
    if (reason) this.#report(reason);
    await node?.close();
  }

  /** Requests that fail together share one reason, which is told once. */
  #report(reason: RescueError): void {
    if (this.#closed || this.#reported.has(reason)) return;
    this.#reported.add(reason);
    this.#onTrouble(reason);
  }

  /** First contact without an expected genesis: all endpoints that answer must name the same one. */
  async #agree(): Promise<Hex> {
    this.#agreement ??= this.#askGenesis().finally(() => {
      this.#agreement = null;
    });
    return this.#agreement;
  }

  async #askGenesis(): Promise<Hex> {
    const answers = await Promise.all(
      this.#slots.map(async (slot): Promise<{ node: RpcConnection; genesis: Hex } | { error: Error }> => {
        try {
          const node = await this.#open(slot);
          return { node, genesis: await node.ask(hashSchema, 'chain_getBlockHash', 0) };
        } catch (error) {
          if (!isNodeError(error)) throw error;
          const node = slot.opening && (await settled(slot.opening));
          slot.opening = null;
          await node?.close();
          return { error };
        }
      }),
    );
    const known = answers.flatMap((answer) => ('genesis' in answer ? [answer] : []));
    const first = known[0];
    if (!first) throw summary(answers.flatMap((answer) => ('error' in answer ? [answer.error] : [])));
    const other = known.find((answer) => answer.genesis !== first.genesis);
    if (other) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `${first.node.name} and ${other.node.name} are nodes of different chains (genesis ${first.genesis} and ${other.genesis}): correct the list of endpoints`,
      );
    }
    for (const answer of answers) {
      if ('error' in answer && answer.error instanceof RescueError) this.#report(answer.error);
    }
    this.#genesis = first.genesis;
    this.#preferred = answers.indexOf(first);
    return first.genesis;
  }
}

function isNodeError(error: unknown): error is RescueError | RpcRefusal {
  return error instanceof RpcRefusal || isNodeTrouble(error);
}

/** One error for what every endpoint did; its code is theirs when they agree. */
function summary(failures: readonly Error[]): RescueError {
  const codes = new Set(failures.map((failure) => (failure instanceof RescueError ? failure.code : null)));
  const [code] = codes.size === 1 ? [...codes] : [null];
  const text = failures.map((failure) =>
    failure instanceof RpcRefusal
      ? `refused ${failure.method}: ${failure.message.slice(0, 300)}`
      : messageOf(failure),
  );
  const cause = failures.find((failure) => failure instanceof RpcRefusal) ?? failures[0];
  return new RescueError(code ?? 'RESCUE_NODE_UNREACHABLE', `no endpoint answers: ${text.join('; ')}`, {
    cause,
  });
}

/** The value of a promise, or null when it was rejected. */
async function settled<T>(promise: Promise<T>): Promise<T | null> {
  return promise.catch(() => null);
}
