import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Network, startNetwork } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { commitCancel, RELAY_CHAIN, timepointBytes, transactMessage } from '../../src/contract/xcm.ts';

const DERIVED = new Uint8Array(32).fill(0xd0);

describe('messages to the relay chain', () => {
  let network: Network;
  beforeAll(async () => {
    network = await startNetwork();
  });
  afterAll(() => network.close());

  it('are read by the relay chain as what they are meant to be', () => {
    const { registry } = network.relay.chain.typesOf();
    const call = Uint8Array.of(1, 2, 3);
    const message = transactMessage(call, 123_456_789_012n, DERIVED);
    const decoded = registry.createType('XcmVersionedXcm', message);
    expect(toHex(decoded.toU8a())).toBe(toHex(message));
    const fee = { id: { parents: 0, interior: 'Here' }, fun: { Fungible: '123,456,789,012' } };
    const beneficiary = {
      parents: '0',
      interior: { X1: [{ AccountId32: { network: null, id: toHex(DERIVED) } }] },
    };
    expect(decoded.toHuman()).toMatchObject({
      V5: [
        { WithdrawAsset: [{ fun: fee.fun }] },
        { BuyExecution: { fees: { id: { parents: '0', interior: 'Here' } }, weightLimit: 'Unlimited' } },
        { SetAppendix: ['RefundSurplus', { DepositAsset: { assets: { Wild: 'All' }, beneficiary } }] },
        {
          Transact: {
            originKind: 'SovereignAccount',
            fallbackMaxWeight: null,
            call: { encoded: '0x010203' },
          },
        },
      ],
    });
    expect(registry.createType('XcmVersionedLocation', RELAY_CHAIN).toJSON()).toEqual({
      v5: { parents: 1, interior: { here: null } },
    });
  });

  it('are refused when the contract would not send them', () => {
    expect(() => transactMessage(new Uint8Array(4100), 1n, DERIVED)).toThrow(
      expect.objectContaining({ code: 'RESCUE_ROUTE_IMPOSSIBLE' }),
    );
  });

  it('commit to everything but the eight bytes of the timepoint', () => {
    const types = network.relay.chain.typesOf();
    const cancelAt = (height: number, index: number) =>
      transactMessage(
        types.call('multisig', 'cancelAsMulti', 2, [DERIVED], { height, index }, new Uint8Array(32)).toU8a(),
        5n,
        DERIVED,
      );
    const { offset, hash } = commitCancel(cancelAt(0, 0), cancelAt(0xffff_ffff, 0xffff_ffff));
    const real = cancelAt(0x01020304, 7);
    expect(real.subarray(offset, offset + 8)).toEqual(timepointBytes({ height: 0x01020304, index: 7 }));
    expect(
      commitCancel(real.slice().fill(0, offset, offset + 8), real.slice().fill(0xff, offset, offset + 8))
        .hash,
    ).toBe(hash);
  });

  it('are not committed to when anything else differs', () => {
    const impossible = expect.objectContaining({ code: 'RESCUE_ROUTE_IMPOSSIBLE' });
    const zero = new Uint8Array(20);
    expect(() => commitCancel(zero, zero)).toThrow(impossible);
    expect(() => commitCancel(zero, zero.slice().fill(0xff, 4, 13))).toThrow(impossible);
    expect(() => commitCancel(zero, zero.slice().fill(0xff, 4, 11))).toThrow(impossible);
    expect(() => commitCancel(zero, zero.slice().fill(0xff, 15, 20))).toThrow(impossible);
    expect(() => commitCancel(zero, new Uint8Array(21).fill(0xff, 4, 12))).toThrow(impossible);
  });
});
