import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import type { RelayReader } from '../../src/domain/ports/relay.ts';
import { hash } from '../domain/observations.ts';

describe('accounts and prices of the relay chain', () => {
  let network: Network;
  let endpoints: Endpoints;
  let reader: RelayReader;
  beforeAll(async () => {
    network = await startNetwork();
    endpoints = new Endpoints({ urls: [network.relay.url] });
    reader = createRelayReader({ endpoints });
  });
  afterAll(async () => {
    await endpoints.close();
    await network.close();
  });

  it('are proven: what an account can spend, whether it ever signed, and who may act for it', async () => {
    const { manager } = network;
    const { accounts, existentialDeposit } = await reader.accounts([manager.account, hash('77')]);
    expect(existentialDeposit).toBeGreaterThan(0n);
    const [own, nobody] = accounts;
    expect(own).toMatchObject({ account: manager.account, nonce: expect.any(Number), proxies: [] });
    expect(own?.spendable).toBeGreaterThan(0n);
    expect(nobody).toEqual({ account: hash('77'), nonce: null, spendable: 0n, proxies: [] });
  });

  it('tell what bytes of code cost; what ends a cooldown, only where a view function does', async () => {
    const [small, large] = await Promise.all(
      [1_000, 1_000_000].map((bytes) => reader.upgradeCosts(PARA_ID, bytes)),
    );
    expect(large?.fee).toBeGreaterThan(small?.fee ?? 0n);
    expect(small?.cooldown).toBeUndefined();
  });
});
