/** What calls a runtime API on a node, and so stops when the node does not know its version; by the trait's name. */
const CALLERS: ReadonlyMap<string, string> = new Map([
  ['Core', 'every node calls it to execute blocks'],
  ['BlockBuilder', 'collators call it to build blocks'],
  ['TaggedTransactionQueue', 'nodes call it to check transactions before they pool them'],
  ['AuraApi', 'collators and importing nodes call it for slots and authorities'],
  ['AuraUnincludedSegmentApi', 'collators that build ahead of inclusion call it before each block'],
  [
    'CollectCollationInfo',
    'collators call it after each block for what goes to the validators; version 1 gives no head data',
  ],
  ['RelayParentOffsetApi', 'collators call it for how many relay blocks to send along'],
  ['GetCoreSelectorApi', 'collators of several cores call it'],
  ['NimbusApi', 'collators call it to see whose turn it is'],
  ['VrfApi', 'collators call it for the key of their randomness'],
  ['SessionKeys', 'nodes call it to make and read session keys'],
  ['ParachainHost', 'validators and collators of its paras call it'],
  ['BabeApi', 'validators call it for slots and authorities'],
  ['GrandpaApi', 'validators call it for who finalizes'],
]);

/** APIs that concern those who build blocks; a difference of another one is met by RPC nodes and wallets. */
const OF_COLLATORS = new Set([
  'Core',
  'BlockBuilder',
  'TaggedTransactionQueue',
  'AuraApi',
  'AuraUnincludedSegmentApi',
  'CollectCollationInfo',
  'RelayParentOffsetApi',
  'GetCoreSelectorApi',
  'NimbusApi',
  'VrfApi',
]);

/** What has to be so, where an API is there in another version than before, before a node runs the code. */
export function apiNeed(name: string | null, before: number | null, after: number | null): string {
  const caller = name === null ? undefined : CALLERS.get(name);
  const why = caller === undefined ? '' : ` (${caller})`;
  const who = name === null || OF_COLLATORS.has(name) ? 'collators and nodes need' : 'nodes need';
  if (after === null) {
    return name !== null && OF_COLLATORS.has(name)
      ? `${who} a release that builds blocks without it${why}`
      : `nodes that call it fail${why}`;
  }
  if (before === null) return `a release that does not know it goes on without it${why}`;
  const direction = after < before ? ', which newer ones may have dropped' : '';
  return `${who} a release that knows version ${after}${direction}${why}`;
}
