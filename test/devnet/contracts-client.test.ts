import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types';
import { Abi, ContractPromise } from '@polkadot/api-contract';
import type { ISubmittableResult } from '@polkadot/types/types';
import { ContractFactory, JsonRpcProvider, Wallet, WebSocketProvider } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevAccount, devAccount, ETHEREUM_ADDRESSES } from '../../devnet/keys.ts';
import { type ContractsNetwork, startNetwork } from '../../devnet/network.ts';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { verifyReadProof } from '../../src/proof/index.ts';
import { RawClient } from '../support/devnet-client.ts';
import {
  COUNTER_CODE,
  COUNTER_METADATA,
  LOGGING_COUNTER_ABI,
  LOGGING_COUNTER_CODE,
  selectorOf,
} from './evm-contracts.ts';

const WEIGHT = { refTime: 100_000_000_000n, proofSize: 2_000_000n };
const DEPOSIT = 100_000_000_000n;
/** Public, like all keys of development. */
const ALITH = '0x5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133';

describe('a polkadot-js client of the contracts chain', () => {
  let network: ContractsNetwork;
  let api: ApiPromise;
  let counter: string;
  const alice = devAccount('Alice');
  beforeAll(async () => {
    network = await startNetwork({ contracts: true });
    api = await ApiPromise.create({
      provider: new WsProvider(network.contracts.url) as ApiOptions['provider'],
      noInitWarn: true,
      // Adds no bytes; the library would warn of what it does not know.
      signedExtensions: { EthSetOrigin: { extrinsic: {}, payload: {} } },
    } as ApiOptions);
  });
  afterAll(async () => {
    await api.disconnect();
    await network.close();
  });

  /** Resolves with what the client heard when the extrinsic is in a block; the network builds blocks meanwhile. */
  async function included(
    extrinsic: SubmittableExtrinsic<'promise'> | undefined,
    signer: DevAccount,
  ): Promise<ISubmittableResult> {
    const done = new Promise<ISubmittableResult>((resolve, reject) => {
      extrinsic
        ?.signAndSend(signer.pair, (result) => {
          if (result.status.isReady) network.nextBlock();
          if (result.isError) reject(new Error(`the extrinsic is ${result.status.type}`));
          if (result.status.isInBlock || result.status.isFinalized) resolve(result);
        })
        .catch(reject);
    });
    return done;
  }
  /** Builds blocks as soon as a transaction waits. */
  const building = () => {
    const timer = setInterval(() => {
      if (network.contracts.chain.pool.size > 0) network.nextBlock();
    }, 5);
    return () => clearInterval(timer);
  };
  const namesOf = ({ events }: ISubmittableResult) =>
    events.map(({ event }) => `${event.section}.${event.method}`);
  const dryRun = async (input: string) => {
    const answer = await api.call.reviveApi?.call?.(alice.address, counter, 0n, null, null, input);
    return answer?.toJSON() as { result: { ok?: { flags: unknown; data: string } } };
  };
  const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}`;

  it('knows the chain by its metadata', async () => {
    expect(String(await api.rpc.system.chain())).toBe('Pararescue Contracts Devnet');
    expect(api.registry.chainDecimals).toEqual([10]);
    expect(api.registry.chainTokens).toEqual(['UNIT']);
    expect((await api.query.parachainInfo?.parachainId?.())?.toJSON()).toBe(1000);
  });

  it('instantiates a contract and sees it in the events and in storage', async () => {
    const result = await included(
      api.tx.revive?.instantiateWithCode?.(0, WEIGHT, DEPOSIT, COUNTER_CODE, '0x', null),
      alice,
    );
    expect(namesOf(result)).toEqual(
      expect.arrayContaining(['revive.Instantiated', 'system.ExtrinsicSuccess']),
    );
    const instantiated = result.events.find(({ event }) => event.method === 'Instantiated');
    counter = String(instantiated?.event.data[1]);
    expect(counter).toMatch(/^0x[0-9a-f]{40}$/);
  });

  it('calls it: dry-run first, then for real, and the storage is there for the next call', async () => {
    expect((await dryRun(selectorOf('number()'))).result.ok?.data).toBe(word(0));
    // A dry run leaves nothing behind.
    await dryRun(selectorOf('increment()'));
    expect((await dryRun(selectorOf('number()'))).result.ok?.data).toBe(word(0));
    const result = await included(
      api.tx.revive?.call?.(counter, 0, WEIGHT, DEPOSIT, selectorOf('increment()')),
      alice,
    );
    expect(namesOf(result)).toContain('system.ExtrinsicSuccess');
    expect((await dryRun(selectorOf('number()'))).result.ok?.data).toBe(word(1));
  });

  it('drives it by api-contract', async () => {
    const contract = new ContractPromise(api, new Abi(COUNTER_METADATA), counter);
    const gasLimit = api.registry.createType('WeightV2', WEIGHT);
    const limits = { gasLimit, storageDepositLimit: DEPOSIT } as never;
    await included(contract.tx.increment?.(limits), alice);
    const { output, result } = (await contract.query.number?.(alice.address, limits)) ?? {};
    expect(result?.isOk).toBe(true);
    expect(output?.toHex()).toBe(word(2));
  });

  it('reads what the contract stores by proof, against the root in the header', async () => {
    const { chain, url } = network.contracts;
    const info = chain
      .typesOf()
      .read(chain.stateOf(chain.best), 'revive', 'accountInfoOf', counter)
      ?.toJSON();
    const { trieId } = (info as { accountType: { contract: { trieId: Hex } } }).accountType.contract;
    const child = concatBytes(encodeText(':child_storage:default:'), fromHex(trieId));
    const client = await RawClient.open(url);
    const [slot] = (await client.ask('childstate_getKeys', toHex(child), '0x')).result as Hex[];
    const absent = `${slot}00`;
    const { result } = await client.ask('state_getChildReadProof', toHex(child), [slot, absent]);
    const proof = (result as { proof: Hex[] }).proof.map(fromHex);
    const { stateRoot } = chain.best.header;
    const [root] = verifyReadProof({ stateRoot, proof, keys: [child] });
    const keys = [slot, absent].map((key) => fromHex(key as Hex));
    const [value, none] = verifyReadProof({ stateRoot: root as Uint8Array, proof, keys });
    expect([toHex(value as Uint8Array), none]).toEqual([word(2), null]);
    await client.close();
  });

  it('lets ethers pay, make a contract, call it and read it, over HTTP and WebSocket', async () => {
    const stop = building();
    const http = new JsonRpcProvider(network.contracts.url.replace('ws:', 'http:'), undefined, {
      pollingInterval: 20,
      batchMaxCount: 1,
      cacheTimeout: -1,
    });
    const socket = new WebSocketProvider(network.contracts.url);
    const alith = new Wallet(ALITH, http);
    expect(ETHEREUM_ADDRESSES[0]).toBe(alith.address.toLowerCase());
    expect((await http.getNetwork()).chainId).toBe(420_420_999n);
    const to = ETHEREUM_ADDRESSES[1];
    const [before, own] = await Promise.all([http.getBalance(to), http.getBalance(alith.address)]);
    const paid = await (await alith.sendTransaction({ to, value: 5n * 10n ** 17n })).wait();
    expect(paid).toMatchObject({ status: 1, from: alith.address });
    expect((await http.getBalance(to)) - before).toBe(5n * 10n ** 17n);
    const spent = own - 5n * 10n ** 17n - (await http.getBalance(alith.address));
    expect(spent).toBe((paid?.gasUsed ?? 0n) * (paid?.gasPrice ?? 0n));

    const made = await new ContractFactory(LOGGING_COUNTER_ABI, LOGGING_COUNTER_CODE, alith).deploy();
    await made.waitForDeployment();
    const address = await made.getAddress();
    const heard = new Promise((resolve) => socket.once({ address }, resolve));
    const receipt = await (await made.getFunction('increment')()).wait();
    expect(receipt?.logs).toMatchObject([{ address, index: 0, data: word(1), topics: [word(7)] }]);
    expect(await heard).toMatchObject({ transactionHash: receipt?.hash });
    expect(await made.getFunction('number').staticCall()).toBe(1n);
    expect(await http.getStorage(address, 0)).toBe(word(1));
    expect(await http.getCode(address)).toBe(`0x${LOGGING_COUNTER_CODE.slice(26)}`);
    const logs = await http.getLogs({ address, topics: [word(7)], fromBlock: 0 });
    expect(logs).toMatchObject([{ blockHash: receipt?.blockHash }]);
    expect(await http.getLogs({ address, topics: [word(8)], fromBlock: 0 })).toEqual([]);
    const block = await http.getBlock(receipt?.blockHash ?? '', true);
    expect(block?.prefetchedTransactions).toMatchObject([
      { hash: receipt?.hash, from: alith.address, to: address },
    ]);
    expect(block?.parentHash).toBe((await http.getBlock((block?.number ?? 0) - 1))?.hash);

    await expect(alith.sendTransaction({ to, value: 1n, nonce: 0 })).rejects.toMatchObject({
      code: 'NONCE_EXPIRED',
    });
    const poor = Wallet.createRandom().connect(http);
    await expect(poor.sendTransaction({ to, value: 1n, gasLimit: 10n ** 6n })).rejects.toMatchObject({
      code: 'INSUFFICIENT_FUNDS',
    });
    await socket.destroy();
    http.destroy();
    stop();
  });

  it('answers rubbish of Ethereum clients with an error, and goes on', async () => {
    const client = await RawClient.open(network.contracts.url);
    const { methods } = (await client.ask('rpc_methods')).result as { methods: string[] };
    const rubbish = [
      null,
      1,
      'latest',
      '0x',
      '0xzz',
      `0x${'ff'.repeat(40)}`,
      {},
      [],
      [[[]]],
      { blockHash: 1 },
      -1,
      true,
    ];
    const unheard = [];
    for (const method of methods.filter((name) => name.startsWith('eth_') && !name.includes('ubscribe'))) {
      for (const value of rubbish) {
        const { error } = await client.ask(method, value, value, value);
        if (error && ![-32_602, -32_000, 3].includes(error.code)) unheard.push([method, value, error]);
      }
    }
    expect(unheard).toEqual([]);
    expect((await client.ask('eth_subscribe', 'nothing')).error?.code).toBe(-32_602);
    const relay = await RawClient.open(network.relay.url);
    expect((await relay.ask('eth_chainId')).error?.code).toBe(-32_601);
    await Promise.all([client.close(), relay.close()]);
  });

  it('follows storage and new heads', async () => {
    const heights: number[] = [];
    const stop = (await api.query.system?.number?.((value: { toString(): string }) => {
      heights.push(Number(value.toString()));
    })) as unknown as () => void;
    const first = network.contracts.chain.best.number;
    const head = new Promise<number>((resolve, reject) => {
      api.rpc.chain
        .subscribeNewHeads(({ number }) => {
          if (number.toNumber() > first) resolve(number.toNumber());
        })
        .catch(reject);
    });
    network.nextBlock();
    expect(await head).toBe(first + 1);
    expect(heights.at(0)).toBe(first);
    stop();
  });
});
