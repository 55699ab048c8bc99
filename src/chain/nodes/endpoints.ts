import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import { isNodeTrouble, messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { STANDINGS } from '../../domain/views/endpoints.ts';
import { otherChain, requirePara } from './chain-identity.ts';
import { createHealth, type EndpointHealth, type HealthReport, type Look } from './endpoint-health.ts';
import { endpointName } from './endpoint-names.ts';
import { isLie, RpcConnection, RpcRefusal } from './rpc-connection.ts';

export interface EndpointsOptions {
  /** ws:// or wss:// URLs of nodes of one chain, preferred first. */
  readonly urls: readonly string[];
  /** Expected genesis hash; without it the endpoints that answer must agree among themselves. */
  readonly genesis?: Hex;
  /**
   * Everything that is read is proven by state roots from elsewhere, so that no node of another chain can pass for one of this: the
   * endpoints need not agree on the first block before they are asked.
   */
  readonly proven?: boolean;
  /** The para whose nodes these are: one whose state names another para is not used. */
  readonly paraId?: ParaId;
  /**
   * How errors and status call an endpoint, by its place in the list, which begins with 1. Left out, they tell its scheme
   * and host: for commands, whose user wrote them down.
   */
  readonly name?: (place: number, of: number) => string;
  readonly requestTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
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

/** What an endpoint is known for, by its name. */
export interface KnownEndpoint extends HealthReport {
  readonly name: string;
}

interface Slot {
  readonly url: string;
  readonly name: string;
  readonly health: EndpointHealth;
  opening: Promise<RpcConnection> | null;
}

export const hashSchema = z.custom<Hex>(
  (value) => isHex(value) && value.length === 66,
  'must be a 32-byte hash in hex',
);
export const hexSchema = z.custom<Hex>(isHex, 'must be bytes in hex');
/** Points of the score by which another endpoint must be better before it is asked first in place of the one in use. */
const STICKINESS = 20;

/**
 * The nodes of one chain behind one door. Connections are opened on demand, kept, and replaced when they fail; a node
 * of another chain is never used.
 */
export class Endpoints {
  readonly #slots: readonly Slot[];
  readonly #connection: { connectTimeoutMs: number; requestTimeoutMs: number; now: () => number };
  readonly #onTrouble: (trouble: RescueError) => void;
  readonly #proven: boolean;
  readonly #paraId: ParaId | null;
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
    const { urls, name, now = () => performance.now() } = options;
    this.#slots = urls.map((url, index) => ({
      url,
      name: name?.(index + 1, urls.length) ?? endpointName(url),
      health: createHealth(now),
      opening: null,
    }));
    this.#connection = {
      connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
      requestTimeoutMs: options.requestTimeoutMs ?? 15_000,
      now,
    };
    this.#proven = options.proven ?? false;
    this.#paraId = options.paraId ?? null;
    this.#genesis = options.genesis ?? null;
    this.#onTrouble = options.onTrouble ?? (() => undefined);
  }

  /**
   * The hash of the first block: the configured one, else `familiar`, known from an earlier run, when an endpoint names it, else what
   * more than half of those say that answer. The others are told of, and not used.
   * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_CONTRADICTS when no more than half name the same one
   */
  async genesis(familiar?: Hex): Promise<Hex> {
    return this.#genesis ?? this.#agree(familiar);
  }

  /** Takes a first block that was proven otherwise. @throws RESCUE_NODE_CONTRADICTS when another one was agreed on or configured */
  expectGenesis(proven: Hex): void {
    if (this.#genesis !== null && this.#genesis !== proven) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `The nodes call ${this.#genesis} the first block of the chain, whose state names ${proven}.`,
      );
    }
    this.#genesis = proven;
  }

  /**
   * Runs `work` on the preferred node and, when that node fails or refuses, on the next ones. Errors that don't speak
   * of a node end it at once.
   * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED or RESCUE_NODE_CONTRADICTS when no endpoint is left; the
   * first `RpcRefusal`, if there was one, is its cause
   */
  async use<T>(work: (node: RpcConnection) => Promise<T>): Promise<T> {
    await this.#known();
    const failures: Error[] = [];
    for (const slot of this.#inOrder()) {
      const answer = await this.#ask(slot, work);
      if ('value' in answer) return answer.value;
      failures.push(answer.error);
    }
    throw summary(failures);
  }

  /** The nodes one by one, in the order of the configuration. */
  members(): Member[] {
    return this.#slots.map((slot) => ({
      name: slot.name,
      use: async (work) => {
        await this.#known();
        const answer = await this.#ask(slot, work);
        if ('error' in answer) throw answer.error;
        return answer.value;
      },
    }));
  }

  /**
   * Asks every endpoint at once, also when some fail; for questions where one node's "no" is not enough. Those that are
   * left for a lie are asked with `liars` only: to look at them again, and to send them what cannot be falsified. Who takes
   * longer than `ms` counts as one that does not answer; without it the time of a request is waited for.
   */
  async survey<T>(
    work: (node: RpcConnection) => Promise<T>,
    { liars = false, ms }: { readonly liars?: boolean; readonly ms?: number } = {},
  ): Promise<SurveyAnswer<T>[]> {
    await this.#known();
    const slots = liars ? this.#slots : this.#believable();
    const answers = slots.map((slot) => this.#ask(slot, work));
    if (ms === undefined) return Promise.all(answers);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), ms);
    });
    try {
      return await Promise.all(
        slots.map(async ({ name }, index): Promise<SurveyAnswer<T>> => {
          const answer = await Promise.race([answers[index], late]);
          if (answer) return answer;
          const sentence = `${name}: it did not answer within ${ms} ms`;
          return { endpoint: name, error: new RescueError('RESCUE_NODE_UNREACHABLE', sentence) };
        }),
      );
    } finally {
      clearTimeout(timer);
    }
  }

  /** What is known of each endpoint, in the order of the list. */
  known(): KnownEndpoint[] {
    return this.#slots.map(({ name, health }) => ({ name, ...health.report() }));
  }

  /** What a survey saw of an endpoint. */
  looked(name: string, look: Look): void {
    this.#slots.find((slot) => slot.name === name)?.health.looked(look);
  }

  /** Text with the hosts of the endpoints that it names, for the operator's eyes only. */
  withHosts(text: string): string {
    let shown = text;
    for (const { name, url } of this.#slots) {
      const host = endpointName(url);
      if (name !== host) shown = shown.replaceAll(name, `${name} (${host})`);
    }
    return shown;
  }

  /**
   * Ends `node` for a fault found outside of `use`, such as a broken subscription; the next endpoint is preferred. The
   * finder reports the fault.
   */
  async discard(node: RpcConnection, fault: RescueError | null = null): Promise<void> {
    for (const slot of this.#slots) {
      if (!slot.opening || (await settled(slot.opening)) !== node) continue;
      if (fault) note(slot.health, fault);
      return this.#drop(slot, node, null);
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

  async #ask<T>(slot: Slot, work: (node: RpcConnection) => Promise<T>): Promise<SurveyAnswer<T>> {
    let node: RpcConnection | null = null;
    try {
      node = await this.#open(slot);
      const value = await work(node);
      slot.health.answered();
      return { endpoint: slot.name, value };
    } catch (error) {
      if (!isNodeError(error)) throw error;
      if (!this.#closed) note(slot.health, error);
      if (error instanceof RescueError) await this.#drop(slot, node, error);
      return { endpoint: slot.name, error };
    }
  }

  /** All that are not left for a lie. When every one lied the fault may be on this side: then all are asked. */
  #believable(): readonly Slot[] {
    const others = this.#slots.filter(({ health }) => health.report().standing !== 'lying');
    return others.length > 0 ? others : this.#slots;
  }

  /** By standing, then by score; the one in use keeps its place until another one is clearly better. */
  #inOrder(): Slot[] {
    const ring = [...this.#slots.slice(this.#preferred), ...this.#slots.slice(0, this.#preferred)];
    const believable = this.#believable();
    return ring
      .filter((slot) => believable.includes(slot))
      .map((slot, index) => {
        const { standing, score } = slot.health.report();
        // Nobody was compared yet where one is unknown: it is as good as the others.
        const rank = standing === 'unknown' ? 0 : STANDINGS.indexOf(standing);
        return { slot, rank, score: score + (index === 0 ? STICKINESS : 0) };
      })
      .sort((a, b) => a.rank - b.rank || b.score - a.score)
      .map(({ slot }) => slot);
  }

  async #open(slot: Slot): Promise<RpcConnection> {
    if (this.#closed) throw new RescueError('RESCUE_NODE_UNREACHABLE', 'The endpoints were closed.');
    const { opening } = slot;
    if (opening) {
      const node = await opening;
      if (node.alive) return node;
    }
    // Only the first to see the dead connection replaces it.
    if (slot.opening === opening || slot.opening === null) slot.opening = this.#connect(slot);
    return slot.opening;
  }

  async #connect({ url, name }: Slot): Promise<RpcConnection> {
    const node = await RpcConnection.open(url, { ...this.#connection, name });
    try {
      const genesis = await node.ask(hashSchema, 'chain_getBlockHash', 0);
      if (this.#genesis !== null && genesis !== this.#genesis) {
        throw otherChain(node, genesis, this.#genesis);
      }
      if (this.#paraId !== null) await requirePara(node, this.#paraId);
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

  async #known(): Promise<void> {
    if (!this.#proven) await this.genesis();
  }

  /** First contact without an expected genesis. */
  async #agree(familiar?: Hex): Promise<Hex> {
    this.#agreement ??= this.#askGenesis(familiar).finally(() => {
      this.#agreement = null;
    });
    return this.#agreement;
  }

  async #askGenesis(familiar?: Hex): Promise<Hex> {
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
    const [first] = known;
    if (!first) throw summary(answers.flatMap((answer) => ('error' in answer ? [answer.error] : [])));
    const naming = (genesis: Hex) => known.filter((answer) => answer.genesis === genesis);
    const chosen =
      known.find(({ genesis }) => genesis === familiar) ??
      known.find(({ genesis }) => naming(genesis).length * 2 > known.length);
    const other = known.find(({ genesis }) => genesis !== (chosen ?? first).genesis);
    if (!chosen) {
      throw new RescueError(
        'RESCUE_NODE_CONTRADICTS',
        `${first.node.name} and ${other?.node.name} are nodes of different chains (genesis ${first.genesis} and ${other?.genesis}): correct the list of endpoints`,
      );
    }
    for (const answer of answers) {
      if ('error' in answer && answer.error instanceof RescueError) this.#report(answer.error);
    }
    this.#genesis = chosen.genesis;
    this.#preferred = answers.indexOf(chosen);
    // Connections to nodes of another chain were opened before it was known which chain is meant.
    for (const { node, genesis } of known) {
      if (genesis === chosen.genesis) continue;
      const fault = otherChain(node, genesis, chosen.genesis);
      this.#report(fault);
      await this.discard(node, fault);
    }
    return chosen.genesis;
  }
}

/** What an error of a node says about it. */
function note(health: EndpointHealth, error: RescueError | RpcRefusal): void {
  if (error instanceof RpcRefusal) health.refused();
  else if (isLie(error)) health.lied(error.message);
  else if (error.code === 'RESCUE_NODE_MALFORMED') health.malformed(error.message);
  else health.failed(error.message);
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
