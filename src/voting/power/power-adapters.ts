import type { PowerSource } from '../../domain/policy/policy.ts';
import { accountMap } from './adapters/account-map.ts';
import { assets } from './adapters/assets.ts';
import { balanceFreezes, balanceHolds, balanceLocks } from './adapters/balance-parts.ts';
import { nominationPools } from './adapters/nomination-pools.ts';
import { ormlTokens } from './adapters/orml-tokens.ts';
import { stakingLedger } from './adapters/staking-ledger.ts';
import { systemAccount } from './adapters/system-account.ts';
import { vesting } from './adapters/vesting.ts';
import type { PowerAdapter } from './power-adapter.ts';
import { rated, rateOf } from './rated.ts';

const ADAPTERS: {
  readonly [Name in PowerSource['adapter']]: PowerAdapter<PowerSource & { adapter: Name }>;
} = {
  'system-account': systemAccount,
  'balance-holds': balanceHolds,
  'balance-freezes': balanceFreezes,
  'balance-locks': balanceLocks,
  assets,
  tokens: ormlTokens,
  'staking-ledger': stakingLedger,
  'account-map': accountMap,
  'nomination-pools': nominationPools,
  vesting,
};

const RATED: Readonly<Record<string, PowerAdapter>> = Object.fromEntries(
  Object.entries(ADAPTERS).map(([name, adapter]) => [name, rated(adapter as PowerAdapter)]),
);

/** The adapter that a source names, by its rate if it has one; the schema guarantees that source and adapter fit. */
export function adapterOf(source: PowerSource): PowerAdapter {
  return (rateOf(source) === undefined ? ADAPTERS : RATED)[source.adapter] as PowerAdapter;
}
