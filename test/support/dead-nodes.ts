import { RescueError } from '../../src/domain/errors.ts';
import type { ParaReader } from '../../src/domain/ports/para.ts';
import type { StallReader } from '../../src/domain/ports/stall.ts';
import type { TryNextBlock, TryProposal } from '../../src/domain/ports/trial.ts';

const away = () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers'));

/** A next block that cannot be tried, because nobody proves the state. */
export const UNTRIED: TryNextBlock & TryProposal = away;

/** A para all of whose nodes have died. */
export const DEAD_NODES: ParaReader = {
  runtimeVersion: away,
  codeHash: away,
  queues: away,
  metadata: away,
  knowsHead: away,
  readProof: away,
  prove: away,
  keysPaged: away,
  close: async () => undefined,
};

/** A relay chain of which nothing more can be read. */
export const SILENT_RELAY: StallReader = { standing: away, queues: away, constraints: away, notes: away };
