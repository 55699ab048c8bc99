import type { ProxyOf } from '../chain/acting.ts';
import type { AccountHex, ParaId, Planck, RelayBlock } from '../units.ts';

/** An account of the relay chain that may have to act for a para. */
export interface RelayAccount {
  readonly account: AccountHex;
  /** Null for an account that does not exist there. */
  readonly nonce: number | null;
  /** What it can spend and still exist. */
  readonly spendable: Planck;
  /** Who may act for it; undefined where the chain has no proxies. */
  readonly proxies: readonly ProxyOf[] | undefined;
}

/** What scheduling code costs; undefined where the chain does not tell. */
export interface UpgradeCosts {
  /** Fee for as many bytes of code, for its length alone. */
  readonly fee: Planck | undefined;
  /** What ends the para's cooldown now. */
  readonly cooldown: Planck | undefined;
}

/** Accounts and prices of the relay chain, at its newest finalized block; all of it proven, or computed on what is proven. */
export interface RelayAccounts {
  accounts(ids: readonly AccountHex[]): Promise<{
    readonly relay: RelayBlock;
    readonly existentialDeposit: Planck;
    readonly accounts: readonly RelayAccount[];
  }>;
  /** `bytes`: of the code that is to be scheduled. */
  upgradeCosts(paraId: ParaId, bytes: number): Promise<UpgradeCosts>;
}
