import { describe, expect, it } from 'vitest';
import { NO_HISTORY } from '../../machines/context.ts';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import type { TrialVerdict } from '../../src/domain/diagnosis/trial.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { StallReader } from '../../src/domain/ports/stall.ts';
import type { TryNextBlock } from '../../src/domain/ports/trial.ts';
import { createDiagnostician } from '../../src/recovery/para/diagnostician.ts';
import { hash, healthyPara } from '../domain/observations.ts';
import { DEAD_NODES, SILENT_RELAY } from '../support/dead-nodes.ts';

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
    const diagnostician = createDiagnostician(
      { reader: DEAD_NODES, tryNextBlock, relay: SILENT_RELAY },
      () => undefined,
    );
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
    const diagnostician = createDiagnostician(
      { reader: DEAD_NODES, tryNextBlock, relay: SILENT_RELAY },
      () => undefined,
    );
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
    const diagnostician = createDiagnostician(
      { reader: DEAD_NODES, tryNextBlock, relay: SILENT_RELAY },
      () => undefined,
    );
    diagnostician.diagnose(observation, WATCHED);
    await diagnostician.settled();
    const after = later(1, changes);
    expect(diagnostician.diagnose(after, watched).triedAt).toBeNull();
    await diagnostician.settled();
    const diagnosis = diagnostician.diagnose(after, watched);
    expect(diagnosis.cause).not.toBe('bad-runtime');
    expect(diagnosis.triedAt).toBe(after.relay.number);
  });

  it('is nothing any more once the para has moved: a later stall on the same head is tried anew', async () => {
    const answers: TrialVerdict[] = [{ kind: 'accepted' }, FAILED];
    const tryNextBlock: TryNextBlock = async () => answers.shift() ?? FAILED;
    const places = { reader: DEAD_NODES, tryNextBlock, relay: SILENT_RELAY };
    const diagnostician = createDiagnostician(places, () => undefined);
    diagnostician.diagnose(observation, WATCHED);
    await diagnostician.settled();
    diagnostician.forget();
    expect(diagnostician.diagnose(later(7), WATCHED).triedAt).toBeNull();
    await diagnostician.settled();
    expect(diagnostician.diagnose(later(7), WATCHED).cause).toBe('bad-runtime');
  });

  /** A relay chain that answers, and counts what it is asked. */
  const answering = (change: Partial<StallReader> = {}) => {
    const asked: string[] = [];
    const count =
      <A extends unknown[], T>(name: string, answer: (...args: A) => Promise<T>) =>
      (...args: A): Promise<T> => {
        asked.push(name);
        return answer(...args);
      };
    const of: StallReader = {
      standing: async () => ({ codeSwitchedAt: null, backedAt: [] }),
      queues: async () => [],
      constraints: async () => null,
      notes: async () => ({ relayUpgradedAt: null, code: [], isFinal: true }),
      ...change,
    };
    const relay: StallReader = {
      standing: count('standing', of.standing),
      queues: count('queues', of.queues),
      constraints: count('constraints', of.constraints),
      notes: count('notes', of.notes),
    };
    return { relay, asked };
  };
  const watching = async (relay: StallReader, blocks: readonly number[], reader = DEAD_NODES) => {
    const tryNextBlock: TryNextBlock = async () => ({ kind: 'accepted' });
    const diagnostician = createDiagnostician({ reader, tryNextBlock, relay }, () => undefined);
    for (const count of blocks) {
      diagnostician.diagnose(later(count), WATCHED);
      await diagnostician.settled();
    }
    return diagnostician.diagnose(later(blocks.at(-1) ?? 0), WATCHED);
  };
  const context = observation.mostRecentContext ?? 0;

  it('is when the relay chain was upgraded, by headers around the last head, whoever watched', async () => {
    const ranges: number[][] = [];
    const { relay } = answering({
      notes: async (from, to) => {
        ranges.push([from, to]);
        return { relayUpgradedAt: context - 3, code: [], isFinal: false };
      },
    });
    const diagnosis = await watching(relay, [9]);
    expect(ranges).toEqual([[context - 20, context + 2]]);
    expect(diagnosis.cause).toBe('relay-upgrade');
    expect(diagnosis.facts[0]).toMatchObject({ value: String(context - 3), confidence: 'told' });
  });

  it('is when its code changed, by proof, and what the header of that block says of it', async () => {
    const at = context + 1;
    const note = { paraId: 2000, at, kind: 'switched', codeHash: hash('c0'), expectedAt: null } as const;
    const { relay } = answering({
      standing: async () => ({ codeSwitchedAt: at, backedAt: [] }),
      notes: async () => ({
        relayUpgradedAt: null,
        code: [note, { ...note, paraId: 2001, codeHash: hash('c1') }],
        isFinal: true,
      }),
    });
    const reader = { ...DEAD_NODES, codeHash: async () => hash('ee') };
    const { cause, facts } = await watching(relay, [0], reader);
    expect(cause).toBe('code-mismatch');
    const dated = facts.filter(({ relayBlock }) => relayBlock === at);
    expect(dated.map(({ where, value }) => [where, value])).toEqual([
      ['relay: Paras.PastCodeMeta', String(at)],
      ['relay: header, digest POL1 ParaUpgradeCode', hash('c0')],
    ]);
  });

  it('is that its blocks are backed and none is available, once that has gone on', async () => {
    const waiting = [[context - 1], [context + 3], [], [context + 12]];
    const { relay } = answering({
      standing: async () => ({ codeSwitchedAt: null, backedAt: waiting.shift() ?? [] }),
    });
    expect(await watching(relay, [0, 5, 10, 15])).toMatchObject({
      cause: 'not-available',
      confidence: 'proven',
      sentence: expect.stringContaining(`since relay block ${context + 3}`),
    });
  });

  it('is that message queues differ, where the next block could not be tried', async () => {
    const { relay } = answering({
      queues: async () => [{ sender: null, head: hash('9'), messages: [] }],
    });
    const atPara = { downward: hash('8'), horizontal: [], pendingCode: false };
    const places = { reader: { ...DEAD_NODES, queues: async () => atPara }, relay };
    const tryNextBlock: TryNextBlock = () =>
      Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers'));
    const diagnostician = createDiagnostician({ ...places, tryNextBlock }, () => undefined);
    diagnostician.diagnose(observation, WATCHED);
    await diagnostician.settled();
    const diagnosis = diagnostician.diagnose(observation, WATCHED);
    expect(diagnosis.cause).toBe('messages-differ');
    expect(diagnosis.unknown).toContain(
      'its own code could not be compared with that of the relay chain (nobody answers)',
    );
  });

  it('costs one look at the relay chain in five blocks, and the rest once in a hundred', async () => {
    const { relay, asked } = answering();
    const blocks = Array.from({ length: 100 }, (_, count) => count);
    await watching(relay, blocks);
    const times = (name: string) => asked.filter((each) => each === name).length;
    expect([times('standing'), times('queues'), times('constraints'), times('notes')]).toEqual([20, 1, 1, 1]);
  });
});
