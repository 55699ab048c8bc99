import { toHex } from '../src/bytes/hex.ts';
import { encodeSessionKeys, ownershipProof } from '../src/sandbox/session-keys.ts';
import type { NetworkHandle } from './handle.ts';
import { type DevName, devAccount, devSessionKeys } from './keys.ts';

/** What an election does on a chain with staking: the relay's root names the validators. */
export function electValidators(network: NetworkHandle, names: readonly DevName[]): void {
  const accounts = names.map((name) => devAccount(name).address);
  network.queueSudo(network.relay.chain, 'devnetRelay', 'setValidators', accounts);
}

/** A validator's node makes new keys, and its account names them on chain with the proof that it holds them. */
export function rotateKeys(network: NetworkHandle, name: DevName, keyUri: string): void {
  const account = devAccount(name);
  const keys = devSessionKeys(account, keyUri);
  network.validators.hold(keys);
  const { chain } = network.relay;
  const encoded = toHex(encodeSessionKeys(keys));
  const call = chain.typesOf().call('session', 'setKeys', encoded, toHex(ownershipProof(keys)));
  network.submit(chain, call, account);
}
