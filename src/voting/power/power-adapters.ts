import type { PowerSource } from '../../domain/policy/policy.ts';
import { accountMap } from './adapters/account-map.ts';
import { assets } from './adapters/assets.ts';
import { balanceFreezes, balanceHolds, balanceLocks } from './adapters/balance-parts.ts';
import { ormlTokens } from './adapters/orml-tokens.ts';
import { stakingLedger } from './adapters/staking-ledger.ts';
import { systemAccount } from './adapters/system-account.ts';
import { vesting } from './adapters/vesting.ts';
import type { PowerAdapter } from './power-adapter.ts';

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
