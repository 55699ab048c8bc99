import type { Policy } from '../policy/policy.ts';
import type { AccountHex, Hex, RelayBlock } from '../units.ts';
import type { RoundPlace, Signed } from './round.ts';

export const STANCES = ['endorse', 'withdraw'] as const;
export type Stance = (typeof STANCES)[number];

/** A statement of a member of the policy's technical body on one proposal, bound to all of these. */
export interface Endorsement extends RoundPlace {
  readonly proposal: Hex;
  readonly stance: Stance;
  readonly account: AccountHex;
  /** Grows with each statement of the account in the round; for each proposal its highest counts. */
  readonly sequence: number;
}

export type SignedEndorsement = Signed<Endorsement>;

/** An endorsement that was checked in full. */
export type CountedEndorsement = SignedEndorsement & { readonly admittedAt: RelayBlock };

/**
 * True when enough members endorse the proposal. For each member the statement on this proposal with the highest
 * sequence counts; statements of accounts that aren't members are passed over.
 */
export function isEndorsed(
  proposal: Hex,
  statements: Iterable<Pick<Endorsement, 'proposal' | 'account' | 'stance' | 'sequence'>>,
  endorsement: Policy['endorsement'],
): boolean {
  if (endorsement === undefined) return false;
  const members = new Set<string>(endorsement.accounts);
  const latest = new Map<AccountHex, { readonly stance: Stance; readonly sequence: number }>();
  for (const statement of statements) {
    const { account, sequence } = statement;
    if (statement.proposal !== proposal || !members.has(account)) continue;
    if (sequence > (latest.get(account)?.sequence ?? -1)) latest.set(account, statement);
  }
  const count = [...latest.values()].filter(({ stance }) => stance === 'endorse').length;
  return count >= endorsement.threshold;
}
