import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toHex } from '../../src/bytes/hex.ts';
import { type Canonical, canonicalJson } from '../../src/domain/canonical-json.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { toJson } from '../../src/domain/json.ts';
import type { Proposal } from '../../src/domain/round/round.ts';
import { type ProposalTrial, summaryOf, untried } from '../../src/domain/trial/proposal-trial.ts';
import { blake2b256 } from '../../src/proof/hash.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { repeatTrial } from '../../src/trial/repeat.ts';
import { createTrialThread } from '../../src/trial/try-para.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import type { RepeatTrial } from '../../src/voting/evidence/check-trials.ts';
import { hashBundle } from '../../src/voting/evidence/hash.ts';
import { writeTrials } from '../../src/voting/evidence/trials.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { type EvidenceInput, writeEvidence } from '../../src/voting/evidence/writer.ts';
import { sampleTrial } from '../store/samples.ts';
import {
  SAMPLE_CODE,
  sampleEvidence,
  samplePolicy,
  sampleProposal,
  sampleSigner,
} from './evidence-sample.ts';

// biome-ignore lint/suspicious/noExplicitAny: tampering needs no types
type Loose = any;
const NODE = Uint8Array.of(1, 2, 3, 4);
/** What the policy has built of each proposal. */
const BLOCKS = 2;
const policy = { ...samplePolicy, trials: { blocks: BLOCKS, failed: 'refuse', untried: 'mark' } } as const;
const FAILED = {
  kind: 'failed',
  stage: 'finalize',
  block: 2,
  words: 'no',
  inherent: null,
  known: null,
  logs: [],
} as const;

let folder: string;
let store: Store;
let input: EvidenceInput;
let trial: ProposalTrial;
let vote: string[];
let trials: string[];
/** What the last trial was repeated with. */
let given: Parameters<RepeatTrial>[0] | null = null;

