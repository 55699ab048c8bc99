import { Endpoints, hashSchema, type KnownEndpoint } from '../../src/chain/nodes/endpoints.ts';
import { ProvenChain } from '../../src/chain/proven/proven-chain.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { Runtime } from '../../src/executor/runtime.ts';
import { RecordedNode, Recording } from './recorded-node.ts';

/** One chain by three nodes that know the same of it: one that will lie, and two that do not. */
export interface Side {
  /** What people call the chain. */
  readonly chain: string;
  readonly liar: RecordedNode;
  readonly honest: RecordedNode;
  readonly third: RecordedNode;
  /** What a node of another chain, or with another state, answers to the same questions. */
  readonly elsewhere: Recording;
  readonly genesis: Hex;
  /** Compiled once for all: what is attacked is what is read with them. */
  readonly runtimes: Map<Hex, Runtime>;
  close(): Promise<void>;
}

/** Something that the project asks nodes for. */
export interface Question {
  readonly name: string;
  readonly side: Side;
  /** In how many of a hundred runs it is asked, about. */
  readonly weight: number;
  /**
   * Asks these nodes, and tells at the end what is known of them. Facts are compared with those that an honest node alone leads to.
   * @throws Breach for what is false by itself
   */
  facts(
    urls: readonly string[],
    patienceMs: number,
    onKnown?: (endpoints: readonly KnownEndpoint[]) => void,
  ): Promise<unknown>;
  /** What is no more than the word of nodes: one of them alone may say what it likes, or even beside others. */
  readonly told?: 'alone' | 'always';
  /** Codes with which a lie may end this, besides those that speak of nodes. */
  readonly codes?: readonly string[];
  /** How many endpoints there must be, so that one liar changes nothing; 2 unless it is said. */
  readonly needed?: number;
}

export async function sideOf(
  chain: string,
  truth: { readonly url: string; readonly pushes?: Parameters<typeof Recording.of>[1] },
  other: { readonly url: string; readonly pushes?: Parameters<typeof Recording.of>[1] },
): Promise<Side> {
  const recordingOf = ({ url, pushes }: typeof truth) => Recording.of(url, pushes);
  const recording = await recordingOf(truth);
  const elsewhere = await recordingOf(other);
  const [liar, honest, third] = await Promise.all([
    RecordedNode.of(recording),
    RecordedNode.of(recording),
    RecordedNode.of(recording),
  ]);
  const { body } = await recording.exchange('chain_getBlockHash', [0]);
  return {
    chain,
    genesis: hashSchema.parse('result' in body ? body.result : null),
    liar,
    honest,
    third,
    elsewhere,
    runtimes: new Map(),
    close: async () => {
      await Promise.all([liar.close(), honest.close(), third.close(), elsewhere.close()]);
    },
  };
}

/** Reads with what is proven of the chain beginning anew, but for the compiled runtimes. */
export function reading(
  side: Side,
  name: string,
  weight: number,
  work: (endpoints: Endpoints, chain: ProvenChain) => Promise<unknown>,
  more: Partial<Question> = {},
): Question {
  return {
    name,
    side,
    weight,
    facts: async (urls, patienceMs, onKnown) => {
      // One of two that names another first block cannot be told from the other one: it is known by then.
      const genesis = urls.length === 2 ? side.genesis : undefined;
      const endpoints = new Endpoints({
        urls,
        requestTimeoutMs: patienceMs,
        connectTimeoutMs: 5_000,
        ...(genesis && { genesis }),
      });
      try {
        return await work(endpoints, new ProvenChain(side.runtimes));
      } finally {
        onKnown?.(endpoints.known());
        await endpoints.close();
      }
    },
    ...more,
  };
}
