import type { SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { type Endpoints, hashSchema, type SurveyAnswer } from '../nodes/endpoints.ts';
import { type RpcConnection, RpcRefusal } from '../nodes/rpc-connection.ts';

/** What the endpoints say to it: no more than their word. */
type Told = { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly reason: string };

/** Pool error of a node that has the bytes already. */
const ALREADY_IMPORTED = 1013;
/** Extrinsics whose sendings are remembered; a service has a few under way. */
const MOST_REMEMBERED = 64;
/** Times for which a node that took the bytes is left in peace: it may have dropped them, or never had them. */
const LONGEST_PEACE = 8;

interface Sent {
  times: number;
  /** By endpoint that took the bytes: from which time on they are sent there again, and how long the next peace is. */
  readonly taken: Map<string, { from: number; peace: number }>;
}

/**
 * Sends extrinsics to every endpoint, also to those that are left for a lie: bytes that are signed cannot be falsified. Meant
 * to be asked at each block while an extrinsic is not included: who took the bytes gets them again after 1, 2, 4 and then
 * every 8 times, who refused or was silent each time until somebody has them.
 */
export class Broadcaster {
  readonly #endpoints: Endpoints;
  readonly #sent = new Map<Hex, Sent>();

  constructor(endpoints: Endpoints) {
    this.#endpoints = endpoints;
  }

  /**
   * Resolves as soon as one endpoint has taken the bytes; the others get them all the same.
   * @throws RESCUE_NODE_UNREACHABLE when no endpoint answers and none has taken them before
   */
  async send({ hash, bytes }: Pick<SignedExtrinsic, 'hash' | 'bytes'>): Promise<Told> {
    const sent = this.#remember(hash);
    const { taken } = sent;
    sent.times += 1;
    const { times } = sent;
    // Where somebody has the bytes, the others get them when he does: a whole runtime need not travel at each block.
    const others = Math.min(...[...taken.values()].map(({ from }) => from));
    const due = (endpoint: string) => times >= (taken.get(endpoint)?.from ?? (taken.size === 0 ? 0 : others));
    // Decided for all at once: the first one that takes them must not keep them from the others.
    const endpoints = new Set(this.#endpoints.known().flatMap(({ name }) => (due(name) ? [name] : [])));
    let isTaken: (told: Told) => void = () => undefined;
    const first = new Promise<Told>((resolve) => {
      isTaken = resolve;
    });
    if (taken.size > 0) isTaken(TAKEN);
    const all = this.#endpoints
      .survey(
        async (node) => {
          if (!endpoints.has(node.name)) return;
          await submit(node, hash, bytes);
          const peace = Math.min(LONGEST_PEACE, (taken.get(node.name)?.peace ?? 0.5) * 2);
          taken.set(node.name, { from: times + peace, peace });
          isTaken(TAKEN);
        },
        { liars: true },
      )
      .then((answers) => (taken.size > 0 ? TAKEN : whyNot(answers)));
    // Who is slow is not waited for; what he says then is in his record.
    all.catch(() => undefined);
    return Promise.race([first, all]);
  }

  #remember(hash: Hex): Sent {
    const known = this.#sent.get(hash);
    if (known) return known;
    const [oldest] = this.#sent.keys();
    if (oldest !== undefined && this.#sent.size >= MOST_REMEMBERED) this.#sent.delete(oldest);
    const made: Sent = { times: 0, taken: new Map() };
    this.#sent.set(hash, made);
    return made;
  }
}

/** @throws RpcRefusal, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED */
async function submit(node: RpcConnection, hash: Hex, bytes: Hex): Promise<void> {
  try {
    const told = await node.ask(hashSchema, 'author_submitExtrinsic', bytes);
    if (told !== hash) throw node.malformed(`sent the extrinsic ${hash}, it says that it took ${told}`);
  } catch (error) {
    if (!(error instanceof RpcRefusal) || error.code !== ALREADY_IMPORTED) throw error;
  }
}

const TAKEN: Told = { kind: 'taken' };

function whyNot(answers: readonly SurveyAnswer<unknown>[]): Told {
  const errors = answers.flatMap((answer) => ('error' in answer ? [answer] : []));
  const refusals = errors.filter(({ error }) => error instanceof RpcRefusal);
  const said = (those: typeof errors) =>
    those.map(({ endpoint, error }) => `${endpoint}: ${messageOf(error).slice(0, 300)}`).join('; ');
  if (refusals.length > 0) return { kind: 'refused', reason: said(refusals) };
  throw new RescueError('RESCUE_NODE_UNREACHABLE', `no endpoint takes the extrinsic: ${said(errors)}`);
}
