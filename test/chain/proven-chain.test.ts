import { existsSync, readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { askFinalized } from '../../src/chain/nodes/header-json.ts';
import { fetchBudget } from '../../src/chain/proven/fetch-proof.ts';
import { type BlockState, ProvenChain } from '../../src/chain/proven/proven-chain.ts';
import { decodeClaimQueue } from '../../src/chain/relay/claim-queue.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { MAIN_TRIE, type TrieName } from '../../src/executor/storage/backend.ts';
import { State } from '../../src/executor/storage/state.ts';
import type { ForeignCode } from '../../src/executor/thread/jobs.ts';
import { blake2b256, storagePrefix } from '../../src/proof/index.ts';
import { Chain } from '../../src/sandbox/chain/chain.ts';
import { methodsOf } from '../../src/sandbox/rpc/methods.ts';
import { type AnswerFilter, RpcServer } from '../../src/sandbox/rpc/server.ts';
import { stateInstead, withValue } from '../support/forged-state.ts';

const ACCOUNTS = toHex(storagePrefix('System', 'Account'));

describe('what is proven of a chain', () => {
  let network: Network;
  let liar: RpcServer;
  let block: BlockState;
  beforeAll(async () => {
    network = await startNetwork();
    liar = await network.openNode(network.relay);
    const { finalized } = network.relay.chain;
    block = {
      number: finalized.number,
      hash: finalized.hash,
      stateRoot: toHex(finalized.header.stateRoot),
    };
  });
  afterEach(() => {
    liar.filter = (_method, _params, result) => result;
  });
  afterAll(() => network.close());

  const troubles: RescueError[] = [];
  const by = async <T>(
    urls: readonly string[],
    work: (endpoints: Endpoints, chain: ProvenChain) => Promise<T>,
  ): Promise<T> => {
    troubles.length = 0;
    const endpoints = new Endpoints({
      urls,
      requestTimeoutMs: 5_000,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    try {
      return await work(endpoints, new ProvenChain());
    } finally {
      await endpoints.close();
    }
  };
  const state = () => network.relay.chain.stateOf(network.relay.chain.finalized);
  /** All keys that begin with `prefix`, found one after the other. */
  const walk =
    (prefix: Hex, trie: TrieName = MAIN_TRIE) =>
    async (endpoints: Endpoints, chain: ProvenChain) =>
      endpoints.use(async (node) => {
        const budget = fetchBudget();
        const keys: Hex[] = [];
        for (let at = prefix; ; ) {
          const next = await chain.answer(node, block, { kind: 'next', trie, key: at }, budget);
          if (typeof next !== 'string' || !next.startsWith(prefix)) return keys;
          keys.push(next);
          at = next;
        }
      });
  const truth = () => state().keysWithPrefix(ACCOUNTS);

  it('is every key of a map, in a few requests', async () => {
    const asked: string[] = [];
    liar.filter = (method, _params, result) => {
      asked.push(method);
      return result;
    };
    expect(await by([liar.url], walk(ACCOUNTS))).toEqual(truth());
    expect(truth().length).toBeGreaterThan(8);
    expect(asked.filter((method) => method === 'state_getReadProof').length).toBeLessThan(6);
  });

  it.each<readonly [string, AnswerFilter]>([
    [
      'hides every second key',
      (method, _params, result) => hints(method, result, (keys) => keys.filter((_, at) => at % 2 === 0)),
    ],
    ['hides all keys', (method, _params, result) => hints(method, result, () => [])],
    [
      'tells keys that are not there',
      (method, _params, result) => hints(method, result, (keys) => keys.map((key) => `${key}00` as Hex)),
    ],
  ])('is every key also by a node that %s: what it tells of them is a hint', async (_what, lie) => {
    liar.filter = lie;
    expect(await by([liar.url], walk(ACCOUNTS))).toEqual(truth());
  });

  it.each<readonly [string, AnswerFilter]>([
    [
      'hides a key and its place in the trie',
      (method, params, result) => {
        const key = truth()[3] as Hex;
        return stateInstead(network.relay.chain, withValue(state(), fromHex(key), null))(
          method,
          params,
          result,
        );
      },
    ],
    [
      'tells keys without end',
      (method, _params, result) =>
        hints(method, result, (keys) => Array.from({ length: 5_000 }, () => keys[0] ?? '0x')),
    ],
    [
      'tells a key without end',
      (method, _params, result) => hints(method, result, () => [`0x${'ab'.repeat(100_000)}`]),
    ],
    [
      'proves keys with megabytes that nobody asked for',
      (method, _params, result) =>
        method === 'state_getReadProof'
          ? { ...(result as object), proof: [`0x${'00'.repeat(25 * 1024 * 1024)}`] }
          : result,
    ],
  ])('does not come from a node that %s: the next one is asked', async (_what, lie) => {
    liar.filter = lie;
    await expect(by([liar.url], walk(ACCOUNTS))).rejects.toMatchObject({
      code: expect.stringMatching(/^RESCUE_NODE_/),
    });
    expect(await by([liar.url, network.relay.url], walk(ACCOUNTS))).toEqual(truth());
    expect(troubles.map(({ message }) => message).join()).toContain(liar.url);
    expect(await by([network.relay.url, liar.url], walk(ACCOUNTS))).toEqual(truth());
  });

  it('costs no more than it may: a call that needs more is given up, and is no panic', async () => {
    const walking = by([network.relay.url], async (endpoints, chain) =>
      endpoints.use(async (node) => {
        const budget = fetchBudget({ requests: 2 });
        for (const key of truth()) {
          await chain.answer(node, block, { kind: 'read', trie: MAIN_TRIE, key }, budget);
        }
      }),
    );
    await expect(walking).rejects.toMatchObject({ code: 'RESCUE_EXECUTION_FAILED' });
  });

  it('is left to a node for a time only', async () => {
    const late = by([network.relay.url], async (endpoints, chain) =>
      endpoints.use((node) =>
        chain.answer(node, block, { kind: 'read', trie: MAIN_TRIE, key: ACCOUNTS }, fetchBudget({ ms: -1 })),
      ),
    );
    await expect(late).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
  });

  it('follows the runtime that executed a block through an upgrade of the para', async () => {
    await network.faults.breakRuntime();
    const panics: unknown[] = [];
    network.on('collation-failed', (panic) => panics.push(panic));
    await network.produceUntil(() => panics.length > 0, 30, 'the broken runtime panicking');
    const { chain: para } = network.para;
    const good = toHex(blake2b256(await network.artifacts.read('para-good')));
    const broken = toHex(blake2b256(await network.artifacts.read('para-broken')));
    const codeAt = (number: number) =>
      toHex(blake2b256(para.blockAt(number)?.state?.get(toHex(encodeText(':code'))) ?? new Uint8Array()));
    let switching = para.best.number;
    while (codeAt(switching - 1) === broken) switching -= 1;
    const seenAt = (number: number) =>
      by([network.para.url], async (endpoints, chain) =>
        endpoints.use(async (node) => {
          const found = para.blockAt(number);
          if (!found) throw new Error(`block ${number} is not there`);
          const at = { number, hash: found.hash, stateRoot: toHex(found.header.stateRoot) };
          const versionOf = async (code: ForeignCode) => Runtime.of(await code.bytes()).version;
          return {
            next: await chain.codeHash(node, at, 'children'),
            executed: (await chain.codeBehind(node, at, versionOf)).hash,
          };
        }),
      );
    expect(await seenAt(switching - 1)).toEqual({ next: good, executed: good });
    expect(await seenAt(switching)).toEqual({ next: broken, executed: good });
    expect(para.best.number).toBeGreaterThan(switching);
    expect(await seenAt(switching + 1)).toEqual({ next: broken, executed: broken });
  });
});

function hints(method: string, result: unknown, change: (keys: readonly Hex[]) => readonly Hex[]): unknown {
  return method === 'state_getKeysPaged' ? change(result as Hex[]) : result;
}

/** Public chain specs, where a developer has them: never needed for the suite to pass. */
const SPECS = new URL('../../../shared/chain-specs/', import.meta.url);

describe.skipIf(!existsSync(new URL('paseo.json', SPECS)))(
  'what is proven of chains that others wrote',
  () => {
    it.each([
      ['paseo', 'paseo', 1_001_002, 0],
      ['kusama-local', 'kusama', 1_000_000, 1],
      ['westend-local', 'westend', 1_025_002, 1],
    ] as const)(
      'is code, version, metadata and claim queue of %s',
      async (file, specName, specVersion, version) => {
        const spec = JSON.parse(readFileSync(new URL(`${file}.json`, SPECS), 'utf8')) as {
          genesis: { raw: { top: Record<Hex, Hex> } };
        };
        const entries = Object.entries(spec.genesis.raw.top) as [Hex, Hex][];
        const state = State.genesis(
          entries.map(([key, value]) => [key, fromHex(value)] as const),
          version,
        );
        const identity = { name: file, tokenSymbol: 'UNIT', tokenDecimals: 12, ss58Format: 42 };
        const server = new RpcServer(methodsOf(new Chain(identity, state, 8)), '127.0.0.1', 0);
        await server.start();
        const endpoints = new Endpoints({ urls: [server.url] });
        try {
          const chain = new ProvenChain();
          const seen = await endpoints.use(async (node) => {
            const { ref } = await askFinalized(node);
            const runtime = await chain.runtimeOf(node, ref);
            const claims = runtime.apiVersion('ParachainHost') ?? 0;
            const outcome =
              claims < 11 ? null : await chain.call(node, ref, 'ParachainHost_claim_queue', new Uint8Array());
            return { hash: await chain.codeHash(node, ref, 'calls'), runtime, outcome };
          });
          expect(seen.hash).toBe(
            toHex(blake2b256(state.get(toHex(encodeText(':code'))) ?? new Uint8Array())),
          );
          expect(seen.runtime.version).toMatchObject({ specName, specVersion });
          expect(seen.runtime.storage('Paras', 'Heads')).toBeDefined();
          if (seen.outcome) {
            if (seen.outcome.kind !== 'returned') throw seen.outcome.panic;
            expect(decodeClaimQueue(seen.outcome.result)).toBeInstanceOf(Set);
          }
        } finally {
          await endpoints.close();
          await server.stop();
        }
      },
    );
  },
);
