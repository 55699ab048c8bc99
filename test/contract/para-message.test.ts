import { describe, expect, it } from 'vitest';
import { paraMessage } from '../../src/contract/para-message.ts';

describe("a para's message to its contract", () => {
  const { destination, message } = paraMessage({ chain: 1000, para: 2000, call: '0x1234', fee: 5n });

  it('goes to the sibling that holds the contract', () => {
    expect(destination).toEqual({ parents: 1, interior: { X1: [{ Parachain: 1000 }] } });
  });

  it("pays from the para's own account, and gives back what is left whatever becomes of the call", () => {
    const names = message.map((instruction) => Object.keys(instruction)[0]);
    expect(names).toEqual(['WithdrawAsset', 'BuyExecution', 'SetAppendix', 'Transact']);
    const [, , appendix] = message as { SetAppendix?: unknown }[];
    expect(appendix?.SetAppendix).toEqual([
      { RefundSurplus: null },
      {
        DepositAsset: {
          assets: { Wild: 'All' },
          beneficiary: { parents: 1, interior: { X1: [{ Parachain: 2000 }] } },
        },
      },
    ]);
  });

  it('makes the call as the para', () => {
    expect(message[3]).toMatchObject({
      Transact: { originKind: 'SovereignAccount', call: { encoded: '0x1234' } },
    });
  });
});
