import { devAccount } from '../../devnet/keys.ts';
import type { Network } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import type { Multisig } from '../../src/domain/chain/acting.ts';
import type { AccountHex } from '../../src/domain/units.ts';
import { multisigAccount } from '../../src/keys/multisig.ts';
import { PROXIES_PREFIX } from '../../src/voting/proxies/proven-proxies.ts';

/** Accounts of the embedded para that sign with no key of their own. */
export interface KeylessAccounts {
  readonly multisig: Multisig & { readonly account: AccountHex };
  /** A pure proxy of Alice. */
  readonly pure: AccountHex;
  /** Bob, whose proxy the multisig is. */
  readonly proxied: AccountHex;
}

/** Makes them by the calls of the para's own runtime, each with `balance`. `others` get as much. */
export async function openKeylessAccounts(
  network: Network,
  balance: bigint,
  ...others: readonly AccountHex[]
): Promise<KeylessAccounts> {
  const { chain } = network.para;
  const [alice, bob] = [devAccount('Alice'), devAccount('Bob')];
  const signatories = ['Alice', 'Charlie', 'Dave'].map((name) => devAccount(name).account);
  const multisig = multisigAccount({ signatories, threshold: 2 });
  const call = (pallet: string, method: string, ...args: unknown[]) =>
    chain.typesOf().call(pallet, method, ...args);
  network.submit(chain, call('proxy', 'createPure', 'Any', 0, 0), alice);
  network.submit(chain, call('proxy', 'addProxy', { Id: multisig.account }, 'Any', 0), bob);

  const state = () => chain.stateOf(chain.best);
  const withProxies = () => {
    const prefix = toHex(PROXIES_PREFIX);
    const accounts: AccountHex[] = [];
    for (let key = state().nextKey(prefix); key?.startsWith(prefix); key = state().nextKey(key)) {
      accounts.push(`0x${key.slice(-64)}`);
    }
    return accounts;
  };
  await network.produceUntil(() => withProxies().length === 2, 40, 'the proxies of the para being there');
  const pure = withProxies().find((account) => account !== bob.account);
  if (pure === undefined) throw new Error('no pure proxy was made');

  const given = [multisig.account, pure, bob.account, ...others];
  const calls = given.map((account) => call('balances', 'forceSetBalance', { Id: account }, balance));
  network.queueSudo(chain, 'utility', 'batchAll', calls);
  const freeOf = (account: AccountHex) => {
    const entry = chain.typesOf().read(state(), 'system', 'account', account)?.toJSON();
    return BigInt((entry as { data: { free: string | number } }).data.free);
  };
  await network.produceUntil(
    () => given.every((account) => freeOf(account) === balance),
    40,
    'the accounts of the para being funded',
  );
  return { multisig, pure, proxied: bob.account };
}
