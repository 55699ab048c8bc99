import type { SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { type ChainView, viewOfRelay } from '../../src/domain/route/view.ts';
import type { ExecutorEvents } from '../../src/routes/executor.ts';
import { hash, healthyPara, LIMITS, MANAGER } from '../domain/observations.ts';

/** A view of the relay chain alone. */
export function relayView(change: Partial<ParaObservation> = {}): ChainView {
  return viewOfRelay(healthyPara(change), LIMITS);
}

const nobody = () => undefined;
/** Events of an executor that nobody listens to. */
export const UNHEARD: ExecutorEvents = {
  signed: nobody,
  sent: nobody,
  refused: nobody,
  lost: nobody,
  done: nobody,
  handedOver: nobody,
};

/** The manager's call that schedules a code, signed at relay block 990. */
export const SCHEDULING: SignedExtrinsic = {
  bytes: '0x01',
  hash: hash('e0'),
  signer: MANAGER,
  nonce: 0,
  birth: 990,
  death: 1053,
  callHash: hash('ca'),
  method: 'registrar.scheduleCodeUpgrade',
};
