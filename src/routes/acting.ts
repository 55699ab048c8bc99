import { type Acting, type MultisigTurn, multisigTurn, type Reach, reachOf } from '../domain/chain/acting.ts';
import type { PreparedCall, RelayCall } from '../domain/chain/extrinsics.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { RelaySubmitter } from '../domain/ports/submitter.ts';
import type { ChainFact } from '../domain/route/facts.ts';
import type { MultisigView } from '../domain/route/view.ts';
import type { AccountHex } from '../domain/units.ts';

export interface ActingContext {
  readonly relay: Pick<RelayReader, 'accounts' | 'multisigState'>;
  readonly submitter: Pick<RelaySubmitter, 'prepare'>;
}

/** A call that one account is to make, and how those who act here make it. */
export interface ActingLook {
  /** The account as which the call is made: mostly the para's manager. */
  readonly real: AccountHex;
  /** The multisig, or the account that signs; null when it is not told who acts. */
  readonly account: AccountHex | null;
  readonly reach: Reach;
  /** What `account` makes: the call itself, or `proxy.proxy` around it. */
  readonly own: RelayCall;
  readonly ownPrepared: PreparedCall;
  /** What the chain holds of the multisig's call; null without one. */
  readonly multisig: MultisigView | null;
  /** Whose turn it is; null without a multisig, or while it is not told which signatory acts. */
  readonly turn: MultisigTurn['kind'] | null;
  /** What `signer` signs next; null when it has nothing to sign, or nobody is named. */
  readonly outer: RelayCall | null;
}

/**
 * Looks how `acting` makes `call` as `real`: by itself, as a proxy of it, as a signatory of a multisig that is `real` or its
 * proxy. Level-triggered, from finalized storage that is proven: each signatory asks by itself, in any order.
 * @throws RESCUE_CHAIN_REFUSES for a signer that is no signatory, RESCUE_NODE_*
 */
export async function lookAtActing(
  { relay, submitter }: ActingContext,
  acting: Acting,
  real: AccountHex,
  call: RelayCall,
): Promise<ActingLook> {
  const { signer, multisig } = acting;
  const account = multisig?.account ?? signer;
  const reach = account === null ? ITSELF : await reachAt(relay, real, account);
  const own: RelayCall = reach.kind === 'proxy' ? { kind: 'proxied', real, call } : call;
  const ownPrepared = await submitter.prepare(own);
  const look = { real, account, reach, own, ownPrepared };
  if (multisig === null) return { ...look, multisig: null, turn: null, outer: signer && own };
  const callHash = ownPrepared.hash;
  // A threshold of 1 stores nothing.
  const state =
    multisig.threshold === 1
      ? { relay: 0, approval: null, deposit: 0n }
      : await relay.multisigState(multisig, callHash);
  const seen = { ...look, multisig: { account: multisig.account, callHash, state } };
  if (signer === null) return { ...seen, turn: null, outer: null };
  const { approval } = state;
  const turn = multisigTurn(multisig, approval?.approvals ?? [], signer).kind;
  const act = { multisig, by: signer, when: approval?.when ?? null };
  const outer: Readonly<Record<typeof turn, RelayCall | null>> = {
    approve: { ...act, kind: 'multisig-approve', callHash },
    execute: { ...act, kind: 'multisig-call', call: own },
    wait: null,
  };
  return { ...seen, turn, outer: outer[turn] };
}

const ITSELF: Reach = { kind: 'itself' };

/** Whether `account` acts as `real` now, by the proxies that the chain stores. @throws RESCUE_NODE_* */
export async function reachAt(
  relay: Pick<RelayReader, 'accounts'>,
  real: AccountHex,
  account: AccountHex,
): Promise<Reach> {
  if (account === real) return ITSELF;
  const { accounts } = await relay.accounts([real]);
  return reachOf(real, account, accounts[0]?.proxies);
}

/** What shows that the signer's part is done: the effect of the call or, while others have to follow, its approval. */
export function shownBy(
  { turn, multisig }: Pick<ActingLook, 'turn' | 'multisig'>,
  signer: AccountHex | null,
  after: readonly ChainFact[],
): readonly ChainFact[] {
  if (turn !== 'approve' || multisig === null || signer === null) return after;
  const { account, callHash } = multisig;
  const approved = { kind: 'multisig-approved', multisig: account, callHash, by: signer } as const;
  // Others may make the call before this one looks again, and then no approval is stored any more.
  const plain = after.flatMap((fact) => (fact.kind === 'any-of' ? fact.facts : [fact]));
  return [{ kind: 'any-of', facts: [approved, ...plain] }];
}
