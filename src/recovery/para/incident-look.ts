import type { RecoveryContext } from '../../../machines/context.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { isOnDemand, readStall, type StallReading } from '../../domain/chain/stall.ts';
import type { Diagnosis } from '../../domain/diagnosis/verdict.ts';
import type { IncidentLook } from '../../domain/incidents/look.ts';
import type { RelayBlock } from '../../domain/units.ts';

/** What a block and the machine after it show, as incidents are kept by it. */
export function incidentLook({
  observation,
  gap,
  stall,
  diagnosis,
  state,
  context,
  ...seen
}: Pick<IncidentLook, 'at' | 'proven' | 'headSeenAt' | 'relayTime' | 'sighted' | 'counted' | 'own'> & {
  readonly observation: ParaObservation;
  readonly gap: RelayBlock;
  readonly stall: StallReading;
  readonly diagnosis: Diagnosis | null;
  readonly state: string;
  readonly context: RecoveryContext;
}): IncidentLook {
  const { paraId, relay, trust, head, mostRecentContext, currentCodeHash } = observation;
  const withoutCore = isWithoutCore(observation, gap);
  return {
    ...seen,
    paraId,
    relayBlock: relay.number,
    trust,
    head: head && { hash: head.hash, number: head.number },
    context: mostRecentContext,
    codeHash: currentCodeHash,
    locked: observation.registrar?.locked ?? null,
    stopped: stall.stalled || withoutCore,
    registered: observation.lifecycle !== null,
    belief: beliefOf(diagnosis, withoutCore),
    rescue: {
      state,
      roundId: context.roundId,
      round: context.round,
      approved: context.approved,
      route: context.plan?.route ?? null,
      lockAgain: context.policy?.rules.recovery.lockAgain ?? false,
    },
  };
}

/** It would count as stalled if it had a core: it has none, and does not run on demand. */
function isWithoutCore(observation: ParaObservation, gap: RelayBlock): boolean {
  const { hasCore, lifecycle } = observation;
  if (hasCore !== false || isOnDemand(lifecycle)) return false;
  return readStall({ ...observation, hasCore: undefined }, gap).stalled;
}

function beliefOf(diagnosis: Diagnosis | null, withoutCore: boolean): IncidentLook['belief'] {
  if (diagnosis !== null) {
    const { cause, sentence, confidence } = diagnosis;
    return { cause, sentence, confidence };
  }
  if (withoutCore) return { cause: 'no-core', sentence: 'no core is assigned to it', confidence: null };
  return null;
}
