import { Contract, Interface, type JsonFragment, JsonRpcProvider, Transaction, Wallet } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { readArtifactJson } from '../../src/contract/abi/artifacts.ts';
import { accountOfAddress } from '../../src/contract/accounts.ts';
import type { Hex } from '../../src/domain/units.ts';
import { type Bench, UNIT, World } from './world.ts';

const abi = readArtifactJson('RescueContract.abi.json') as JsonFragment[];

/** An Ethereum key; its account has no other key on the chain. */
const wallet = new Wallet(`0x${'5e'.repeat(32)}`);
const address = wallet.address.toLowerCase() as Hex;

describe('the rescue contract for Ethereum tools', () => {
  let world: World;
  let bench: Bench;
  beforeAll(async () => {
    world = await World.start();
    bench = await world.deploy('polkavm');
    await world.pay(world.network.contracts.chain, toHex(accountOfAddress(fromHex(address))), 100n * UNIT);
    const watchers = [address, world.bob.account, world.alice.account];
    await bench.act(bench.optIn({ watchers }), world.manager);
  });
  afterAll(() => world.close());

  it('has a watcher with an Ethereum key, who attests by a transaction that an Ethereum wallet signed', async () => {
    const decision = bench.decision();
    const data = new Interface(abi).encodeFunctionData('attest', [decision]) as Hex;
    const { reviveApi } = world.chain.api.call;
    const ask = { from: address, to: bench.address, input: { input: data }, chainId: null };
    const estimate = (await reviveApi?.ethTransact?.(ask))?.toJSON() as { ok?: { ethGas: string } };
    const gasPrice = BigInt((await reviveApi?.gasPrice?.())?.toString() ?? 0);
    const raw = await wallet.signTransaction(
      Transaction.from({
        to: bench.address,
        data,
        nonce: 0,
        type: 0,
        chainId: BigInt(world.chain.api.consts.revive?.chainId?.toString() ?? 0),
        gasPrice,
        gasLimit: BigInt(estimate.ok?.ethGas ?? 0) * 2n,
      }),
    );
    const extrinsic = world.chain.api.tx.revive?.ethTransact?.(raw);
    expect(estimate.ok?.ethGas, JSON.stringify(estimate)).toBeDefined();
    await world.chain.api.rpc.author.submitExtrinsic(extrinsic?.toHex() ?? '0x');
    world.network.nextBlock();
    const events = await world.outcome();
    expect(events).toMatchObject([{ name: 'Attested', args: { watcher: address, support: 1n } }]);

    await bench.act({ kind: 'attest', decision }, world.bob);
    expect(await bench.contract.decision(await bench.contract.idOf(decision))).toMatchObject({
      support: 2,
      decision,
    });
  });

  it('reads by the Solidity ABI what the adapter reads', async () => {
    const contract = new Contract(bench.address, abi, new LocalProvider(world));
    const state = await bench.contract.state();
    const told = await contract.getFunction('state').staticCall();
    expect({
      para: told.para,
      epoch: told.epoch,
      policyHash: told.policyHash,
      decided: told.decidedId,
    }).toEqual({
      para: BigInt(state.para),
      epoch: state.epoch,
      policyHash: state.policyHash,
      decided: state.decided,
    });
    const watchers: string[] = [...(await contract.getFunction('watchers').staticCall())];
    expect(watchers.map((text) => text.toLowerCase())).toEqual(
      state.watchers.map((watcher) => watcher.address),
    );
    await expect(
      contract.getFunction('execute').staticCall(`0x${'00'.repeat(32)}`, '0x'),
    ).rejects.toMatchObject({
      revert: { name: 'MayNotSend' },
    });
  });
});

/** `eth_call` as the chain's Ethereum RPC server answers it: by the runtime API. */
class LocalProvider extends JsonRpcProvider {
  readonly #world: World;

  constructor(world: World) {
    super('http://127.0.0.1:1', 420_420_999, { staticNetwork: true });
    this.#world = world;
  }

  override async call({ to, data }: { to?: unknown; data?: string | null }): Promise<string> {
    const { stranger, chain } = this.#world;
    const ask = chain.api.call.reviveApi?.call;
    const answer = (await ask?.(stranger.account, String(to), 0, null, null, data))?.toJSON() as {
      result: { ok: { flags: { bits: number }; data: Hex } };
    };
    const { flags, data: returned } = answer.result.ok;
    if (flags.bits === 0) return returned;
    throw new Interface(abi).makeError(returned, { to: String(to), data: data ?? '0x' });
  }
}
