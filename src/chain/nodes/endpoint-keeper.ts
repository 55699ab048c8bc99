import type { Hex } from '../../domain/units.ts';
import type { EndpointStatus } from '../../domain/views/endpoints.ts';
import { type Endpoints, hashSchema } from './endpoints.ts';
import { askFinalized, readHeader } from './header-json.ts';
import type { RpcConnection } from './rpc-connection.ts';

export interface EndpointKeeperOptions {
  readonly endpoints: Endpoints;
  /** What status calls the chain: `relay`, `contracts chain` or `para 2000`. */
  readonly chain: string;
  /** Told when an endpoint has another standing than before; must not throw. */
  readonly onChange: (status: EndpointStatus) => void;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** Least milliseconds between two surveys: an embedded network finalizes a hundred blocks a second. */
  readonly pauseMs?: number;
}

/** Surveys the endpoints of one chain and compares them, at final blocks only. */
export interface EndpointKeeper {
  /** To be told of each block that this process holds for final. Never throws and never waits. */
  note(block: FinalBlock): void;
  status(): EndpointStatus[];
  /** Resolves when no survey is under way. */
  idle(): Promise<void>;
}

export interface FinalBlock {
  readonly number: number;
  readonly hash: Hex;
  /** False where it is final by an endpoint's word only: then nobody lies who has another one. */
  readonly isProven?: boolean;
}

/** Of the last so many finalized blocks it is counted who passed them on. */
const WINDOW = 64;
/** Fewer blocks than this say nothing about how many an endpoint passes on. */
const FEWEST = 16;
/** An endpoint that passes on less than this share of what the best one does is named. */
const THIN = 1 / 2;
/** With nothing to compare: finality moves by one to three blocks at a time. */
const THIN_ALONE = 1 / 4;

/** Which blocks one connection passed on, by number. */
interface Listening {
  readonly node: RpcConnection;
  readonly passed: Map<number, Hex>;
  /** The block at which it began; those before could not be passed on. */
  readonly since: number;
}

interface Answer {
  readonly newest: number;
  readonly latencyMs: number;
}

export function createEndpointKeeper(options: EndpointKeeperOptions): EndpointKeeper {
  const { endpoints, chain, onChange, now = () => performance.now(), pauseMs = 2_000 } = options;
  const listening = new Map<string, Listening>();
  let surveying: Promise<void> | null = null;
  let surveyed = -1;
  let startedAt = Number.NEGATIVE_INFINITY;
  let standings = new Map<string, string>();

  /** Finalized heads are listened to at every endpoint: what one leaves out shows beside what the others pass on. */
  const listen = async (node: RpcConnection, at: number): Promise<void> => {
    if (listening.get(node.name)?.node === node) return;
    const passed = new Map<number, Hex>();
    listening.set(node.name, { node, passed, since: at });
    await node.subscribe('chain_subscribeFinalizedHeads', 'chain_unsubscribeFinalizedHeads', (json) => {
      try {
        const { ref } = readHeader(node, json);
        passed.set(ref.number, ref.hash);
        if (passed.size > 4 * WINDOW)
          for (const old of [...passed.keys()].slice(0, 2 * WINDOW)) passed.delete(old);
      } catch {
        // Who follows this chain says so; here it is a head that was not passed on.
      }
    });
  };

  /** The block that the endpoint calls final at this number; null where it is not that far. */
  const askFinalAt = async (
    node: RpcConnection,
    number: number,
  ): Promise<{ newest: number; hash: Hex | null }> => {
    // In this order: what a node has at a number that it calls final already does not change any more.
    const { ref } = await askFinalized(node);
    if (ref.number < number) return { newest: ref.number, hash: null };
    return { newest: ref.number, hash: await node.ask(hashSchema.nullable(), 'chain_getBlockHash', number) };
  };

  const look = async (node: RpcConnection, block: FinalBlock): Promise<Answer> => {
    const start = now();
    let told = await askFinalAt(node, block.number);
    const latencyMs = (now() - start) / 2;
    // Several nodes may stand behind one name, one ahead of the other: only who stays with it lies.
    if (isOther(told.hash, block)) told = await askFinalAt(node, block.number);
    const passed = listening.get(node.name)?.passed.get(block.number) ?? null;
    const other = [told.hash, passed].find((hash) => isOther(hash, block));
    if (other)
      throw node.lied(`it calls ${other} final at ${chain} block ${block.number}, but ${block.hash} is`);
    await listen(node, block.number).catch(() => undefined);
    return { newest: told.newest, latencyMs };
  };

  const survey = async (block: FinalBlock): Promise<void> => {
    const answers = await endpoints.survey((node) => look(node, block), { liars: true });
    const seen = answers.flatMap((answer) => ('value' in answer ? [answer] : []));
    const heads = new Map(
      seen.map(({ endpoint }) => [endpoint, passedOn(listening.get(endpoint), block.number)]),
    );
    const best = Math.max(0, ...[...heads.values()].map(share));
    for (const { endpoint, value } of seen) {
      const count = heads.get(endpoint) ?? null;
      const limit = seen.length > 1 ? best * THIN : THIN_ALONE;
      const isThin = count !== null && count.of >= FEWEST && share(count) < limit;
      endpoints.looked(endpoint, { ...value, verified: block.number, heads: count, isThin });
    }
    tell();
  };

  const status = (): EndpointStatus[] => endpoints.known().map((known) => ({ chain, ...known }));

  /** An endpoint that is only not compared yet is no news. */
  const tell = () => {
    const before = standings;
    standings = new Map();
    for (const known of status()) {
      const settled = known.standing === 'unknown' ? 'good' : known.standing;
      standings.set(known.name, settled);
      if (settled !== (before.get(known.name) ?? 'good')) onChange(known);
    }
  };

  return {
    note: (block) => {
      if (surveying || block.number <= surveyed || now() - startedAt < pauseMs) return;
      surveyed = block.number;
      startedAt = now();
      surveying = survey(block)
        // What the endpoints did wrong is in their records; that all of them fail, whoever reads the chain tells.
        .catch(() => tell())
        .finally(() => {
          surveying = null;
        });
    },
    status,
    idle: async () => surveying ?? undefined,
  };
}

/** How many of the blocks up to `newest` were passed on, of those that could be. */
function passedOn(
  listener: Listening | undefined,
  newest: number,
): { readonly passed: number; readonly of: number } | null {
  if (!listener) return null;
  const from = Math.max(listener.since, newest - WINDOW);
  if (newest <= from) return null;
  let passed = 0;
  for (let number = from + 1; number <= newest; number += 1) if (listener.passed.has(number)) passed += 1;
  return { passed, of: newest - from };
}

function share(count: { readonly passed: number; readonly of: number } | null): number {
  return count === null || count.of === 0 ? 0 : count.passed / count.of;
}

function isOther(hash: Hex | null, block: FinalBlock): boolean {
  return block.isProven !== false && hash !== null && hash !== block.hash;
}
