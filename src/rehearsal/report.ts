import type { ParaObservation } from '../domain/chain/observation.ts';
import type { KnownPanic } from '../domain/diagnosis/panics.ts';
import type { AmountText, ChainFact } from '../domain/route/facts.ts';
import type { RouteName, StepId } from '../domain/route/route.ts';
import type { TriedBlock, TriedCode } from '../domain/trial/report.ts';
import type { AccountHex, Hex, RelayBlock } from '../domain/units.ts';
import type { ValidationPage } from '../domain/validation/page.ts';

/** A fact of a step: why it did not hold before the step and after it; null where it held. */
export interface RehearsedFact {
  /** `needed`: must hold for the call; `brought`: holds when the step is done. */
  readonly role: 'needed' | 'brought';
  readonly fact: ChainFact;
  readonly before: string | null;
  readonly after: string | null;
}

/** A call as it was made, and what became of it. */
export interface RehearsedCall {
  readonly chain: 'relay chain' | 'contracts chain';
  /** `pallet.method`, and its arguments, long bytes by length and hash. */
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** The call's SCALE bytes, and their blake2-256. */
  readonly data: Hex;
  readonly hash: Hex;
  /** Whose signature was taken as given. */
  readonly signer: AccountHex;
  /** blake2-256 of the extrinsic with the signature that is taken as given. */
  readonly extrinsic: Hex;
  /** Block of the chain that holds it; null when none does. */
  readonly block: number | null;
  readonly blockHash: Hex | null;
  /** What was paid, in planck; null where the chain does not tell. */
  readonly fee: AmountText | null;
  /** Null when it succeeded. */
  readonly problem: string | null;
}

export interface RehearsedStep {
  readonly id: StepId;
  readonly title: string;
  readonly outcome: 'done' | 'failed' | 'not reached';
  /** Relay blocks at which it began and ended; null for steps that were not reached. */
  readonly from: RelayBlock | null;
  readonly to: RelayBlock | null;
  readonly facts: readonly RehearsedFact[];
  readonly calls: readonly RehearsedCall[];
}

/** A head of the para under the new code. */
export interface RehearsedHead extends TriedBlock {
  /** Relay block that included it. */
  readonly includedAt: RelayBlock;
}

/** What the relay chain stores of the para, as far as a rescue changes it. */
export type RehearsedState = Pick<
  ParaObservation,
  | 'head'
  | 'mostRecentContext'
  | 'lifecycle'
  | 'currentCodeHash'
  | 'futureCodeHash'
  | 'futureCodeUpgradeAt'
  | 'upgradeGoAhead'
  | 'upgradeRestriction'
  | 'upgradeCooldownUntil'
  | 'registrar'
>;

export type RehearsalVerdict =
  /** The policy's heads are included under the new code, and what the policy asks for afterwards is done. */
  | { readonly kind: 'lives' }
  | {
      readonly kind: 'fails';
      /** Null when no route of the policy can be taken. */
      readonly step: StepId | null;
      readonly words: string;
      /** What is known of a panic with these words. */
      readonly known: KnownPanic | null;
      /** What would help, in sentences. */
      readonly helps: readonly string[];
    };

/** A rescue as it was played on forks of the chains. */
export interface RehearsalReport {
  readonly paraId: number;
  readonly verdict: RehearsalVerdict;
  /** Where the forks began. */
  readonly relay: {
    readonly genesis: Hex;
    readonly number: RelayBlock;
    readonly hash: Hex;
    readonly runtime: { readonly specName: string; readonly specVersion: number };
  };
  readonly head: { readonly number: number; readonly hash: Hex };
  readonly code: TriedCode & { readonly bytes: number };
  readonly ownCode: TriedCode;
  readonly policy: {
    /** Null for the defaults. */
    readonly hash: Hex | null;
    readonly routes: readonly RouteName[];
    readonly heads: number;
    readonly lockAgain: boolean;
  };
  /** Null when none can be taken. */
  readonly route: RouteName | null;
  readonly steps: readonly RehearsedStep[];
  readonly heads: readonly RehearsedHead[];
  readonly before: RehearsedState;
  readonly after: RehearsedState;
  /** Relay blocks that passed on the fork. */
  readonly relayBlocks: RelayBlock;
  /** What would keep nodes or people from doing the same. */
  readonly warnings: readonly string[];
  /** What was not as on the chains. */
  readonly shortcuts: readonly string[];
  /** What was expected of each step, and what was observed; null where no route was taken. */
  readonly page: ValidationPage | null;
}

/** How far a rehearsal is. */
export interface RehearsalProgress {
  readonly relayBlocks: RelayBlock;
  readonly sentence: string;
}
