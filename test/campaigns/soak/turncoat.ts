import type { ChainAccess, Network } from '../../../devnet/network.ts';
import { createSerialQueue } from '../../../src/domain/concurrency/serial-queue.ts';
import { encodeLittle, storageKey } from '../../../src/proof/index.ts';
import type { Chain } from '../../../src/sandbox/chain/chain.ts';
import type { AnswerFilter, RpcServer } from '../../../src/sandbox/rpc/server.ts';
import { stateInstead, withValue } from '../../support/forged-state.ts';
import { HostileNode, type Tamper } from '../../support/hostile-node.ts';
import { fallBehind, honest, renumber, withholdPast } from '../../support/turn-hostile.ts';
import { LIES, type Lie } from '../lie-kinds.ts';
import { type Exchange, HANG_UP } from '../recorded-node.ts';

/** What an attack gets hold of. */
interface Held {
  readonly chain: Chain;
  readonly paraId: number;
  /** What clients talk to. */
  readonly front: HostileNode;
  /** The node behind it, which nobody else uses. */
  readonly node: RpcServer;
}

/** Begins something that lasts until everything is set back. */
type Attack = (held: Held) => void | Promise<void>;

/** Milliseconds by which answers are late: within what a client waits. */
const LATE_MS = 1_500;
/** Blocks by which a node is behind: fewer than the gap, so that what it shows could be so. */
const BEHIND = 5;

/** Lies that are about what they cost rather than about what they say; `npm run bench -- lies` tells them. */
const DEAR = [
  'gives proofs without end',
  'floods with notifications',
  'sends a frame of brackets',
  'says nothing at all',
  'hangs up',
];

const DYING: Readonly<Record<string, Attack>> = {
  'dies: refuses connections': ({ front }) => front.close(),
  'dies: hangs up': ({ node }) => node.stop(),
};

const LAGGING: Readonly<Record<string, Attack>> = {
  'lags: says nothing': ({ front }) => {
    front.intercept = () => null;
    front.tamper = () => null;
  },
  'lags: answers late': ({ node }) => {
    node.delayMs = LATE_MS;
  },
  'lags: stands still': ({ front, chain }) => {
    const { number } = chain.finalized;
    fallBehind(front, chain, () => number);
  },
  'lags: keeps the past to itself': ({ front, chain }) => withholdPast(front, chain),
  'lags: is behind': ({ front, chain }) => fallBehind(front, chain, () => chain.finalized.number - BEHIND),
};

/** Lies about the state of the relay chain: of a dead para that it lives, and of a living one that it is dead. */
const STATE_LIES: Readonly<Record<string, Attack>> = {
  'lies: the para had a head just now': (held) => contextInstead(held, held.chain.finalized.number + 1_000),
  'lies: the para had no head for long': (held) => contextInstead(held, 1),
  'lies: shows the state of before': ({ node, chain }) => {
    node.filter = stateInstead(chain, chain.stateOf(chain.finalized));
  },
  'lies: numbers no chain has reached': ({ front, chain }) =>
    renumber(front, chain, (number) => number + 2_100),
  'lies: numbers its blocks one lower': ({ front, chain }) => renumber(front, chain, (number) => number - 1),
};

const WORDS: Readonly<Record<string, Attack>> = Object.fromEntries(
  Object.keys(LIES)
    .filter((kind) => !DEAR.includes(kind))
    .map((kind) => [
      `lies: ${kind}`,
      ({ front }: Held) => {
        front.tamper = inTheWayOf(kind, front);
      },
    ]),
);

/** What an endpoint of the relay chain can do, and one of the para, by what it is. */
export const ATTACKS = {
  relay: { ...DYING, ...LAGGING, ...STATE_LIES, ...WORDS },
  para: { ...DYING, ...LAGGING, ...WORDS },
} as const satisfies Record<string, Readonly<Record<string, Attack>>>;
export type Side = keyof typeof ATTACKS;

