import { toHex } from '../../bytes/hex.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import type { ChainFact } from '../../domain/route/facts.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { scheduleFacts } from '../code-upgrade.ts';
import { holds, obstacles } from '../facts.ts';
import { relockStep } from './plan.ts';

/** A call on the relay chain that people make by themselves: what it needs, and what shows that it is done. */
export interface RelayAct {
  readonly call: RelayCall;
  readonly before: readonly ChainFact[];
  readonly after: readonly ChainFact[];
  /** Why not, when `after` holds already; what `before` says when left out. */
  readonly already?: string;
}

export function scheduleAct(paraId: ParaId, code: Uint8Array, codeHash: Hex): RelayAct {
  return {
    call: { kind: 'schedule-code', paraId, code },
    before: scheduleFacts(codeHash, code.length),
    after: [{ kind: 'code-scheduled-or-current', codeHash }],
  };
}

export function lockAct(paraId: ParaId): RelayAct {
  const { before, after } = relockStep(null);
  return { call: { kind: 'add-lock', paraId }, before, after, already: 'the para is locked already' };
}

export function setHeadAct(paraId: ParaId, head: Uint8Array): RelayAct {
  return {
    call: { kind: 'set-head', paraId, head },
    before: [{ kind: 'registrar-unlocked' }, { kind: 'head-size-allowed', bytes: head.length }],
    after: [{ kind: 'head-data-is', data: toHex(head) }],
    already: 'the relay chain stores this head already',
  };
}

/** Why the act cannot work by what the chain shows, in plain sentences; empty when it can. */
export function actObstacles({ before, after, already }: RelayAct, view: ChainView): string[] {
  if (already !== undefined && after.every((fact) => holds(fact, view))) return [already];
  return obstacles(before, view);
}
