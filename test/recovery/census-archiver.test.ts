import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { CensusStore } from '../../src/domain/ports/census.ts';
import type { CensusRecord } from '../../src/domain/round/census.ts';
import type { Hex } from '../../src/domain/units.ts';
import { proofFromArchive } from '../../src/proof/archived-proof.ts';
import { verifyReadProof } from '../../src/proof/read-proof.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import {
  archiveCensus,
  type CensusOptions,
  type CensusSource,
  censusShare,
} from '../../src/recovery/census/archiver.ts';
import { openStore } from '../../src/store/open.ts';
import { systemAccountKey, totalIssuanceKey } from '../../src/voting/power/adapters/system-account.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { accountInfo } from '../voting/account-info.ts';

const ACCOUNTS = 300;
const PARA = 2000;
const account = (index: number) => {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, index);
  return id;
};
const state = buildTrie(
  [
    ...Array.from(
      { length: ACCOUNTS },
      (_, i) => [systemAccountKey(account(i)), accountInfo({ free: BigInt(i) })] as const,
    ),
    [totalIssuanceKey(), new Uint8Array(16).fill(9)] as const,
  ],
  1,
);
const PREFIX = systemAccountKey(account(0)).slice(0, 32);
const KEYS = [...state.entries(PREFIX)].map(([key]) => key);
const head = { hash: `0x${'aa'.repeat(32)}` as Hex, number: 41, stateRoot: toHex(state.root) };

/** A node of the para that has the state. */
const honest: CensusSource = {
  keysPaged: async (_head, prefix, count, after) =>
    [...state.entries(prefix)]
      .map(([key]) => key)
      .filter((key) => after === null || Buffer.compare(key, after) > 0)
      .slice(0, count),
  readProof: async (_head, keys) => state.prove(keys),
};
const dead: CensusSource = {
  keysPaged: () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'dead')),
  readProof: () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'dead')),
};
/** Keeps the 100th account back, in the list of keys and so in the proof. */
const hiding: CensusSource = {
  ...honest,
  keysPaged: async (...request) =>
    (await honest.keysPaged(...request)).filter((key) => toHex(key) !== toHex(KEYS[99] ?? key)),
};

async function archive(options: Partial<CensusOptions> & { readonly store: CensusStore }) {
  const seen: CensusRecord[] = [];
  const record = await archiveCensus({
    paraId: PARA,
    head,
    prefixes: [PREFIX],
    sources: [honest],
    signal: new AbortController().signal,
    pageSize: 32,
    onProgress: (progress) => seen.push(progress),
    ...options,
  });
  return { record, seen };
}

describe('archiving a census', () => {
  it('serves the proof of every account, and of one that does not exist, when all nodes are dead', async () => {
    const path = await temporaryFolder();
    const first = await openStore(path);
    const { record, seen } = await archive({ store: first.census });
    await first.close();
    expect(record).toMatchObject({ complete: true, maps: [{ keys: ACCOUNTS, done: true }] });
    expect(seen.map(censusShare)).toEqual(seen.map(censusShare).toSorted((a, b) => a - b));
    expect(seen.length).toBe(Math.ceil(ACCOUNTS / 32) + 1);

    const { census, close } = await openStore(path);
    for (const key of [...KEYS, systemAccountKey(account(ACCOUNTS))]) {
      const proof = await proofFromArchive(fromHex(head.stateRoot), [key], census.node);
      if (proof === null) throw new Error('the census is complete');
      const values = verifyReadProof({ stateRoot: state.root, proof, keys: [key], strict: true });
      expect(values).toEqual([state.get(key)]);
    }
    expect((await archive({ store: census, sources: [dead] })).record).toEqual(record);
    await close();
  });

  it('writes each node once and counts them', async () => {
    const { census, close } = await openStore(await temporaryFolder());
    const written: Hex[] = [];
    const store: CensusStore = {
      ...census,
      save: (paraId, anchor, record, nodes) => {
        written.push(...nodes.map(({ hash }) => toHex(hash)));
        return census.save(paraId, anchor, record, nodes);
      },
    };
    const { record } = await archive({ store });
    await close();
    const all = state.prove([PREFIX, ...KEYS]);
    expect(written.length).toBe(new Set(written).size);
    expect(record.nodes).toBe(all.length);
    expect(record.bytes).toBe(all.reduce((sum, { length }) => sum + length, 0));
  });

  it('goes on where it was when the process ended, also after the nodes of a page were written', async () => {
    const path = await temporaryFolder();
    const store = await openStore(path);
    const stop = new AbortController();
    let pages = 0;
    const stopped = archive({
      store: store.census,
      signal: stop.signal,
      onProgress: () => {
        if (++pages === 4) stop.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    await store.close();

    const { census, close } = await openStore(path);
    expect((await census.load(PARA, head.hash))?.maps[0]).toMatchObject({ keys: 128, done: false });
    const asked: Uint8Array[] = [];
    const counting: CensusSource = {
      ...honest,
      keysPaged: (at, prefix, count, after) => {
        asked.push(after ?? prefix);
        return honest.keysPaged(at, prefix, count, after);
      },
    };
    const { record } = await archive({ store: census, sources: [counting] });
    await close();
    expect(record).toMatchObject({ complete: true, maps: [{ keys: ACCOUNTS }] });
    expect(asked[0]).toEqual(KEYS[127]);
  });

  it('leaves a node that is dead or keeps an account back for one that does not', async () => {
    const { census, close } = await openStore(await temporaryFolder());
    const troubles: string[] = [];
    const { record } = await archive({
      store: census,
      sources: [dead, hiding, honest],
      onTrouble: ({ code }) => troubles.push(code),
    });
    await close();
    expect(record).toMatchObject({ complete: true, maps: [{ keys: ACCOUNTS }] });
    expect(new Set(troubles)).toEqual(new Set(['RESCUE_NODE_UNREACHABLE', 'RESCUE_NODE_CONTRADICTS']));
  });

  it('never counts a census complete that lacks an account', async () => {
    const { census, close } = await openStore(await temporaryFolder());
    await expect(archive({ store: census, sources: [hiding, dead] })).rejects.toMatchObject({
      code: expect.stringMatching(/^RESCUE_NODE_/),
    });
    expect(await census.load(PARA, head.hash)).toMatchObject({ complete: false, maps: [{ keys: 96 }] });
    const { record } = await archive({ store: census });
    await close();
    expect(record).toMatchObject({ complete: true, maps: [{ keys: ACCOUNTS }] });
  });

  it('begins anew for another state, and adds the maps of another policy', async () => {
    const { census, close } = await openStore(await temporaryFolder());
    await archive({ store: census });
    const more = await archive({ store: census, prefixes: [PREFIX, totalIssuanceKey()] });
    expect(more.record).toMatchObject({ complete: true, maps: [{ keys: ACCOUNTS }, { keys: 1 }] });
    expect(more.seen.length).toBe(2);
    const other = { ...head, stateRoot: toHex(state.update([[PREFIX, PREFIX]]).root) };
    await expect(archive({ store: census, head: other })).rejects.toMatchObject({
      code: 'RESCUE_NODE_CONTRADICTS',
    });
    await close();
  });
});
