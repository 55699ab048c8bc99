import type { AccountHex, Planck, RelayBlock } from '../units.ts';

/** Accounts of which some together are one account of a chain (pallet-multisig). Any order; each once. */
export interface Multisig {
  readonly signatories: readonly AccountHex[];
  readonly threshold: number;
}

/** A multisig with the account that it is. */
export interface MultisigAccount extends Multisig {
  readonly account: AccountHex;
}

/** A pending approval in the relay's multisig pallet. */
export interface PendingApproval {
  /** Where the first approval was included: later calls must name it. */
  readonly when: { readonly height: RelayBlock; readonly index: number };
  readonly depositor: AccountHex;
  readonly approvals: readonly AccountHex[];
}

/** What a chain holds of one call of a multisig. */
export interface MultisigState {
  readonly relay: RelayBlock;
  readonly approval: PendingApproval | null;
  /** What is reserved of whoever approves first, until the call is made or taken back. */
  readonly deposit: Planck;
}

/** Who acts here: a key, or an account that signs elsewhere, alone or as a signatory of a multisig. */
export interface Acting {
  /** Account that signs extrinsics; null when it is not told who does. */
  readonly signer: AccountHex | null;
  readonly multisig: MultisigAccount | null;
}

/** Somebody who may act for another account (pallet-proxy); `delay` in blocks, between announcing a call and making it. */
export interface ProxyOf {
  readonly delegate: AccountHex;
  readonly kind: string;
  readonly delay: number;
}

/** How one account comes to act as another. */
export type Reach =
  | { readonly kind: 'itself' }
  /** By `proxy.proxy`. */
  | { readonly kind: 'proxy' }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * Whether `account` may act as `real`, whose proxies are these. Only proxies of the given kinds without a delay count: for calls that is `Any`, for which
 * calls the other kinds let through differs from chain to chain and is in no storage; and what has to be announced first can be rejected
 * meanwhile. `proxies` is undefined where the chain has none.
 */
export function reachOf(
  real: AccountHex,
  account: AccountHex,
  proxies: readonly ProxyOf[] | undefined,
  kinds: readonly string[] = ['Any'],
): Reach {
  if (real === account) return { kind: 'itself' };
  const own = (proxies ?? []).filter(({ delegate }) => delegate === account);
  const counting = own.filter(({ kind }) => kinds.includes(kind));
  if (counting.some(({ delay }) => delay === 0)) return { kind: 'proxy' };
  const [late] = counting;
  if (late) {
    return {
      kind: 'none',
      reason: `${account} is a proxy of ${real}, but with a delay of ${late.delay} blocks: only one without a delay counts`,
    };
  }
  const [other] = own;
  return {
    kind: 'none',
    reason: other
      ? `${account} is a proxy of ${real} of the kind ${other.kind}: only a proxy of the kind ${kinds.join(' or ')} counts`
      : `${account} is neither ${real} nor a proxy of it`,
  };
}

/** What a signatory does next for a call of a multisig, as the chain's state is. */
export type MultisigTurn =
  /** Approve by hash: others have to follow. */
  | { readonly kind: 'approve' }
  /** Supply the call, with which it is executed. */
  | { readonly kind: 'execute' }
  /** This signatory has approved; others have to follow. */
  | { readonly kind: 'wait' };

/** `approvals` of the call that are stored, empty when none is. */
export function multisigTurn(
  { threshold }: Pick<Multisig, 'threshold'>,
  approvals: readonly AccountHex[],
  by: AccountHex,
): MultisigTurn {
  const counted = approvals.includes(by) ? approvals.length : approvals.length + 1;
  if (counted >= threshold) return { kind: 'execute' };
  return { kind: approvals.includes(by) ? 'wait' : 'approve' };
}
