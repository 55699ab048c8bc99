import type { Hex, ParaId } from '../../domain/units.ts';
import type { RelayAct } from '../registrar/manager-acts.ts';
import { applyStep } from './plan.ts';

/** Setting authorised code, as people do it by themselves. */
export function applyAct(paraId: ParaId, code: Uint8Array, codeHash: Hex): RelayAct {
  const { before, after } = applyStep({ codeHash, codeSize: code.length, head: '0x' });
  return {
    call: { kind: 'apply-authorised-code', paraId, code },
    before,
    after,
    already: 'the relay chain stores this code already',
  };
}
