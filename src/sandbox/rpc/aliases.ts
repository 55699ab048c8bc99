import type { Method, Methods } from './method.ts';

/** Other names of methods, as sc-rpc-api and frame-rpc-system give them: older clients still use them. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  chain_getBlockHash: ['chain_getHead'],
  chain_getFinalizedHead: ['chain_getFinalisedHead'],
  chain_subscribeNewHeads: ['chain_subscribeNewHead', 'subscribe_newHead'],
  chain_unsubscribeNewHeads: ['chain_unsubscribeNewHead', 'unsubscribe_newHead'],
  chain_subscribeFinalizedHeads: ['chain_subscribeFinalisedHeads'],
  chain_unsubscribeFinalizedHeads: ['chain_unsubscribeFinalisedHeads'],
  state_call: ['state_callAt'],
  state_getKeysPaged: ['state_getKeysPagedAt'],
  state_getStorage: ['state_getStorageAt'],
  state_getStorageHash: ['state_getStorageHashAt'],
  state_getStorageSize: ['state_getStorageSizeAt'],
  state_getRuntimeVersion: ['chain_getRuntimeVersion'],
  state_subscribeRuntimeVersion: ['chain_subscribeRuntimeVersion'],
  state_unsubscribeRuntimeVersion: ['chain_unsubscribeRuntimeVersion'],
  childstate_getKeysPaged: ['childstate_getKeysPagedAt'],
  system_accountNextIndex: ['account_nextIndex'],
  system_dryRun: ['system_dryRunAt'],
};

/** The methods under all their names. */
export function withAliases(methods: Methods): Record<string, Method> {
  const all: Record<string, Method> = { ...methods };
  for (const [name, aliases] of Object.entries(ALIASES)) {
    const method = methods[name];
    if (method) for (const alias of aliases) all[alias] = method;
  }
  return all;
}
