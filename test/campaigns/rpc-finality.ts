import { toHex } from '../../src/bytes/hex.ts';
import { agreeOnFinality } from '../../src/chain/finality/agreement.ts';
import { followedSet, followFinality } from '../../src/chain/finality/follower.ts';
import { finalityInMemory } from '../../src/chain/finality/memory.ts';
import { openFinality } from '../../src/chain/finality/open.ts';
import type { FinalizedSource } from '../../src/chain/finality/source.ts';
import { createEndpointKeeper } from '../../src/chain/nodes/endpoint-keeper.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { lowestBest, newestTold } from '../../src/chain/nodes/told-blocks.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { FinalityStore } from '../../src/domain/ports/finality.ts';
import { encodeAuthorities } from '../../src/proof/index.ts';
import { setOf } from '../proof/grandpa-fixtures.ts';
import { changeLog, GrandpaChain, GrandpaNode, headerJson } from '../support/grandpa-chain.ts';
import { Breach } from './campaign.ts';
import type { Pushes } from './recorded-node.ts';
import { type Question, reading, sideOf } from './rpc-scene.ts';

/** As `GrandpaChain` has it. */
const timeOf = (number: number) => 1_700_000_000_000 + number * 6_000;
/** The clock stands still, some blocks after the newest one. */
const now = () => timeOf(50);

/** A chain of 41 blocks whose voters change four times, once with a delay, and what a node of it tells unasked. */
function grown(chain: GrandpaChain): GrandpaChain {
  for (const [number, delay] of [
    [8, 0],
    [17, 3],
    [26, 0],
    [35, 0],
  ] as const) {
    chain.grow(number - 1);
    chain.changeVoters(delay);
    if (number === 17) chain.finalize(number);
  }
  chain.grow(40);
  for (const number of [39, 40]) chain.finalize(number);
  return chain;
}

/** Another chain with the same first block, made by voters of its own. */
function impostorOf(chain: GrandpaChain): GrandpaChain {
  const impostor = new GrandpaChain(chain.voters(0).length);
  impostor.blocks[0] = chain.at(0);
  return grown(impostor);
}

function pushesOf(chain: GrandpaChain): Pushes {
  return {
    grandpa_subscribeJustifications: [39, 40].map((number) => ({
      method: 'grandpa_justifications',
      result: toHex(chain.justification(number)),
    })),
    chain_subscribeFinalizedHeads: [38, 40].map((number) => ({
      method: 'chain_finalizedHead',
      result: headerJson(chain.at(number)),
    })),
  };
}

