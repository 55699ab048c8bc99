import { RescueError } from '../../src/domain/errors.ts';
import type { ParaReader } from '../../src/domain/ports/para.ts';

const away = () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers'));

/** A para all of whose nodes have died. */
export const DEAD_NODES: ParaReader = {
  runtimeVersion: away,
  codeHash: away,
  metadata: away,
  knowsHead: away,
  probeNextBlock: away,
  readProof: away,
  prove: away,
  keysPaged: away,
  close: async () => undefined,
};
