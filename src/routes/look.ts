import type { Token } from '../domain/amount.ts';
import type { ParaObservation, RelayLimits } from '../domain/chain/observation.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { RelayAccounts, UpgradeCosts } from '../domain/ports/relay-accounts.ts';
import type { Hex } from '../domain/units.ts';

/** What routes look at to say whether they would work now, for a decision that is still to come. */
export interface RouteLook {
  /** Null where none is known: then of a route only what needs none is looked at. */
  readonly policy: { readonly rules: Policy; readonly hash: Hex } | null;
  readonly observation: ParaObservation;
  /** Undefined when the relay chain's configuration could not be read. */
  readonly limits: RelayLimits | undefined;
  readonly costs: UpgradeCosts;
  /** Of the relay chain. */
  readonly token: Token;
  readonly accounts: RelayAccounts['accounts'];
}
