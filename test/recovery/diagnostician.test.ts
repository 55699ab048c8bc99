import { describe, expect, it } from 'vitest';
import { NO_HISTORY } from '../../machines/context.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { ParaReader } from '../../src/domain/ports/para.ts';
import { createDiagnostician } from '../../src/recovery/para/diagnostician.ts';
import { hash, healthyPara } from '../domain/observations.ts';

const away = () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers'));
const READER: ParaReader = {
  readProof: away,
  prove: away,
  keysPaged: away,
  runtimeVersion: away,
  metadata: away,
  codeHash: away,
  knowsHead: away,
  probeNextBlock: away,
  close: async () => undefined,
};
const WATCHED = {
  relayLive: true,
  history: NO_HISTORY,
  fleet: { watched: 1, stoppedTogether: 1 },
} as const;
const observation = {
  ...healthyPara(),
  head: { hash: hash('1'), number: 7, stateRoot: hash('2') },
};

describe('what is found out about a para that stopped', () => {
  const diagnosisBy = async (probeNextBlock: ParaReader['probeNextBlock']) => {
    const diagnostician = createDiagnostician({ ...READER, probeNextBlock }, () => undefined);
    diagnostician.diagnose(observation, WATCHED);
    await diagnostician.settled();
    return diagnostician.diagnose(observation, WATCHED);
  };

  it('is a panic when the next block was run and panicked', async () => {
    expect(await diagnosisBy(async () => 'src/lib.rs:1:2: no time left')).toMatchObject({
      cause: 'bad-runtime',
      sentence: expect.stringContaining('no time left'),
    });
  });

  it.each(['RESCUE_EXECUTION_FAILED', 'RESCUE_CODE_INVALID', 'RESCUE_NODE_CONTRADICTS'] as const)(
    'is no panic when it could not be run: %s',
    async (code) => {
      const diagnosis = await diagnosisBy(() =>
        Promise.reject(new RescueError(code, 'panicked at src/lib.rs')),
      );
      expect(diagnosis).toMatchObject({
        cause: 'collators-down',
        sentence: expect.stringContaining('could not be tried so far'),
      });
    },
  );
});