/** What is asked of nodes to know which blocks of a relay chain are final. */
export async function finalityQuestions(): Promise<{ questions: Question[]; close(): Promise<void> }> {
  const chain = grown(new GrandpaChain());
  const impostor = impostorOf(chain);
  // Without voters it has no proofs, and is believed by agreement.
  const plain = new GrandpaChain(0);
  plain.grow(20);
  plain.finalize(20);
  const otherPlain = new GrandpaChain(0);
  otherPlain.blocks[0] = plain.at(0);
  otherPlain.add([changeLog(impostor.voters(0), 0)]);
  otherPlain.grow(20);
  otherPlain.finalize(20);
  const plainPushes = (of: GrandpaChain): Pushes => ({
    chain_subscribeFinalizedHeads: [{ method: 'chain_finalizedHead', result: headerJson(of.at(20)) }],
  });
  const nodes = await Promise.all([chain, impostor, plain, otherPlain].map((of) => GrandpaNode.of(of)));
  const [of, ofImpostor, ofPlain, ofOther] = nodes.map(({ url }) => ({ url }));
  if (!of || !ofImpostor || !ofPlain || !ofOther) throw new Error('no nodes');
  const proven = await sideOf(
    'finality of the relay chain, by proofs',
    { ...of, pushes: pushesOf(chain) },
    { ...ofImpostor, pushes: pushesOf(impostor) },
  );
  const agreed = await sideOf(
    'finality of the relay chain, by agreement',
    { ...ofPlain, pushes: plainPushes(plain) },
    { ...ofOther, pushes: plainPushes(otherPlain) },
  );

  const voters = (setId: number) => toHex(encodeAuthorities(setOf(0n, chain.voters(setId)).authorities));
  const hashAt = (of: GrandpaChain, number: number) => {
    const block = of.blocks[number];
    return block ? toHex(block.hash) : null;
  };
  const requireTrue = (
    of: GrandpaChain,
    { number, hash }: { number: number; hash: string },
    what: string,
  ) => {
    if (hashAt(of, number) !== hash) throw new Breach(`${what}: block ${number} (${hash})`);
  };
  /** Fails when something is kept that is not so. */
  const requireTrueStore = async (store: FinalityStore) => {
    const kept = await store.load();
    if (!kept) return;
    const { followed, finalized } = kept;
    requireTrue(chain, finalized, 'kept as final');
    if (followed.authorities !== voters(Number(followed.setId)))
      throw new Breach(`kept voters of set ${followed.setId}`);
  };
  const checkpoint = {
    number: 0,
    hash: toHex(chain.at(0).hash),
    setId: 0n,
    authorities: voters(0),
    source: 'config' as const,
  };
  const record = {
    genesis: checkpoint.hash,
    checkpoint,
    setId: 0n,
    authorities: checkpoint.authorities,
    since: 1,
    next: null,
  };
  const startAt0 = () => ({ set: followedSet(record, checkpoint), record });

  /** Watches until the newest block is final, or until there was trouble with all nodes. */
  const watched = async (
    of: GrandpaChain,
    source: FinalizedSource,
    stop: AbortController,
  ): Promise<{ readonly final: number }> => {
    const end = of.finalized;
    let final = -1;
    for await (const header of source.watch(stop.signal)) {
      requireTrue(of, header.ref, 'believed');
      if (header.actable && header.time !== timeOf(header.ref.number))
        throw new Breach(`believed: block ${header.ref.number} is of ${header.time}`);
      final = header.ref.number;
      if (final === end) return { final };
    }
    throw new RescueError('RESCUE_FINALITY_UNPROVEN', 'the newest block was not reached');
  };

  /** Follows finality by these nodes, opened by `open`. */
  const following =
    (
      of: GrandpaChain,
      open: (options: {
        endpoints: Endpoints;
        count: number;
        store: FinalityStore;
        onTrouble: (trouble: RescueError) => void;
      }) => Promise<FinalizedSource> | FinalizedSource,
      then: (source: FinalizedSource) => Promise<unknown> = async () => null,
      needed = 2,
    ): Question['facts'] =>
    async (urls, patienceMs, onKnown) => {
      const stop = new AbortController();
      const isAlone = urls.length < needed;
      const onTrouble = () => {
        if (isAlone) stop.abort();
      };
      const endpoints = new Endpoints({
        urls,
        requestTimeoutMs: patienceMs,
        connectTimeoutMs: 5_000,
        ...(urls.length === 2 && { genesis: toHex(of.at(0).hash) }),
        onTrouble,
      });
      const store = finalityInMemory();
      const timer = setTimeout(() => stop.abort(), isAlone ? patienceMs / 2 : 20 * patienceMs);
      let source: FinalizedSource | null = null;
      try {
        source = await open({ endpoints, count: urls.length, store, onTrouble });
        const reached = await watched(of, source, stop);
        return [reached, await then(source)];
      } finally {
        clearTimeout(timer);
        onKnown?.(endpoints.known());
        await endpoints.close();
        await source?.close();
        if (of === chain) await requireTrueStore(store);
      }
    };

  const isFinal = async (source: FinalizedSource) => {
    const at = (of: GrandpaChain, number: number) =>
      source.isFinal({ number, hash: toHex(of.at(number).hash) });
    return [await at(chain, 12), await at(impostor, 12), await at(chain, 38), await at(impostor, 38)];
  };

  const questions: Question[] = [
    {
      name: 'which block is final, by proofs',
      side: proven,
      weight: 14,
      facts: following(
        chain,
        ({ endpoints, store, onTrouble }) =>
          followFinality({
            endpoints,
            start: startAt0(),
            now,
            store,
            askMs: 100,
            patienceMs: 100,
            onTrouble,
          }),
        isFinal,
      ),
      codes: ['RESCUE_FINALITY_FORCED'],
    },
    {
      name: 'the first checkpoint, and what follows it',
      side: proven,
      weight: 4,
      facts: following(chain, ({ endpoints, count, store, onTrouble }) =>
        openFinality({
          endpoints,
          endpointCount: count,
          now,
          store,
          onTrouble,
          checkpoint: { ...checkpoint, voters: null, overrides: false },
        }),
      ),
      codes: ['RESCUE_FINALITY_FORCED', 'RESCUE_CHECKPOINT_INVALID'],
    },
    {
      name: 'which block is final, by agreement of two',
      side: agreed,
      weight: 6,
      needed: 3,
      facts: following(
        plain,
        ({ endpoints, onTrouble }) =>
          agreeOnFinality({ endpoints, needed: 2, onTrouble, askMs: 100, patienceMs: 100, now }),
        async () => null,
        3,
      ),
    },
    reading(
      proven,
      'what endpoints are worth',
      4,
      async (endpoints) => {
        const keeper = createEndpointKeeper({ endpoints, chain: 'relay', onChange: () => undefined });
        const block = chain.at(39);
        keeper.note({ number: block.number, hash: toHex(block.hash) });
        await keeper.idle();
        const honest = keeper.status().find(({ name }) => name === proven.honest.url);
        if (honest?.standing === 'lying') throw new Breach('an honest endpoint is called a liar');
        return honest?.standing;
      },
      { told: 'always' },
    ),
    reading(
      proven,
      'what endpoints call the newest block',
      3,
      async (endpoints) => {
        await newestTold(endpoints);
        await lowestBest(endpoints);
      },
      { told: 'always' },
    ),
  ];
  return {
    questions,
    close: async () => {
      await Promise.all([proven.close(), agreed.close()]);
      await Promise.all(nodes.map((node) => node.close()));
    },
  };
}
