import { afterEach, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { explainPanic } from '../../src/domain/diagnosis/panics.ts';
import type { RescueError } from '../../src/domain/errors.ts';

let network: Network;
afterEach(() => network.close());

it('validators refuse what other code than the relay chain’s has built, and the head stays', async () => {
  network = await startNetwork();
  const refused: [RescueError, number][] = [];
  network.on('candidate-refused', (refusal, paraId) => refused.push([refusal, paraId]));
  for (let block = 0; block < 3; block++) network.nextBlock();
  expect(refused).toEqual([]);
  const other = await network.artifacts.read('para-next');
  network.queueSudo(network.relay.chain, 'paras', 'forceSetCurrentCode', PARA_ID, toHex(other));
  network.nextBlock();
  const head = network.para.chain.best.number;
  for (let block = 0; block < 3; block++) network.nextBlock();
  expect(network.para.chain.best.number).toBe(head);
  expect(refused.map(([, paraId]) => paraId)).toEqual([PARA_ID, PARA_ID, PARA_ID]);
  const [[first]] = refused as [[RescueError, number]];
  expect(explainPanic(first.message)).toMatchObject({ cause: 'other-code' });
});
