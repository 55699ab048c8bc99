import { describe, expect, it } from 'vitest';
import { NO_HISTORY } from '../../machines/context.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type { TrialVerdict } from '../../src/domain/diagnosis/trial.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { TryNextBlock } from '../../src/domain/ports/trial.ts';
import { createDiagnostician } from '../../src/recovery/para/diagnostician.ts';
import { hash, healthyPara } from '../domain/observations.ts';
import { DEAD_NODES } from '../support/dead-nodes.ts';

const FAILED: TrialVerdict = {
  kind: 'failed',
  stage: 'initialize',
  block: 1,
  words: 'src/lib.rs:1:2: no time left',
  inherent: null,
  known: null,
  logs: [],
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
  const diagnosisBy = async (tryNextBlock: TryNextBlock) => {
    const diagnostician = createDiagnostician({ reader: DEAD_NODES, tryNextBlock }, () => undefined);
    diagnostician.diagnose(observation, WATCHED);
    await diagnostician.settled();
    return diagnostician.diagnose(observation, WATCHED);
  };

  it('is that its next block fails when it was tried and failed', async () => {
    expect(await diagnosisBy(async () => FAILED)).toMatchObject({
      cause: 'bad-runtime',
      sentence: expect.stringContaining('no time left'),
    });
  });

  it.each(['RESCUE_EXECUTION_FAILED', 'RESCUE_CODE_INVALID', 'RESCUE_NODE_CONTRADICTS'] as const)(
    'is no failure when it could not be tried: %s',
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

  const later = (blocks: number, changes: Partial<ParaObservation> = {}): ParaObservation => ({
    ...observation,
    relay: { ...observation.relay, number: observation.relay.number + blocks },
    ...changes,
  });

  it('is tried again after a while, and what was found stays when it cannot be tried any more', async () => {
    const answers: TrialVerdict[] = [FAILED];
    let asked = 0;
    const tryNextBlock: TryNextBlock = async () => {
      asked++;
      const answer = answers.shift();
      if (answer) return answer;
      throw new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers');
    };
    const diagnostician = createDiagnostician({ reader: DEAD_NODES, tryNextBlock }, () => undefined);
    for (const blocks of [0, 50, 100, 105, 110]) {
      diagnostician.diagnose(later(blocks), WATCHED);
      await diagnostician.settled();
    }
    expect(asked).toBe(3);
    expect(diagnostician.diagnose(later(111), WATCHED)).toMatchObject({
      cause: 'bad-runtime',
      triedAt: observation.relay.number,
    });
  });

  const upgraded = { ...NO_HISTORY, relayUpgradedAt: observation.relay.number + 1 };
  it.each([
    ['stores other code', { currentCodeHash: hash('c0de') }, WATCHED],
    ['stores another head', { head: { ...observation.head, hash: hash('9') } }, WATCHED],
    ['takes an upgrade of the para', { futureCodeHash: hash('c0de') }, WATCHED],
    ['lets the para go ahead with its upgrade', { upgradeGoAhead: 'GoAhead' }, WATCHED],
    ['changes its own runtime', {}, { ...WATCHED, history: upgraded }],
  ] as const)('is void once the relay chain %s, and tried anew', async (_, changes, watched) => {
    const answers: TrialVerdict[] = [FAILED, { kind: 'accepted' }];
    const tryNextBlock: TryNextBlock = async () => answers.shift() ?? FAILED;
    const diagnostician = createDiagnostician({ reader: DEAD_NODES, tryNextBlock }, () => undefined);
    diagnostician.diagnose(observation, WATCHED);
    await diagnostician.settled();
    const after = later(1, changes);
    expect(diagnostician.diagnose(after, watched).triedAt).toBeNull();
    await diagnostician.settled();
    const diagnosis = diagnostician.diagnose(after, watched);
    expect(diagnosis.cause).not.toBe('bad-runtime');
    expect(diagnosis.triedAt).toBe(after.relay.number);
  });
});
