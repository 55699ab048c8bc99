import type { Planck, RelayBlock } from '../units.ts';
import { BILLION, type Curve, threshold } from './curve.ts';

/** A track of a chain's referenda, by its constant `tracks`. Periods are blocks as that pallet counts them: of the relay chain. */
export interface Track {
  readonly id: number;
  readonly name: string;
  readonly maxDeciding: number;
  readonly decisionDeposit: Planck;
  readonly preparePeriod: RelayBlock;
  readonly decisionPeriod: RelayBlock;
  readonly confirmPeriod: RelayBlock;
  readonly minEnactmentPeriod: RelayBlock;
  readonly minApproval: Curve;
  readonly minSupport: Curve;
}

/** The names that tracks have on every chain with this kind of referenda. */
export const TRACK_NAMES = {
  root: 'root',
  whitelisted: 'whitelisted_caller',
  canceller: 'referendum_canceller',
} as const;

/** Blocks from the submission to the enactment when everybody agrees at once and the decision deposit is there in time. */
export function leastBlocks({ preparePeriod, confirmPeriod, minEnactmentPeriod }: Track): RelayBlock {
  return preparePeriod + confirmPeriod + minEnactmentPeriod;
}

/** Blocks from the submission to the enactment when the vote is won only at the very end. */
export function mostBlocks(track: Track): RelayBlock {
  return leastBlocks(track) + track.decisionPeriod;
}

/** What a referendum needs after some blocks of its decision period, in billionths. */
export function needed(
  { minApproval, minSupport, decisionPeriod }: Track,
  decidingFor: RelayBlock,
): { readonly approval: bigint; readonly support: bigint } {
  const passed = BigInt(Math.min(Math.max(decidingFor, 0), decisionPeriod));
  const x = decisionPeriod === 0 ? BILLION : (passed * BILLION) / BigInt(decisionPeriod);
  return { approval: threshold(minApproval, x), support: threshold(minSupport, x) };
}
