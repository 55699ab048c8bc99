import type { Filtered } from '../../domain/chain/registrar-shape.ts';
import type { CallDesk, CoretimeDesk, ReferendaDesk } from '../../domain/ports/plan-reader.ts';
import type { Unanswered } from '../../domain/readiness/answer-of.ts';
import type { OwnCode } from '../../domain/route/guards.ts';
import type { PlannedCode } from '../../domain/route/option.ts';
import type { Hex } from '../../domain/units.ts';
import type { RouteLook } from '../look.ts';

/** A code whose bytes are at hand, or only known by what the plan says of it. */
export interface CodeToPlan extends PlannedCode {
  readonly bytes: Uint8Array | null;
}

/** Everything that plans look at, beside what routes do. */
export interface PlanLook extends RouteLook {
  readonly code: CodeToPlan | null;
  /** The code in the para's own state at its included head. */
  readonly own: OwnCode;
  /** The label of the code that the relay chain stores of the para; null for code without one. */
  readonly stored: StoredLabel | Unanswered;
  /** Whether the para's state is that of a para made with cumulus; undefined where it could not be read. */
  readonly isCumulus: boolean | undefined;
  readonly relay: CallDesk;
  /** Whether the relay chain filters a call of the para's manager. */
  readonly relayFiltered: Filtered;
  /** Null where no node of that chain was named. */
  readonly coretime: CoretimeDesk | null;
  /** Referenda by which holders act as root, for one wish; null where no chain of them is known. */
  readonly referenda: ReferendaDesk | null;
  /** Root of the relay chain is a key (pallet-sudo) as well. */
  readonly hasSudo: boolean;
}

export interface StoredLabel {
  readonly label: { readonly specName: string; readonly specVersion: number } | null;
  readonly codeHash: Hex;
}