async function textOf(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

beforeAll(async () => {
  await signaturesReady();
  input = sampleEvidence(10, sampleSigner, policy);
  folder = await mkdtemp(join(tmpdir(), 'pararescue-'));
  store = await openStore(folder);
  const [tried, other] = input.proposals as Proposal[];
  if (!tried || !other) throw new Error('the sample has two proposals');
  const { report, ...rest } = sampleTrial(SAMPLE_CODE);
  trial = { ...rest, relayHeader: input.evidence.relayHeader, report: { ...report, wanted: BLOCKS } };
  const hash = blake2b256(NODE);
  await store.ledger.putProposal({ ...tried, trial: summaryOf(trial) }, SAMPLE_CODE, {
    trial,
    entries: { told: [], more: 0 },
    nodes: [toHex(hash)],
    fresh: [{ hash, bytes: NODE }],
  });
  const code = Uint8Array.of(9);
  const codeHash = toHex(blake2b256(code));
  await store.ledger.putProposal({ ...other, codeHash, trial: untried(BLOCKS, 'no node') }, code);
  vote = await textOf(writeEvidence(input));
  trials = await textOf(writeTrials(store, tried));
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const again: RepeatTrial = async (wanted) => {
  given = wanted;
  return { report: trial.report, difference: trial.difference };
};

/** How the point `trials` stands in the bundle with these lines behind the vote. */
async function pointOf(lines: readonly string[], repeatTrial?: RepeatTrial) {
  const bytes = new TextEncoder().encode([...vote, ...lines].join(''));
  const report = await verifyEvidence([bytes], repeatTrial ? { repeatTrial } : {});
  return report.points.find(({ point }) => point === 'trials');
}

function changed(kind: string, change: (line: Loose) => void): string[] {
  return trials.map((text) => {
    const line = JSON.parse(text) as Loose;
    if (line.kind === kind && line.trial !== null) change(line);
    return `${canonicalJson(line as Canonical)}\n`;
  });
}
const kindOf = (text: string): string => (JSON.parse(text) as { kind: string }).kind;

describe('trials in a bundle', () => {
  it('are repeated from what it carries, and what was not tried is said', async () => {
    expect(trials.map(kindOf)).toEqual(['trial', 'trial', 'code', 'trial-node']);
    expect(await pointOf(trials, again)).toMatchObject({
      status: 'not covered',
      detail: expect.stringMatching(/^proposal 0x\w+ was not tried: it could not be tried, .*: no node$/),
    });
    expect(given).toMatchObject({ code: SAMPLE_CODE, blocks: BLOCKS, nodes: [NODE], watched: ['0x26aa'] });
    const tried = trials.filter((text) => !text.includes('"untried"'));
    expect(await pointOf(tried, again)).toMatchObject({
      status: 'not covered',
      detail: expect.stringMatching(/^the bundle has no trial of proposal 0x/),
    });
  });

  it('are not covered without what repeats them, or somebody who does, and never for that reason wrong', async () => {
    expect(await pointOf([])).toMatchObject({ status: 'not covered', detail: 'the bundle has no trials' });
    expect((await pointOf(trials))?.detail).toMatch(/this program runs no code/);
    const bare = changed('trial', (line) => {
      line.carried = false;
    }).slice(0, 2);
    expect((await pointOf(bare, again))?.detail).toMatch(/the bundle does not carry what that takes/);
    const unrun: RepeatTrial = () => Promise.reject(new RescueError('RESCUE_EXECUTION_FAILED', 'too slow'));
    expect(await pointOf(trials, unrun)).toMatchObject({
      status: 'not covered',
      detail: expect.stringMatching(/could not be repeated here: too slow/),
    });
    const elsewhere = changed('trial', (line) => {
      line.trial.relayHeader = '0x00';
    });
    expect((await pointOf(elsewhere, again))?.detail).toMatch(/rests on relay block 120 .*proves nothing/);
  });

  it.each<[string, RegExp, () => readonly string[]]>([
    [
      'another root',
      /report\.blocks\.0\.stateRoot is .* in the bundle, .* here$/,
      () =>
        changed('trial', (line) => {
          line.trial.report.blocks[0].stateRoot = `0x${'00'.repeat(32)}`;
        }),
    ],
    [
      'a change that is not told',
      /difference\.first\.0 is nothing in the bundle/,
      () =>
        changed('trial', (line) => {
          line.trial.difference.first = [];
        }),
    ],
    [
      'a verdict beside its summary',
      /says something else than its summary/,
      () =>
        changed('trial', (line) => {
          line.summary.sentence = 'all is well';
        }),
    ],
    ['code that is not there', /lacks the code/, () => trials.filter((text) => kindOf(text) !== 'code')],
    [
      'a trial of nothing',
      /is of no proposal/,
      () =>
        changed('trial', (line) => {
          line.proposal = `0x${'ff'.repeat(32)}`;
        }),
    ],
    [
      'fewer blocks than the policy wants',
      /is one of 1 blocks, and the policy wants 2/,
      () =>
        changed('trial', (line) => {
          line.trial.report.wanted = 1;
          line.summary = JSON.parse(toJson(summaryOf({ ...trial, report: { ...trial.report, wanted: 1 } })));
        }),
    ],
    [
      'a trial that failed, where the policy refuses those',
      /failed, and the policy refuses what fails/,
      () =>
        changed('trial', (line) => {
          line.trial.report.verdict = FAILED;
          line.summary = JSON.parse(
            toJson(summaryOf({ ...trial, report: { ...trial.report, verdict: FAILED } })),
          );
        }),
    ],
    [
      'members that no trial has',
      /is not written as trials are/,
      () =>
        changed('trial', (line) => {
          line.trial.report.better = true;
        }),
    ],
  ])('fail with %s', async (_what, words, lines) => {
    expect(await pointOf(lines(), again)).toMatchObject({
      status: 'fails',
      detail: expect.stringMatching(words),
    });
  });

  it('fail when nodes are missing that the bundle says it carries', async () => {
    const lacking: RepeatTrial = () =>
      Promise.reject(new RescueError('RESCUE_PROOF_INVALID', 'it reads 0x26'));
    expect(await pointOf(trials, lacking)).toMatchObject({
      status: 'fails',
      detail: expect.stringMatching(/cannot be repeated: it reads 0x26/),
    });
  });

  it('are repeated for as many proposals as a round has, and for no more', async () => {
    const { anchor, named } = input;
    const many = Array.from({ length: 17 }, (_, index) =>
      sampleProposal(anchor.head.hash, named?.id ?? '0x', `${index}`, toHex(blake2b256(SAMPLE_CODE))),
    ).toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
    const bundle = await textOf(writeEvidence({ ...input, proposals: many, votes: [] }));
    const [line, ...rest] = trials.filter((text) => !text.includes('"untried"'));
    for (const { hash } of many) {
      const copy = { ...(JSON.parse(line ?? '') as Loose), proposal: hash };
      bundle.push(`${canonicalJson(copy as Canonical)}\n`);
    }
    let repeats = 0;
    const { points } = await verifyEvidence([new TextEncoder().encode([...bundle, ...rest].join(''))], {
      repeatTrial: (wanted) => {
        repeats += 1;
        return again(wanted);
      },
    });
    expect(points.find(({ point }) => point === 'trials')).toMatchObject({
      status: 'not covered',
      detail: expect.stringMatching(/^the trial of proposal 0x\w+ is not repeated: 16 others were$/),
    });
    expect(repeats).toBe(16);
  });

  it('fail with a header that is none', async () => {
    const broken = changed('trial', (line) => {
      line.trial.relayHeader = '0x00';
    });
    const thread = createTrialThread();
    try {
      const found = await pointOf(broken, (wanted) => repeatTrial(thread, wanted));
      expect(found).toMatchObject({ status: 'fails', detail: expect.stringMatching(/cannot be repeated/) });
    } finally {
      await thread.close();
    }
  });

  it('are no part of what the hash of the evidence covers, in pieces of any size', async () => {
    const hashOf = async (pieces: readonly string[]) => {
      const hashed = hashBundle(
        (async function* () {
          yield* pieces;
        })(),
      );
      let size = 0;
      for await (const chunk of hashed.chunks) size += chunk.length;
      return [hashed.hash(), size];
    };
    const whole = [...vote, ...trials].join('');
    const bytes = new TextEncoder().encode(vote.join(''));
    const wanted = [toHex(blake2b256(bytes)), bytes.length];
    expect(await hashOf([whole])).toEqual(wanted);
    expect(await hashOf([...vote, ...trials])).toEqual(wanted);
    expect(await hashOf([...(whole.match(/[\s\S]{1,7}/g) ?? [])])).toEqual(wanted);
    expect(await hashOf(vote)).toEqual(wanted);
  });
});
