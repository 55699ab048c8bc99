import type { PreparedCall } from '../chain/extrinsics.ts';
import type { ParaObservation, RelayLimits } from '../chain/observation.ts';
import type { CoretimeShape } from '../chain/registrar-shape.ts';
import type { PreparedGovernance, RootWish } from '../governance/prepared.ts';
import type { AccountHex, Hex } from '../units.ts';

/** How a call fares that is tried in the chain's own runtime, without keeping its effects. */
export type TriedCall =
  | { readonly kind: 'succeeds' }
  | { readonly kind: 'fails'; readonly reason: string }
  /** Nothing is known: the chain has no such runtime API, or it cannot be run. */
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Who would make a call that is tried. */
export type TriedOrigin = { readonly signed: AccountHex } | 'root';

/** One chain, as plans need it: calls by its own metadata, tried on its newest state. */
export interface CallDesk {
  /** Spec name and version of the runtime by whose metadata calls are made. */
  runtime(): Promise<{ readonly specName: string; readonly specVersion: number }>;
  /**
   * The call by the metadata's names (`paras`, `forceSetCurrentCode`) and arguments: numbers, hex, bytes, calls as hex; null where the chain has no such
   * call, or one that takes other arguments.
   */
  call(pallet: string, method: string, args: readonly unknown[]): Promise<PreparedCall | null>;
  tryCall(data: Hex, origin: TriedOrigin): Promise<TriedCall>;
}

/** The Coretime chain, to which registrars of relay chains move. */
export interface CoretimeDesk extends CallDesk {
  shape(): Promise<CoretimeShape>;
}

/**
 * Prepares the referenda by which root of the relay chain is asked for something, by both chains' metadata, tried out on both.
 * @throws RESCUE_CHAIN_REFUSES when the chains cannot do it at all, RESCUE_NODE_*
 */
export type ReferendaDesk = (wanted: {
  readonly wish: RootWish;
  readonly observation: ParaObservation;
  readonly limits: RelayLimits;
  readonly codeSize: number | null;
}) => Promise<PreparedGovernance>;
