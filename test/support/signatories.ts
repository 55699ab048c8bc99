import type { KeyringPair } from '@polkadot/keyring/types';
import type { DevAccount } from '../../devnet/keys.ts';
import type { Network } from '../../devnet/network.ts';
import { createRelaySubmitter } from '../../src/chain/extrinsics/submitter.ts';
import { type OpenRelay, openRelay } from '../../src/chain/relay/session.ts';
import type { MultisigAccount } from '../../src/domain/chain/acting.ts';
import type { RelayCall } from '../../src/domain/chain/extrinsics.ts';
import { lookAtActing } from '../../src/routes/acting.ts';

/** The embedded relay chain, as one who trusts its only node sees it. */
export function openRelayOf({ relay: { url } }: Pick<Network, 'relay'>): Promise<OpenRelay> {
  const onTrouble = () => undefined;
  return openRelay({ urls: [url], onTrouble, trust: { trustSingleEndpoint: true } });
}

/** Submits with this person's key. */
export function submitterOf({ endpoints, finalized }: OpenRelay, { account, pair }: DevAccount) {
  return createRelaySubmitter({ endpoints, signer: { account, pair: pair as KeyringPair }, finalized });
}

/** How one signatory of the manager's multisig sees a call of the manager's. */
export function lookAs(
  relay: OpenRelay,
  by: DevAccount,
  multisig: MultisigAccount,
  { manager }: Network,
  call: RelayCall,
) {
  const context = { relay: relay.reader, submitter: submitterOf(relay, by) };
  return lookAtActing(context, { signer: by.account, multisig }, manager.account, call);
}

/** The signatory's own part of it, as a person gives it: sent, and not waited for. */
export async function signPart(...[relay, by, ...rest]: Parameters<typeof lookAs>): Promise<void> {
  const { outer } = await lookAs(relay, by, ...rest);
  if (outer === null) throw new Error(`nothing is left to sign for ${by.name}`);
  const submitter = submitterOf(relay, by);
  await submitter.broadcast(await submitter.sign(outer));
}
