import type { PowerSource } from '../domain/policy.ts';
import { accountMap } from './account-map.ts';
import { assets } from './assets.ts';
import { balanceFreezes, balanceHolds, balanceLocks } from './balance-parts.ts';
import { ormlTokens } from './orml-tokens.ts';
import type { PowerAdapter } from './power-adapter.ts';
import { stakingLedger } from './staking-ledger.ts';
import { systemAccount } from './system-account.ts';
import { vesting } from './vesting.ts';

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
  vesting,
};

/** The adapter that a source names; the schema guarantees that source and adapter fit. */
export function adapterOf(source: PowerSource): PowerAdapter {
  return ADAPTERS[source.adapter] as PowerAdapter;
}
