import type { Point } from '../blocks/point.ts';
import type { Acting } from '../domain/chain/acting.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { AccountHex } from '../domain/units.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import type { State } from '../executor/storage/state.ts';
import type { Header } from '../proof/index.ts';

/** What is rehearsed, and where the forks begin. */
export interface RehearsalPlan {
  readonly paraId: number;
  readonly relay: Point<State>;
  readonly para: Omit<Point<State>, 'runtime'>;
  /** The chain with the rescue contract, where the policy has one. */
  readonly contracts: {
    readonly id: number;
    readonly point: { readonly header: Header; readonly state: State };
  } | null;
  readonly code: Uint8Array;
  /** Null for the registrar's route with three heads, and the lock again. */
  readonly policy: Policy | null;
  /** Takes this account for the manager of an unlocked para, whatever the registrar says. */
  readonly asManager: AccountHex | null;
  /** Who acts for the manager; null when its own key does. */
  readonly acting: Acting | null;
  readonly mostBlocks: number;
  readonly given: GivenSignatures;
  readonly onSpecs: boolean;
  /** What was moved before. */
  readonly shortcuts: readonly string[];
}
