import { describe, expect, it } from 'vitest';
import { requireTerms, termsObstacles } from '../../src/domain/contract/terms.ts';

const address = `0x${'ab'.repeat(20)}` as const;
const genesis = `0x${'cd'.repeat(32)}` as const;
const other = `0x${'11'.repeat(20)}` as const;
const policy = { para: 2000, contract: { genesis, chain: 1000, address, operators: [], fee: '1' } };

describe('the terms of a policy', () => {
  it('go with the contract that they name', () => {
    expect(termsObstacles(policy, { address, genesis, chain: 1000, para: 2000 })).toEqual([]);
    expect(termsObstacles(policy, { address, genesis })).toEqual([]);
  });

  it.each([
    ['another para', { para: 2001 }, 'the policy is for para 2000, but the contract is that of para 2001'],
    ['another address', { address: other }, `the policy names the contract ${address}, not ${other}`],
    [
      'another chain',
      { genesis: `0x${'ef'.repeat(32)}` as const },
      'contracts chain with the genesis 0xcdcd',
    ],
    ['another id of the chain', { chain: 1001 }, 'calls the contracts chain para 1000, but it is para 1001'],
  ])('do not go with a contract of %s', (_, change, sentence) => {
    const place = { address, genesis, chain: 1000, para: 2000, ...change };
    expect(termsObstacles(policy, place)).toEqual([expect.stringContaining(sentence)]);
  });

  it('are missing in a policy without a part for the contract', () => {
    const without = { para: 2000, contract: undefined };
    expect(termsObstacles(without, { address, genesis })).toEqual([
      expect.stringContaining('no part "contract"'),
    ]);
    expect(() => requireTerms(without)).toThrow(expect.objectContaining({ code: 'RESCUE_POLICY_INVALID' }));
  });
});
