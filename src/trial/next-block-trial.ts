import type { Endpoints } from '../chain/nodes/endpoints.ts';
import { headerOf } from '../chain/nodes/header-json.ts';
import type { TryNextBlock } from '../domain/ports/trial.ts';
import { openTrialPoints, type TrialArchive } from './fork-points.ts';
import { type TrialThread, tryPara } from './try-para.ts';

/**
 * The next block of a para, tried by what its endpoints and those of its relay chain prove. Where the relay chain stores other code
 * than the para's own, with the same label, nodes may run that as a substitute: then it is enough that the block works so.
 */
export function createNextBlockTrial(options: {
  readonly paraId: number;
  readonly relay: Pick<Endpoints, 'use'>;
  readonly para: Pick<Endpoints, 'use'>;
  readonly thread: TrialThread;
  /** Keeps what the trials read of the para's state, so that they go on when its nodes have died. */
  readonly archive?: TrialArchive;
}): TryNextBlock {
  const { paraId, relay, para, thread, archive } = options;
  return async (block) => {
    const { bytes } = await headerOf(relay, block.hash);
    const points = await openTrialPoints(paraId, bytes, { relay, para }, { archive });
    const { report } = await tryPara(thread, { paraId, ...points, orSubstitute: true });
    return report.verdict;
  };
}
