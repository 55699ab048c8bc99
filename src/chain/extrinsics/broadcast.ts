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

  /** @throws RESCUE_NODE_UNREACHABLE when no endpoint answers and none has taken it before */
  async send({ hash, bytes }: Pick<SignedExtrinsic, 'hash' | 'bytes'>): Promise<Told> {
    const sent = this.#remember(hash);
    sent.times += 1;
    // Where somebody has the bytes, the others get them when he does: a whole runtime need not travel at each block.
    const others = Math.min(...[...sent.taken.values()].map(({ from }) => from));
    const due = new Set<string>();
    const answers = await this.#endpoints.survey(
      async (node) => {
        const from = sent.taken.get(node.name)?.from ?? (sent.taken.size === 0 ? 0 : others);
        if (sent.times < from) return;
        due.add(node.name);
        await submit(node, hash, bytes);
      },
      { liars: true },
    );
    for (const answer of answers) {
      if (!due.has(answer.endpoint) || !hasTaken(answer)) continue;
      const peace = Math.min(LONGEST_PEACE, (sent.taken.get(answer.endpoint)?.peace ?? 0.5) * 2);
      sent.taken.set(answer.endpoint, { from: sent.times + peace, peace });
    }
    if (sent.taken.size > 0) return { kind: 'taken' };
    return whyNot(answers);
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
  const told = await node.ask(hashSchema, 'author_submitExtrinsic', bytes);
  if (told !== hash) throw node.malformed(`sent the extrinsic ${hash}, it says that it took ${told}`);
}

function hasTaken(answer: SurveyAnswer<unknown>): boolean {
  return 'value' in answer || (answer.error instanceof RpcRefusal && answer.error.code === ALREADY_IMPORTED);
}

function whyNot(answers: readonly SurveyAnswer<unknown>[]): Told {
  const errors = answers.flatMap((answer) => ('error' in answer ? [answer] : []));
  const refusals = errors.filter(({ error }) => error instanceof RpcRefusal);
  const said = (those: typeof errors) =>
    those.map(({ endpoint, error }) => `${endpoint}: ${messageOf(error).slice(0, 300)}`).join('; ');
  if (refusals.length > 0) return { kind: 'refused', reason: said(refusals) };
  throw new RescueError('RESCUE_NODE_UNREACHABLE', `no endpoint takes the extrinsic: ${said(errors)}`);
}
