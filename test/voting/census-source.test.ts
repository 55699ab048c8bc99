import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { Hex } from '../../src/domain/units.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { archiveCensus } from '../../src/recovery/census/archiver.ts';
import { openStore } from '../../src/store/open.ts';
import { createProofSource, type ProofSources } from '../../src/voting/census/source.ts';
import { systemAccountKey } from '../../src/voting/power/adapters/system-account.ts';
import { collectPower } from '../../src/voting/power/proven-power.ts';
import { sampleVote } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { accountInfo } from './account-info.ts';
import { samplePolicy } from './evidence-sample.ts';

const account = (byte: number) => new Uint8Array(32).fill(byte);
const state = buildTrie(
  [1, 2, 3].map((byte) => [systemAccountKey(account(byte)), accountInfo({ free: BigInt(byte) })] as const),
  1,
);
const head = { hash: `0x${'aa'.repeat(32)}` as Hex, number: 41, stateRoot: toHex(state.root) };
const dead: ProofSources['reader'] = {
  prove: () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'dead')),
};
const powerOf = (byte: number, fetch: ReturnType<typeof createProofSource>) =>
  collectPower(samplePolicy, toHex(account(byte)), head.stateRoot, fetch);

describe('where proofs come from', () => {
  it('is the node of the para while it lives, and nothing else before a census', async () => {
    const { ledger, census, close } = await openStore(await temporaryFolder());
    const living = { prove: async (_: unknown, keys: readonly Uint8Array[]) => state.prove(keys) };
    const fetch = createProofSource({ ledger, census, reader: living }, 2000, { head });
    expect((await powerOf(2, fetch)).power).toBe(2n);
    const later = createProofSource({ ledger, census, reader: dead }, 2000, { head });
    await expect(powerOf(2, later)).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    await close();
  });

  it('is the ledger for an account that voted, when the node is dead', async () => {
    const { ledger, census, close } = await openStore(await temporaryFolder());
    const key = systemAccountKey(account(1));
    const vote = sampleVote({ account: toHex(account(1)), anchor: head.hash });
    await ledger.putVote(vote, [toHex(key)], state.prove([key]));
    const fetch = createProofSource({ ledger, census, reader: dead }, 2000, { head });
    expect((await powerOf(1, fetch)).power).toBe(1n);
    await expect(powerOf(2, fetch)).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    await close();
  });

  it('is the census for every other account, also for one that does not exist', async () => {
    const { ledger, census, close } = await openStore(await temporaryFolder());
    await archiveCensus({
      paraId: 2000,
      head,
      prefixes: [systemAccountKey(account(1)).slice(0, 32)],
      sources: [
        {
          keysPaged: async (_head, prefix, _count, after) =>
            after === null ? [...state.entries(prefix)].map(([key]) => key) : [],
          readProof: async (_head, keys) => state.prove(keys),
        },
      ],
      store: census,
      signal: new AbortController().signal,
    });
    const fetch = createProofSource({ ledger, census, reader: dead }, 2000, { head });
    for (const byte of [1, 2, 3]) expect((await powerOf(byte, fetch)).power).toBe(BigInt(byte));
    expect((await powerOf(4, fetch)).power).toBe(0n);
    await close();
  });
});
