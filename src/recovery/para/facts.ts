import type { RecoveryFacts } from '../../../machines/facts.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { StallReading } from '../../domain/chain/stall.ts';
import type { Diagnosis } from '../../domain/diagnosis/verdict.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { OptIn } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';

/** The machine's view of one observation; JSON only. */
export function gatherFacts(input: {
  readonly observation: ParaObservation;
  readonly relaySpecVersion: number;
  readonly otherHeadUntil: RecoveryFacts['otherHeadUntil'];
  readonly stall: StallReading;
  readonly diagnosis: Diagnosis | null;
  readonly policy: { readonly hash: Hex; readonly rules: Policy } | null;
  readonly impossible: string | null;
  readonly obstacle: string | null | undefined;
  readonly roundFloor: number;
  readonly proposals: number;
  readonly round: RecoveryFacts['round'];
}): RecoveryFacts {
  const { observation, stall } = input;
  return {
    relayBlock: observation.relay.number,
    relayHash: observation.relay.hash,
    head: observation.head && { hash: observation.head.hash, number: observation.head.number },
    mostRecentContext: observation.mostRecentContext,
    otherHeadUntil: input.otherHeadUntil,
    stallAge: stall.age,
    relayLive: stall.relayLive,
    stalled: stall.stalled,
    diagnosis: input.diagnosis,
    codeHash: observation.currentCodeHash,
    futureCodeHash: observation.futureCodeHash,
    upgradeAborted: observation.upgradeGoAhead === 'Abort',
    relaySpecVersion: input.relaySpecVersion,
    locked: observation.registrar?.locked ?? null,
    policy: input.policy,
    impossible: input.impossible,
    ...(input.obstacle !== undefined && { obstacle: input.obstacle }),
    roundFloor: input.roundFloor,
    proposals: input.proposals,
    round: input.round,
  };
}

/**
 * A signed opt-in counts while the account that signed it is the para's registrar manager: a manager who handed the
 * para over has no say in its rescue any more. One in a rescue contract counts until the contract says otherwise.
 */
export function isOptInInForce(optIn: OptIn | null, observation: ParaObservation): boolean {
  if (optIn?.action !== 'opt-in') return false;
  return 'contract' in optIn || optIn.account === observation.registrar?.manager;
}
