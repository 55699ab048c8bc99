import { existsSync, readFileSync } from 'node:fs';
import { encodeAddress } from '@polkadot/util-crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { buildGenesis, genesisDefaults } from '../../src/blocks/spec/genesis.ts';
import { fromHex } from '../../src/bytes/hex.ts';
import { type DeploymentPlan, prepareDeployment } from '../../src/contract/chain/deployment.ts';
import { type ContractsChain, openContractsChain, openRescueContract } from '../../src/contract/index.ts';
import type { Hex } from '../../src/domain/units.ts';
import { Chain } from '../../src/sandbox/chain/chain.ts';
import { methodsOf } from '../../src/sandbox/rpc/methods.ts';
import { RpcServer } from '../../src/sandbox/rpc/server.ts';

/** A chain with an early pallet-revive, which has no EVM bytecode, no XCM precompile, and wants accounts to be mapped. */
const SPEC = new URL('../../../shared/chain-specs/passet-hub.plain.json', import.meta.url);
/** Of an Ethereum key: needs no mapping. */
const MAPPED: Hex = `0x${'22'.repeat(20)}${'ee'.repeat(12)}`;

interface Spec {
  genesis: { runtimeGenesis: { code: string; patch: Record<string, Record<string, unknown>> } };
}

describe.skipIf(!existsSync(SPEC))('the contract layer on a runtime that others built', () => {
  let server: RpcServer;
  let chain: ContractsChain;
  const alice = devAccount('Alice');
  beforeAll(async () => {
    const { code, patch } = (JSON.parse(readFileSync(SPEC, 'utf8')) as Spec).genesis.runtimeGenesis;
    const wasm = fromHex(code);
    const config = genesisDefaults(wasm) as Record<string, Record<string, unknown>>;
    for (const [pallet, values] of Object.entries(patch)) config[pallet] = { ...config[pallet], ...values };
    const balances = [alice.address, encodeAddress(MAPPED, 42)].map((address) => [address, 1e15]);
    config.balances = { ...config.balances, balances };
    const identity = { name: 'passet-hub', tokenSymbol: 'PAS', tokenDecimals: 10, ss58Format: 42 };
    server = new RpcServer(methodsOf(new Chain(identity, buildGenesis(wasm, config), 8)), '127.0.0.1', 0);
    await server.start();
    chain = await openContractsChain({ urls: [server.url] });
  });
  afterAll(async () => {
    await chain.close();
    await server.stop();
  });

  const deploy = (changes: Partial<DeploymentPlan>) =>
    prepareDeployment(chain, {
      by: MAPPED,
      vm: 'polkavm',
      para: 2000,
      manager: null,
      salt: `0x${'01'.repeat(32)}`,
      ...changes,
    });

  it('reads an older form of dry runs', async () => {
    expect(chain.paraId).toBe(1111);
    await expect(openRescueContract(chain, `0x${'99'.repeat(20)}`).state()).rejects.toMatchObject({
      code: 'RESCUE_CONTRACT_UNKNOWN',
      message: expect.stringContaining('nothing is there'),
    });
  });

  it.each([
    ['NoXcm', {}, 'no XCM precompile'],
    ['revive.AccountUnmapped', { by: alice.account }, 'map_account'],
    ['revive.CodeRejected', { vm: 'evm' }, 'the chain refuses it'],
  ] as const)('says why a rescue contract cannot live there: %s', async (error, changes, words) => {
    await expect(deploy(changes)).rejects.toMatchObject({
      code: 'RESCUE_CONTRACT_REFUSES',
      message: expect.stringContaining(words),
      details: { error },
    });
  });
});
