import { accountMap } from './account-map.js';
import { assets } from './assets.js';
import { balanceFreezes, balanceHolds, balanceLocks } from './balance-parts.js';
import { ormlTokens } from './orml-tokens.js';
import { stakingLedger } from './staking-ledger.js';
import { systemAccount } from './system-account.js';
import { vesting } from './vesting.js';
const ADAPTERS = {
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
export function adapterOf(source) {
    return ADAPTERS[source.adapter];
}
//# sourceMappingURL=power-adapters.js.map