/** An endpoint of one chain that is honest until it is turned, and after it is set right again. */
export class Turncoat {
  readonly side: Side;
  readonly #node: RpcServer;
  readonly #chain: Chain;
  readonly #paraId: number;
  readonly #queue = createSerialQueue();
  readonly #port: number;
  #front: HostileNode;
  #honestSince: number | null = Date.now();
  #turns = 0;

  private constructor(side: Side, parts: Held) {
    this.side = side;
    this.#node = parts.node;
    this.#chain = parts.chain;
    this.#paraId = parts.paraId;
    this.#front = parts.front;
    this.#port = Number(new URL(parts.front.url).port);
  }

  static async of(network: Network, side: Side): Promise<Turncoat> {
    const access: ChainAccess = network[side];
    const node = await network.openNode(access);
    const front = await HostileNode.inFrontOf(node.url);
    return new Turncoat(side, { chain: access.chain, paraId: network.paraId, front, node });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** When it became honest; null while it is not. */
  get honestSince(): number | null {
    return this.#honestSince;
  }

  /** Does this, and nothing else, until it is turned again or set right. */
  turn(kind: string): Promise<void> {
    const attack = (ATTACKS[this.side] as Readonly<Record<string, Attack>>)[kind];
    if (!attack) throw new TypeError(`an endpoint of the ${this.side} cannot do this: ${kind}`);
    this.#honestSince = null;
    this.#turns += 1;
    return this.#queue.run(async () => {
      await this.#restore();
      await attack({ chain: this.#chain, paraId: this.#paraId, front: this.#front, node: this.#node });
    });
  }

  setRight(): Promise<void> {
    const turns = this.#turns;
    return this.#queue.run(async () => {
      await this.#restore();
      if (turns === this.#turns) this.#honestSince ??= Date.now();
    });
  }

  async close(): Promise<void> {
    await this.#queue.idle();
    await this.#front.close();
  }

  async #restore(): Promise<void> {
    honest(this.#front);
    this.#node.delayMs = 0;
    this.#node.filter = (_method, _params, result) => result;
    await this.#node.start();
    if (this.#front.isClosed) this.#front = await HostileNode.inFrontOf(this.#node.url, this.#port);
  }
}

/** What `LIES` makes of recorded answers, said of living ones. Another chain's are those of some time ago. */
function inTheWayOf(kind: string, front: HostileNode): Tamper {
  const before = new Map<string, Exchange>();
  const lieAbout: Lie = (...said) => {
    try {
      return LIES[kind]?.(...said);
    } catch {
      // Living nodes also say what no lie was made for, such as a proof of nothing.
      return undefined;
    }
  };
  return (method, message, params) => {
    const isTold = message.method !== undefined;
    const answer = message.error === undefined ? { result: message.result } : { error: message.error };
    const exchange: Exchange = isTold
      ? {
          method,
          params: [],
          body: { result: message.params?.subscription },
          pushes: [{ method, result: message.params?.result }],
        }
      : { method, params, body: answer, pushes: [] };
    const elsewhere = before.get(method) ?? exchange;
    before.set(method, exchange);
    const frames = lieAbout(exchange, message.id ?? -1, elsewhere);
    if (!frames) return message;
    if (frames.includes(HANG_UP)) {
      front.hangUp();
      return null;
    }
    return frames.filter((frame) => frame !== HANG_UP).slice(isTold ? 1 : 0);
  };
}

/** The whole state of now, in which the last head of the para had this context. */
function contextInstead({ node, chain, paraId }: Held, context: number): void {
  const key = storageKey('Paras', 'MostRecentContext', {
    hasher: 'Twox64Concat',
    key: encodeLittle(paraId, 4),
  });
  let made: { readonly at: string; readonly filter: AnswerFilter } | null = null;
  node.filter = (method, params, result) => {
    const { finalized } = chain;
    if (made?.at !== finalized.hash) {
      const state = withValue(chain.stateOf(finalized), key, encodeLittle(context, 4));
      made = { at: finalized.hash, filter: stateInstead(chain, state) };
    }
    return made.filter(method, params, result);
  };
}
