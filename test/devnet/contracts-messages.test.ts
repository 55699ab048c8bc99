import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sovereignOf } from '../../devnet/genesis.ts';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { CONTRACTS_ID, type ContractsNetwork, PARA_ID, startNetwork } from '../../devnet/network.ts';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeVec } from '../../src/bytes/scale.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import { PARENT, paidTransact, sibling } from '../../src/sandbox/transact.ts';
import { recordEvents } from '../sandbox/chain-events.ts';
import { callWithBytes, XCM_FORWARDER_CODE } from './evm-contracts.ts';

const UNIT = 10_000_000_000n;
const HERE = { parents: 0, interior: 'Here' };

describe('messages to and from the contracts chain', () => {
  let network: ContractsNetwork;
  beforeAll(async () => {
    network = await startNetwork({ contracts: true });
  });
  afterAll(() => network.close());

  const remark = (chain: ContractsNetwork['relay']['chain'], text: string): Hex =>
    toHex(
      chain
        .typesOf()
        .call('system', 'remarkWithEvent', toHex(encodeText(text)))
        .toU8a(),
    );
  const balance = (chain: ContractsNetwork['relay']['chain'], account: Uint8Array): bigint => {
    const entry = chain.typesOf().read(chain.stateOf(chain.best), 'system', 'account', account);
    const json = entry?.toJSON() as { data: { free: string } } | undefined;
    return BigInt(json?.data.free ?? 0);
  };
  const sendToContracts = (call: Hex) =>
    network.queueSudo(
      network.para.chain,
      'polkadotXcm',
      'send',
      ...paidTransact({
        destination: sibling(CONTRACTS_ID),
        call,
        fee: UNIT,
        token: PARENT,
        refundTo: sibling(PARA_ID),
      }),
    );
  const toRelay = (sender: Hex, call: Hex) => {
    const account = { AccountId32: { network: null, id: sender } };
    const refundTo = { parents: 0, interior: { X2: [{ Parachain: CONTRACTS_ID }, account] } };
    return paidTransact({ destination: PARENT, call, fee: UNIT, token: HERE, refundTo });
  };
  const sendToRelay = (sender: DevAccount, call: Hex) => {
    const { chain } = network.contracts;
    const send = chain.typesOf().call('polkadotXcm', 'send', ...toRelay(sender.account, call));
    network.submit(chain, send, sender);
  };

  it('the root of the para transacts there as the account that the para has, which pays', async () => {
    const { chain } = network.contracts;
    const sovereign = sovereignOf('sibl', PARA_ID);
    const before = balance(chain, sovereign);
    const seen = recordEvents(chain);
    sendToContracts(remark(chain, 'from the para'));
    await network.produceUntil(() => seen.some(({ name }) => name === 'system.Remarked'), 6, 'the remark');
    expect(seen.find(({ name }) => name === 'system.Remarked')?.data.sender).toBe(address(sovereign));
    const processed = seen.filter(({ name }) => name === 'messageQueue.Processed').map(({ data }) => data);
    expect(processed).toContainEqual(
      expect.objectContaining({ origin: { Sibling: '2,000' }, success: true }),
    );
    const paid = before - balance(chain, sovereign);
    expect(paid).toBeGreaterThan(0n);
    expect(paid).toBeLessThan(UNIT);
  });

  it('keeps the order of many, and empties the channel', async () => {
    const { chain } = network.contracts;
    const seen = recordEvents(chain);
    const texts = ['one', 'two', 'three', 'four', 'five'];
    for (const text of texts) sendToContracts(remark(chain, text));
    const remarks = () => seen.filter(({ name }) => name === 'system.Remarked');
    await network.produceUntil(() => remarks().length === texts.length, 20, 'five remarks');
    expect(remarks().map(({ data }) => data.hash_)).toEqual(
      texts.map((text) => toHex(blake2b256(encodeText(text)))),
    );
    expect(
      network.readRelay('hrmp', 'hrmpChannels', { sender: PARA_ID, recipient: CONTRACTS_ID }),
    ).toMatchObject({ msgCount: 0, totalSize: 0 });
    // Both ends agree on the queue's hash chain: otherwise the next block would be refused.
    expect(network.nextBlock()).toMatchObject({ para: {}, contracts: {} });
  });

  it('waits in the channel while the contracts chain is dead', async () => {
    const { chain, faults } = network.contracts;
    const seen = recordEvents(chain);
    const channel = () =>
      network.readRelay('hrmp', 'hrmpChannels', { sender: PARA_ID, recipient: CONTRACTS_ID }) as {
        msgCount: number;
      };
    faults.stopCollators();
    sendToContracts(remark(chain, 'to the dead'));
    await network.produceUntil(() => channel().msgCount === 1, 5, 'the message being queued');
    for (let count = 0; count < 12; count++) expect(network.nextBlock().para).not.toBeNull();
    expect(channel().msgCount).toBe(1);
    faults.startCollators();
    await network.produceUntil(() => seen.some(({ name }) => name === 'system.Remarked'), 4, 'the remark');
    await network.produceUntil(() => channel().msgCount === 0, 3, 'the channel being empty');
  });

  it('an account of the contracts chain transacts on the relay chain as its derived account, which pays', async () => {
    const { relay } = network;
    const sender = devAccount('Charlie');
    const derived = derivedOnRelay(sender.account);
    submitTransfer(derived, 10n * UNIT);
    await network.produceUntil(() => balance(relay.chain, derived) === 10n * UNIT, 4, 'the funds');
    const seen = recordEvents(relay.chain);
    sendToRelay(sender, remark(relay.chain, 'from an account'));
    await network.produceUntil(() => seen.some(({ name }) => name === 'system.Remarked'), 6, 'the remark');
    expect(seen.find(({ name }) => name === 'system.Remarked')?.data.sender).toBe(address(derived));
    const paid = 10n * UNIT - balance(relay.chain, derived);
    expect(paid).toBeGreaterThan(0n);
    expect(paid).toBeLessThan(UNIT);
  });

  it('does nothing on the relay chain for an account whose derived account cannot pay', async () => {
    const { relay } = network;
    const seen = recordEvents(relay.chain);
    sendToRelay(devAccount('Dave'), remark(relay.chain, 'for free'));
    const processed = () => seen.find(({ name }) => name === 'messageQueue.Processed');
    await network.produceUntil(() => processed() !== undefined, 6, 'the message being processed');
    expect(processed()?.data.success).toBe(false);
    expect(seen.some(({ name }) => name === 'system.Remarked')).toBe(false);
  });

  it('a contract transacts on the relay chain through the XCM precompile, as the derived account of its own', async () => {
    const { relay, contracts } = network;
    const types = contracts.chain.typesOf();
    const limits = [{ refTime: 100_000_000_000n, proofSize: 2_000_000n }, 100n * UNIT] as const;
    const atContracts = recordEvents(contracts.chain);
    // Its own funds are for the delivery of the message: execution is paid on the relay chain.
    const create = types.call(
      'revive',
      'instantiateWithCode',
      UNIT,
      ...limits,
      XCM_FORWARDER_CODE,
      '0x',
      null,
    );
    network.submit(contracts.chain, create, devAccount('Eve'));
    const created = () => atContracts.find(({ name }) => name === 'revive.Instantiated');
    await network.produceUntil(() => created() !== undefined, 4, 'the contract');
    const contract = String(created()?.data.contract);
    const account: Hex = `0x${contract.slice(2)}${'ee'.repeat(12)}`;
    const derived = derivedOnRelay(account);
    submitTransfer(derived, 10n * UNIT);
    await network.produceUntil(() => balance(relay.chain, derived) === 10n * UNIT, 4, 'the funds');
    const seen = recordEvents(relay.chain);
    const [destination, message] = toRelay(account, remark(relay.chain, 'from a contract'));
    const input = callWithBytes(
      'send(bytes,bytes)',
      types.registry.createType('XcmVersionedLocation', destination).toU8a(),
      types.registry.createType('XcmVersionedXcm', message).toU8a(),
    );
    network.submit(
      contracts.chain,
      types.call('revive', 'call', contract, 0, ...limits, input),
      devAccount('Eve'),
    );
    await network.produceUntil(() => seen.some(({ name }) => name === 'system.Remarked'), 6, 'the remark');
    expect(seen.find(({ name }) => name === 'system.Remarked')?.data.sender).toBe(address(derived));
  });

  const address = (account: Uint8Array) =>
    network.relay.chain.typesOf().registry.createType('AccountId', account).toString();

  function submitTransfer(to: Uint8Array, amount: bigint): void {
    const { chain } = network.relay;
    const call = chain.typesOf().call('balances', 'transferKeepAlive', toHex(to), amount);
    network.submit(chain, call, network.manager);
  }

  /** `HashedDescription` of `Parachain(1000) / AccountId32`, as the relay chain itself would say it too. */
  function derivedOnRelay(account: Hex): Uint8Array {
    const id = Buffer.from(account.slice(2), 'hex');
    const description = concatBytes(
      encodeText('ChildChain'),
      encodeCompact(CONTRACTS_ID),
      encodeVec(concatBytes(encodeText('AccountId32'), id)),
    );
    const derived = blake2b256(description);
    const { chain } = network.relay;
    const location = {
      V5: {
        parents: 0,
        interior: { X2: [{ Parachain: CONTRACTS_ID }, { AccountId32: { network: null, id: account } }] },
      },
    };
    const types = chain.typesOf();
    const argument = types.registry.createType('XcmVersionedLocation', location).toU8a();
    expect(chain.call('LocationToAccountApi_convert_location', argument)).toEqual(
      concatBytes(Uint8Array.of(0), derived),
    );
    return derived;
  }
});
