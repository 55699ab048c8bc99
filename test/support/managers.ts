import type { DevAccount } from '../../devnet/keys.ts';
import { type Network, PARA_ID } from '../../devnet/network.ts';
import type { SignableCall } from '../../src/blocks/chain-types.ts';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import type { AccountHex } from '../../src/domain/units.ts';
import { storageKey } from '../../src/proof/index.ts';

/** Calls of the embedded relay chain with which people make proxies and pure proxies. */

function relayCall(network: Network, pallet: string, method: string, ...args: unknown[]): SignableCall {
  return network.relay.chain.typesOf().call(pallet, method, ...args);
}

interface Proxies {
  readonly delegate: AccountHex;
  readonly kind?: string;
  readonly delay?: number;
}

/** `owner` makes somebody its proxy, and the block that holds it is there afterwards. */
export async function addProxy(
  network: Network,
  owner: DevAccount,
  { delegate, kind = 'Any', delay = 0 }: Proxies,
): Promise<void> {
  const count = () => (network.readRelay('proxy', 'proxies', owner.account) as [unknown[]])[0].length;
  const before = count();
  const call = relayCall(network, 'proxy', 'addProxy', { Id: delegate }, kind, delay);
  network.submit(network.relay.chain, call, owner);
  await network.produceUntil(() => count() > before, 20, 'the proxy being there');
}

/** A pure proxy whose only proxy is `spawner`, as the event names it. */
export async function createPure(network: Network, spawner: DevAccount, index = 0): Promise<AccountHex> {
  const { chain } = network.relay;
  network.submit(chain, relayCall(network, 'proxy', 'createPure', 'Any', 0, index), spawner);
  let pure: AccountHex | null = null;
  await network.produceUntil(
    () => {
      const events = network.readRelay('system', 'events') as { event: { data: unknown[] } }[];
      const made = events.find(({ event }) => JSON.stringify(event.data).includes(`"Any",${index}`));
      const [account] = (made?.event.data ?? []) as string[];
      if (account)
        pure = toHex(chain.typesOf().registry.createType('AccountId', account).toU8a()) as AccountHex;
      return pure !== null;
    },
    20,
    'the pure proxy being made',
  );
  if (pure === null) throw new Error('no pure proxy was made');
  return pure;
}

/** Root makes `manager` the registrar's manager of the para. */
export async function setManager(network: Network, manager: AccountHex): Promise<void> {
  const { chain } = network.relay;
  const item = storageKey('Registrar', 'Paras', {
    hasher: 'Twox64Concat',
    key: Uint8Array.of(PARA_ID & 0xff, PARA_ID >> 8, 0, 0),
  });
  const key = toHex(item);
  const stored = chain.stateOf(chain.best).get(key);
  if (!stored) throw new Error('the para is not registered');
  const value = concatBytes(fromHex(manager), stored.subarray(32));
  network.queueSudo(chain, 'system', 'setStorage', [[key, toHex(value)]]);
  const now = () => toHex(chain.stateOf(chain.best).get(key)?.subarray(0, 32) ?? new Uint8Array());
  await network.produceUntil(() => now() === manager, 20, 'the manager being another one');
}

/** Root gives an account enough for deposits and fees. */
export async function fund(network: Network, account: AccountHex): Promise<void> {
  network.queueSudo(network.relay.chain, 'balances', 'forceSetBalance', { Id: account }, 10n ** 14n);
  const free = () =>
    BigInt((network.readRelay('system', 'account', account) as { data: { free: string } }).data.free);
  await network.produceUntil(() => free() > 0n, 20, 'the account being funded');
}

/** The pure proxy gets another proxy, or loses it, by the word of the one that it has. */
export function addProxyAs(
  network: Network,
  by: DevAccount,
  pure: AccountHex,
  delegate: AccountHex,
): Promise<void> {
  return changeProxies(network, by, pure, 'addProxy', delegate, 2);
}
export function removeProxyAs(
  network: Network,
  by: DevAccount,
  pure: AccountHex,
  delegate: AccountHex,
): Promise<void> {
  return changeProxies(network, by, pure, 'removeProxy', delegate, 1);
}

async function changeProxies(
  network: Network,
  by: DevAccount,
  pure: AccountHex,
  method: 'addProxy' | 'removeProxy',
  delegate: AccountHex,
  wanted: number,
): Promise<void> {
  const inner = relayCall(network, 'proxy', method, { Id: delegate }, 'Any', 0);
  network.submit(network.relay.chain, relayCall(network, 'proxy', 'proxy', { Id: pure }, null, inner), by);
  const count = () => (network.readRelay('proxy', 'proxies', pure) as [unknown[]])[0].length;
  await network.produceUntil(() => count() === wanted, 20, `${method} of the pure proxy`);
}
