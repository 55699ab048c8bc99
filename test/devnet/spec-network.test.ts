import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions } from '@polkadot/api/types';
import { describe, expect, it, onTestFinished } from 'vitest';
import { devAccount } from '../../devnet/keys.ts';
import { type SpecNetworkOptions, startSpecNetwork } from '../../devnet/spec-network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { RescueError } from '../../src/domain/errors.ts';
import { submitSigned } from '../../src/sandbox/signing.ts';
import { HAS_SPECS, ownRelaySpec, specFile } from '../blocks/specs.ts';

/** A network whose collators and validators have no trouble. */
async function serve(specs: SpecNetworkOptions['specs'], finalityLag = 0) {
  const network = await startSpecNetwork({ specs, finalityLag });
  network.on('collation-failed', (panic) => {
    throw panic;
  });
  onTestFinished(() => network.close());
  return network;
}

async function connect(url: string): Promise<ApiPromise> {
  const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true } as ApiOptions);
  onTestFinished(() => api.disconnect());
  return api;
}

describe('chains of given specs', () => {
  it('make blocks that their voters finalize, for any client', async () => {
    const network = await serve([await ownRelaySpec()]);
    expect(network.shortcuts).toEqual({ registered: [], givenSignatures: false, givenFinality: false });
    for (let count = 0; count < 3; count++) network.nextBlock();
    const api = await connect(network.relay.url);
    expect(api.registry.chainTokens).toEqual(['OWN']);
    expect((await api.rpc.chain.getHeader()).number.toNumber()).toBe(3);
    expect((await api.rpc.chain.getFinalizedHead()).toHex()).toBe(network.relay.chain.best.hash);
  });

  it('become final as late as asked for', async () => {
    const network = await serve([await ownRelaySpec()], 2);
    for (let count = 0; count < 5; count++) network.nextBlock();
    const { best, finalized } = network.relay.chain;
    expect([best.number, finalized.number]).toEqual([5, 3]);
  });

  it('say which specs are missing or too many', async () => {
    const own = await ownRelaySpec();
    await expect(startSpecNetwork({ specs: [own, own] })).rejects.toMatchObject({
      code: 'RESCUE_DEVNET_FAILED',
      message: expect.stringContaining('are both no paras'),
    });
    await expect(startSpecNetwork({ specs: [] })).rejects.toThrow('the spec of a relay chain is missing');
    await expect(startSpecNetwork({ specs: [own.subarray(9)] })).rejects.toMatchObject({
      code: 'RESCUE_SPEC_INVALID',
    });
  });
});

describe.skipIf(!HAS_SPECS)('a relay chain and paras that others wrote', () => {
  it('take transactions, include the paras and finalize both', async () => {
    const network = await serve(['westend-local', 'penpal-local', 'asset-hub-westend-local'].map(specFile));
    expect(network.shortcuts).toEqual({
      registered: [2000, 1000],
      givenSignatures: false,
      givenFinality: false,
    });
    const [penpal, assetHub] = network.paras;
    if (!penpal || !assetHub) throw new Error('there are two paras');
    const api = await connect(penpal.url);
    const bob = devAccount('Bob');
    const transfer = api.tx.balances?.transferKeepAlive?.(bob.address, 10n ** 12n);
    await transfer?.signAndSend(devAccount('Alice').pair);
    for (let count = 0; count < 8; count++) network.nextBlock();
    expect(penpal.chain.best.number).toBeGreaterThan(5);
    expect(assetHub.chain.best.number).toBeGreaterThan(3);
    expect(penpal.chain.finalized.number).toBe(penpal.chain.best.number);
    expect(network.relay.chain.finalized.number).toBe(network.relay.chain.best.number);
    expect(penpal.chain.pool.size).toBe(0);
    const blocks = Array.from({ length: penpal.chain.best.number }, (_, index) =>
      penpal.chain.blockAt(index + 1),
    );
    expect(
      blocks.some((block) =>
        block?.extrinsics.some((bytes) => toHex(bytes).includes(toHex(bob.pair.publicKey).slice(2))),
      ),
    ).toBe(true);

    // The relay chain stores other code from now on, and validators run that.
    const refused: [RescueError, number][] = [];
    network.on('candidate-refused', (refusal, id) => refused.push([refusal, id]));
    const { chain } = network.relay;
    const other = toHex(assetHub.chain.codeOf(assetHub.chain.best));
    const setCode = chain.typesOf().call('paras', 'forceSetCurrentCode', penpal.id, other);
    submitSigned(chain, chain.typesOf().call('sudo', 'sudo', setCode), devAccount('Alice'));
    for (let count = 0; count < 3; count++) network.nextBlock();
    const [stuck, before] = [penpal.chain.best.number, assetHub.chain.best.number];
    for (let count = 0; count < 4; count++) network.nextBlock();
    expect(penpal.chain.best.number).toBe(stuck);
    expect(assetHub.chain.best.number).toBeGreaterThan(before);
    expect(new Set(refused.map(([, id]) => id))).toEqual(new Set([penpal.id]));
    expect(refused.at(-1)?.[0].message).toMatch(/^Runtime call validate_block panicked: /);
  });

  it('lets more paras than validators take turns, through a change of session', async () => {
    const names = ['westend-local', 'penpal-local', 'asset-hub-westend-local', 'coretime-westend-local'];
    const network = await serve(names.map(specFile));
    const start = Date.now();
    const heads = () => network.paras.map(({ chain }) => chain.best.number);
    for (let count = 1; count <= 12; count++) network.nextBlock(start + count * 6_000);
    const before = heads();
    expect(before.every((number) => number > 1)).toBe(true);
    for (let count = 1; count <= 12; count++) network.nextBlock(start + 3_600_000 + count * 6_000);
    expect(heads().every((number, place) => number > (before[place] ?? 0) + 1)).toBe(true);
  });

  it('says what is taken as given where keys are not here', async () => {
    const network = await serve(['paseo', 'passet-hub.plain'].map(specFile));
    expect(network.shortcuts).toEqual({ registered: [1111], givenSignatures: true, givenFinality: true });
    for (let count = 0; count < 6; count++) network.nextBlock();
    expect(network.paras[0]?.chain.best.number).toBeGreaterThan(1);
    expect(network.relay.chain.finalized.number).toBe(network.relay.chain.best.number);
  });
});
