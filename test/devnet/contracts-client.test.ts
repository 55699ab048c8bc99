import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions, SubmittableExtrinsic } from '@polkadot/api/types';
import { Abi, ContractPromise } from '@polkadot/api-contract';
import type { ISubmittableResult } from '@polkadot/types/types';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, startNetwork } from '../../devnet/network.ts';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { verifyReadProof } from '../../src/proof/index.ts';
import { RawClient } from '../support/devnet-client.ts';
import { COUNTER_CODE, COUNTER_METADATA, selectorOf } from './evm-contracts.ts';

const WEIGHT = { refTime: 100_000_000_000n, proofSize: 2_000_000n };
const DEPOSIT = 100_000_000_000n;

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
