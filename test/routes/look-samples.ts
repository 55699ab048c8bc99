import type { RelayAccount } from '../../src/domain/ports/relay-accounts.ts';
import type { RouteLook } from '../../src/routes/look.ts';
import { healthyPara, LIMITS } from '../domain/observations.ts';

/** A look at a relay chain where scheduling code costs 10 units, and every account has signed before and can spend 100. */
export function sampleLook(
  change: Partial<Omit<RouteLook, 'accounts'>> & { readonly account?: Partial<RelayAccount> } = {},
): RouteLook {
  const { account: own, ...look } = change;
  return {
    policy: null,
    observation: healthyPara(),
    limits: LIMITS,
    costs: { fee: 10_000n, cooldown: 5_000n },
    token: { symbol: 'UNIT', decimals: 3 },
    accounts: async (ids) => ({
      relay: 1000,
      existentialDeposit: 1_000n,
      accounts: ids.map((account) => ({ account, nonce: 7, spendable: 100_000n, proxies: [], ...own })),
    }),
    ...look,
  };
}
