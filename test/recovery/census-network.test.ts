import { expect, it, onTestFinished } from 'vitest';
import { startNetwork } from '../../devnet/network.ts';
import { toHex as hexOf, toHex } from '../../src/bytes/hex.ts';
import { createParaReader } from '../../src/chain/para/para-reader.ts';
import type { Hex } from '../../src/domain/units.ts';
import { archiveCensus } from '../../src/recovery/census/archiver.ts';
import { openStore } from '../../src/store/open.ts';
import { censusPrefixes } from '../../src/voting/census/prefixes.ts';
import { createProofSource } from '../../src/voting/census/source.ts';
import { collectPower } from '../../src/voting/power/proven-power.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { samplePolicy } from '../voting/evidence-sample.ts';

it('archives the accounts of a real runtime over its node, and proves each when the node is gone', async () => {
  const network = await startNetwork();
  onTestFinished(() => network.close());
  const { best } = network.para.chain;
  const head = {
    hash: best.hash as Hex,
    number: best.number,
    stateRoot: hexOf(best.header.stateRoot) as Hex,
  };
  const reader = createParaReader({ urls: [network.para.url], requestTimeoutMs: 10_000 });
  onTestFinished(() => reader.close());
  const [prefix = new Uint8Array()] = censusPrefixes(samplePolicy);
  const keys = await reader.keysPaged(head.hash, prefix, 1000, null);
  expect(keys.length).toBeGreaterThan(3);
  expect(await reader.keysPaged(head.hash, prefix, 2, keys[0] ?? null)).toEqual(keys.slice(1, 3));
  const powers = await Promise.all(
    keys.map((key) => {
      const account = toHex(key.subarray(-32));
      return collectPower(samplePolicy, account, head.stateRoot, (wanted) =>
        reader.readProof(head.hash, wanted),
      );
    }),
  );

  const { census, ledger, close } = await openStore(await temporaryFolder());
  onTestFinished(close);
  const record = await archiveCensus({
    paraId: network.paraId,
    head,
    prefixes: [prefix],
    sources: [reader],
    store: census,
    signal: new AbortController().signal,
    pageSize: 3,
  });
  expect(record).toMatchObject({ complete: true, maps: [{ keys: keys.length }] });

  await reader.close();
  const fetch = createProofSource({ ledger, census, reader }, network.paraId, { head });
  for (const [index, key] of keys.entries()) {
    const found = await collectPower(samplePolicy, toHex(key.subarray(-32)), head.stateRoot, fetch);
    expect(found.power).toBe(powers[index]?.power);
  }
  const nobody = await collectPower(samplePolicy, `0x${'5a'.repeat(32)}`, head.stateRoot, fetch);
  expect(nobody.power).toBe(0n);
});
