import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type ChainAccess, type Network, startNetwork } from '../../devnet/network.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { decodeHeader, headerHash } from '../../src/proof/index.ts';
import type { Block } from '../../src/sandbox/chain/block.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import type { TransactionStatus } from '../../src/sandbox/chain/pool.ts';
import { calculateStateRoot } from '../support/smoldot.ts';

function pairsOf(block: Block): [Hex, Hex][] {
  return [...(block.state?.main.entries() ?? [])].map(([key, value]) => [toHex(key), toHex(value)]);
}

describe('the chains of the embedded network', () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork({ stateHistory: 8 });
  });
  afterAll(async () => {
    await network.close();
  });

  const signed = (chain: Chain, signer: DevAccount, nonce: number, remark = '0x00') => {
    const types = chain.typesOf();
    const call = types.call('system', 'remark', remark);
    return types.signed(call, signer.pair, { genesisHash: chain.genesisHash, nonce });
  };

  describe.each<['relay' | 'para', 0 | 1]>([
    ['relay', 1],
    ['para', 0],
  ])('%s', (which, version) => {
    let access: ChainAccess;
    beforeAll(() => {
      access = network[which];
    });

    it(`carries true state roots of version ${version}`, async () => {
      for (let count = 0; count < 3; count++) network.nextBlock();
      const { best } = access.chain;
      expect(access.chain.runtimeOf(best).version.stateVersion).toBe(version);
      expect(toHex(best.header.stateRoot)).toBe(await calculateStateRoot(pairsOf(best), version));
    });

    it('links each block to the hash of the header before it, with a true extrinsics root', async () => {
      const { chain } = access;
      for (let number = chain.best.number; number > chain.best.number - 3; number--) {
        const block = chain.blockAt(number);
        const before = chain.blockAt(number - 1);
        if (!block || !before) throw new Error('the chain is shorter than this test');
        expect(toHex(block.header.parentHash)).toBe(toHex(headerHash(before.encodedHeader)));
        expect(decodeHeader(block.encodedHeader)).toEqual(block.header);
        const entries = block.extrinsics.map((bytes, index) => [
          toHex(Uint8Array.of(index << 2)),
          toHex(bytes),
        ]);
        // frame_system lays extrinsics out in version 0 below `system_version` 2.
        expect(toHex(block.header.extrinsicsRoot)).toBe(await calculateStateRoot(entries as [Hex, Hex][], 0));
      }
    });
  });

  it('keeps as many states as asked for behind the finalized block, and says so for older ones', () => {
    const { chain } = network.relay;
    while (chain.finalized.number < 20) network.nextBlock();
    const kept = chain.blockAt(chain.finalized.number - 7);
    const pruned = chain.blockAt(chain.finalized.number - 8);
    if (!kept || !pruned) throw new Error('blocks are missing');
    expect(chain.stateOf(kept)).toBeDefined();
    expect(() => chain.stateOf(pruned)).toThrow(/State already discarded/);
  });

  describe('the pool', () => {
    const user = devAccount('Bob');
    const nonceOf = (chain: Chain) => {
      const account = chain
        .typesOf()
        .read(chain.stateOf(chain.best), 'system', 'account', user.pair.publicKey);
      return Number((account?.toJSON() as { nonce?: number } | undefined)?.nonce);
    };

    it('takes a transaction from ready over a block to finality', () => {
      const { chain } = network.relay;
      const statuses: TransactionStatus['type'][] = [];
      network.faults.lagFinality(2);
      chain.pool.submit(signed(chain, user, nonceOf(chain)), (status) => statuses.push(status.type));
      expect(statuses).toEqual(['ready']);
      // The last block of a session takes no ordinary transactions: pallet_session claims its weight.
      for (let count = 0; count < 2 && statuses.length < 2; count++) network.nextBlock();
      expect(statuses).toEqual(['ready', 'inBlock']);
      for (let count = 0; count < 3; count++) network.nextBlock();
      expect(statuses).toEqual(['ready', 'inBlock', 'finalized']);
      network.faults.lagFinality(0);
    });

    it('lets a transaction from the future wait for the one before it', () => {
      const { chain } = network.relay;
      const statuses: TransactionStatus['type'][] = [];
      const nonce = nonceOf(chain);
      chain.pool.submit(signed(chain, user, nonce + 1), (status) => statuses.push(status.type));
      expect(statuses).toEqual(['future']);
      network.nextBlock();
      network.nextBlock();
      expect(nonceOf(chain)).toBe(nonce);
      chain.pool.submit(signed(chain, user, nonce));
      for (let count = 0; count < 3 && nonceOf(chain) < nonce + 2; count++) network.nextBlock();
      expect(nonceOf(chain)).toBe(nonce + 2);
      expect(chain.pool.size).toBe(0);
    });

    it('refuses with the codes and sentences of nodes', () => {
      const { chain } = network.relay;
      const nonce = nonceOf(chain);
      const first = signed(chain, user, nonce, '0x01');
      expect(chain.pool.submit(first).ok).toBe(true);
      expect(chain.pool.submit(first)).toMatchObject({ ok: false, code: 1013 });
      expect(chain.pool.submit(signed(chain, user, nonce, '0x02'))).toMatchObject({ ok: false, code: 1014 });
      for (let count = 0; count < 3 && chain.pool.size > 0; count++) network.nextBlock();
      expect(chain.pool.submit(signed(chain, user, nonce, '0x03'))).toMatchObject({
        ok: false,
        code: 1010,
        message: 'Invalid Transaction',
        data: 'Transaction is outdated',
      });
      const forged = signed(chain, user, nonce + 1);
      forged[60] = (forged[60] ?? 0) ^ 1;
      expect(chain.pool.submit(forged)).toMatchObject({
        code: 1010,
        data: 'Transaction has a bad signature',
      });
      expect(chain.pool.submit(signed(chain, devAccount('Poor'), 0))).toMatchObject({
        code: 1010,
        data: 'Inability to pay some fees (e.g. account balance too low)',
      });
      expect(chain.pool.submit(fromHex('0x0c040000'))).toMatchObject({ ok: false });
      expect(chain.pool.submit(new Uint8Array())).toMatchObject({ ok: false });
      expect(chain.pool.size).toBe(0);
    });

    it('gives the next nonce beyond what waits', () => {
      const { chain } = network.relay;
      const nonce = nonceOf(chain);
      chain.pool.submit(signed(chain, user, nonce));
      expect(chain.pool.nextNonce(user.pair.publicKey, nonce)).toBe(nonce + 1);
      for (let count = 0; count < 3 && chain.pool.size > 0; count++) network.nextBlock();
    });
  });

  it('runs beside another network in the same process', async () => {
    const other = await startNetwork();
    const before = network.relay.chain.best.number;
    other.nextBlock();
    expect(network.relay.chain.best.number).toBe(before);
    expect(other.relay.url).not.toBe(network.relay.url);
    await other.close();
    network.nextBlock();
    expect(network.relay.chain.best.number).toBe(before + 1);
  });
});
