import { Abi, CodePromise, ContractPromise } from '@polkadot/api-contract';
import type { WeightV2 } from '@polkadot/types/interfaces';
import { compactStripLength } from '@polkadot/util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeAll } from '../../src/contract/abi/abi-codec.ts';
import { selectorOf } from '../../src/contract/abi/abi-types.ts';
import { readArtifactJson, readContractCode } from '../../src/contract/abi/artifacts.ts';
import { rescueAbi } from '../../src/contract/abi/rescue-abi.ts';
import { MessageEncoder, metadataWithTail } from '../../src/contract/chain/message-encoder.ts';
import { type Bench, CODE, World } from './world.ts';

/**
 * What @polkadot/api-contract 16.5 does that src/contract works around. When a new version makes one of these fail, the
 * workaround of the same number in message-encoder.ts, deployment.ts, dry-run.ts or events.ts can go.
 */
describe('@polkadot/api-contract, as it is', () => {
  let world: World;
  let bench: Bench;
  let contract: ContractPromise;
  beforeAll(async () => {
    world = await World.start();
    bench = await world.deploy('polkavm', { delivery: 0n, relay: 0n });
    contract = new ContractPromise(world.chain.api, metadataWithTail(0), bench.address);
  });
  afterAll(() => world.close());

  const full = readArtifactJson('rescue-contract.json') as Record<string, unknown>;
  const AMPLE = { refTime: 50_000_000_000n, proofSize: 1_000_000n };
  /** Arguments of the call that a message becomes: address, value, weight, deposit, data. */
  const argsOf = (name: string, options: object, ...values: unknown[]) =>
    contract.tx[name]?.(options, ...values).method.args.map((arg) => arg.toJSON()) ?? [];

  it('encodes arguments by SCALE, so that only words come out as Solidity wants them', () => {
    const SEVEN = `0x${'07'.padStart(64, '0')}`;
    const entry = rescueAbi().function('withdraw');
    const wanted = toHex(new Uint8Array([...selectorOf(entry), ...encodeAll(entry.inputs, [SEVEN])]));
    const word = contract.abi.findMessage('withdraw').toU8a([encodeAll(entry.inputs, [SEVEN])]);
    expect(toHex(compactStripLength(word)[1])).toBe(wanted);
    const typed = withArgument({ def: { primitive: 'u64' } }, 'u64');
    expect(toHex(compactStripLength(typed.findMessage('withdraw').toU8a([7n]))[1])).not.toBe(wanted);
  });

  it('encodes Address and Balance by their display names, whatever their type is', () => {
    const array = { def: { array: { len: 32, type: 0 } } };
    const [named, plain] = [withArgument(array, 'Balance'), withArgument(array, 'Word')].map(
      (abi) => compactStripLength(abi.findMessage('withdraw').toU8a([new Uint8Array(32).fill(1)]))[1].length,
    );
    expect([named, plain]).toEqual([4 + 16, 4 + 32]);
    const address = withArgument({ def: { array: { len: 20, type: 0 } } }, 'Address');
    const encoded = address.findMessage('withdraw').toU8a([new Uint8Array(20).fill(1)]);
    expect(compactStripLength(encoded)[1].length).not.toBe(4 + 20);
    const names = JSON.stringify(full).match(/"displayName":\["[^"]*"\]/g) ?? [];
    expect(names).not.toContain('"displayName":["Address"]');
    expect(names).not.toContain('"displayName":["Balance"]');
  });

  it('has no type for the rest of a call, and no array of more than 2048 items', () => {
    expect(() => new Abi(metadataWithTail(32 * 2048))).not.toThrow();
    expect(() => new Abi(metadataWithTail(32 * 2049))).toThrow('2048');
    const tail = new Abi(metadataWithTail(64));
    const words = Array.from({ length: 2 }, () => new Uint8Array(32));
    expect(
      compactStripLength(tail.findMessage('execute').toU8a([...words, new Uint8Array(64)]))[1].length,
    ).toBe(132);
  });

  it('encodes a storage deposit limit of null as 0', () => {
    expect(
      argsOf('optOut', {
        gasLimit: world.chain.api.registry.createType<WeightV2>('WeightV2', AMPLE),
        storageDepositLimit: null,
      })[3],
    ).toBe(0);
  });

  it('drops the proof size of a weight that is no WeightV2, and asks without one by default', async () => {
    expect(argsOf('optOut', { gasLimit: 5_000_000n, storageDepositLimit: 0n })[2]).toEqual({
      refTime: 5_000_000,
      proofSize: 0,
    });
    const outcome = await contract.query.epoch?.(world.alice.account, {});
    expect(outcome?.result.isErr).toBe(true);
  });

  it('does not tell the weight that a call needs', async () => {
    const gasLimit = world.chain.api.registry.createType<WeightV2>('WeightV2', AMPLE);
    const outcome = await contract.query.epoch?.(world.alice.account, { gasLimit, storageDepositLimit: 0n });
    expect(outcome?.result.isOk).toBe(true);
    const dryRun = await bench.contract.inspect(bench.optIn(), world.manager.account);
    const needed = dryRun.ok ? dryRun.weight.proofSize : 0n;
    expect(needed).toBeGreaterThan(0n);
    const told = outcome?.gasRequired?.toJSON() as { proofSize?: number } | undefined;
    expect(told?.proofSize ?? 0).toBeLessThan(Number(needed) / 10);
  });

  it('refuses EVM bytecode', () => {
    const { api } = world.chain;
    const codeless = metadataWithTail(0);
    expect(() => new CodePromise(api, codeless, readContractCode('evm'))).toThrow('Invalid code');
    expect(() => new CodePromise(api, codeless, readContractCode('polkavm'))).not.toThrow();
  });

  it('takes the code in the metadata instead of the code that it is given', () => {
    const { code } = new CodePromise(world.chain.api, full, readContractCode('evm'));
    expect(toHex(code)).toBe(toHex(readContractCode('polkavm')));
  });

  it('puts a selector in front of the constructor, and takes a random salt', () => {
    const { api } = world.chain;
    const code = new CodePromise(api, full, readContractCode('polkavm'));
    const values = rescueAbi().constructorEntry.inputs.map(() => new Uint8Array(32));
    const make = () => code.tx.new?.({ gasLimit: 1n, storageDepositLimit: 0n }, ...values).method.args ?? [];
    const [first, second] = [make(), make()];
    expect(first[4]?.toU8a(true).length).toBe(4 + 64);
    expect(first[5]?.toHex()).not.toBe(second[5]?.toHex());
  });

  it('reads indexed parts of events from the data, where Solidity does not put them', () => {
    const topic = new Uint8Array(32).fill(0xaa);
    const data = new Uint8Array(32).fill(0xbb);
    const abi = withEvent(true);
    const event = abi.events.find(({ identifier }) => identifier.endsWith('::Decided'));
    const indexed = event?.args.findIndex((arg) => arg.indexed) ?? -1;
    expect(indexed).toBe(0);
    expect(event?.fromU8a(data).args[0]?.toHex()).toBe(toHex(data));
    expect(event?.fromU8a(data).args[0]?.toHex()).not.toBe(toHex(topic));
  });
});

describe('the adapter over @polkadot/api-contract', () => {
  let world: World;
  let bench: Bench;
  beforeAll(async () => {
    world = await World.start();
    bench = await world.deploy('evm', { delivery: 0n, relay: 0n });
  });
  afterAll(() => world.close());

  it('gives every call the weight, the deposit and the data that Solidity wants', () => {
    const encoder = new MessageEncoder(world.chain, bench.address);
    const limits = { weight: { refTime: 123n, proofSize: 456n }, deposit: 789n };
    const id = CODE;
    for (const length of [0, 1, 32, 33, 4096]) {
      const message = toHex(new Uint8Array(length).fill(9));
      const call = encoder.call('execute', [id, message], limits);
      const decoded = world.chain.api.registry.createType('Call', fromHex(call));
      const entry = rescueAbi().function('execute');
      const data = toHex(new Uint8Array([...selectorOf(entry), ...encodeAll(entry.inputs, [id, message])]));
      expect([decoded.section, decoded.method]).toEqual(['revive', 'call']);
      expect(decoded.args.map((arg) => arg.toJSON())).toEqual([
        bench.address,
        0,
        { refTime: 123, proofSize: 456 },
        789,
        data,
      ]);
      expect(toHex(encoder.data('execute', [id, message]))).toBe(data);
    }
  });

  it('tells what is no rescue contract', async () => {
    const { openRescueContract } = await import('../../src/contract/index.ts');
    const nobody = openRescueContract(world.chain, `0x${'99'.repeat(20)}`);
    await expect(nobody.state()).rejects.toMatchObject({ code: 'RESCUE_CONTRACT_UNKNOWN' });
    const precompile = openRescueContract(world.chain, `0x${'0a0000'.padStart(40, '0')}`);
    await expect(precompile.state()).rejects.toMatchObject({ code: 'RESCUE_CONTRACT_UNKNOWN' });
    expect(() => openRescueContract(world.chain, '0x1234')).toThrow(
      expect.objectContaining({ code: 'RESCUE_CONFIG_INVALID' }),
    );
  });

  it('says why a deployment cannot work', async () => {
    const { prepareDeployment } = await import('../../src/contract/index.ts');
    const plan = { vm: 'polkavm', para: 2000, manager: null, salt: CODE } as const;
    await expect(
      prepareDeployment(world.chain, { ...plan, by: `0x${'42'.repeat(32)}` }),
    ).rejects.toMatchObject({ code: 'RESCUE_CONTRACT_REFUSES' });
  });
});

interface Described {
  types: { id: number; type: unknown }[];
  spec: {
    messages: { label: string; args: unknown[] }[];
    events: { label: string; args: unknown[] }[];
  };
}

/** The metadata with another type for the only argument of `withdraw`. */
function withArgument(type: object, displayName: string): Abi {
  const json = structuredClone(metadataWithTail(0)) as unknown as Described;
  const id = json.types.length;
  json.types.push({ id, type });
  for (const message of json.spec.messages) {
    if (message.label === 'withdraw')
      message.args = [{ label: 'id', type: { type: id, displayName: [displayName] } }];
  }
  return new Abi(JSON.stringify(json));
}

/** The metadata with `id` of the event `Decided` told as Solidity has it: indexed. */
function withEvent(indexed: boolean): Abi {
  const json = structuredClone(metadataWithTail(0)) as unknown as Described;
  for (const event of json.spec.events) {
    if (event.label !== 'Decided') continue;
    const word = { type: 1, displayName: ['Word'] };
    event.args = [{ label: 'id', type: word, indexed, docs: [] }, ...event.args];
  }
  return new Abi(JSON.stringify(json));
}
