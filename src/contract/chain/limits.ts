import { RescueError } from '../../domain/errors.ts';
import type { Planck } from '../../domain/units.ts';
import type { ContractsChain } from './connect.ts';
import type { DryRun, Weight } from './dry-run.ts';

/** What a call may spend at most. */
export interface CallLimits {
  readonly weight: Weight;
  /** Storage deposit in planck. */
  readonly deposit: Planck;
}

/**
 * Twice what the dry run needed: others may act before, for instance the attestation that comes second may be the one
 * that decides. What is not used is not paid.
 */
export function limitsOf(
  { api }: ContractsChain,
  { weight, depositLimit }: Extract<DryRun, { readonly ok: true }>,
): CallLimits {
  const item = BigInt(api.consts.revive?.depositPerItem?.toString() ?? 0);
  return {
    weight: { refTime: weight.refTime * 2n, proofSize: weight.proofSize * 2n },
    deposit: depositLimit * 2n + item,
  };
}

/** Wei that contracts see for one planck. @throws RESCUE_CHAIN_REFUSES when the chain does not tell */
export function weiPerPlanck({ api }: ContractsChain): bigint {
  const ratio = api.consts.revive?.nativeToEthRatio;
  if (ratio) return BigInt(ratio.toString());
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    'The chain does not tell its constant revive.nativeToEthRatio.',
  );
}
