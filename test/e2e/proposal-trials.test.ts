import { afterEach, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { proposeCode } from '../../src/client/acts.ts';
import type { Proposal } from '../../src/domain/round/round.ts';
import { repeatTrial } from '../../src/trial/repeat.ts';
import { createTrialThread } from '../../src/trial/try-para.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { patchedCode, withoutValidation } from '../support/patched-code.ts';
import { openScene, type Scene } from './scene.ts';

let scene: Scene;
afterEach(() => scene.close());

/** Each by another holder: of one account only so many codes are refused. */
async function propose(code: Uint8Array, holder: number, text = 'try this'): Promise<Proposal> {
  const uri = scene.network.holders[holder]?.uri ?? '';
  return proposeCode(scene.client, scene.network.paraId, signerFromUri(uri), code, text);
}

async function evidenceLines(): Promise<string[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of await scene.client.evidence(scene.network.paraId)) chunks.push(chunk);
  return Buffer.concat(chunks)
    .toString()
    .split(/(?<=\n)/);
}

/** How the trials in a bundle stand, repeated here with nothing else. */
async function trialsPoint(lines: readonly string[]) {
  const thread = createTrialThread();
  try {
    const { points } = await verifyEvidence([Buffer.from(lines.join(''))], {
      repeatTrial: (trial) => repeatTrial(thread, trial),
    });
    return points.find(({ point }) => point === 'trials');
  } finally {
    await thread.close();
  }
}

const byHash = (a: Proposal, b: Proposal) => (a.hash < b.hash ? -1 : 1);
const refusal = (code: string, words: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(words) });

describe('a proposal is tried before it is admitted', () => {
  it('on the last head: what fails is refused in its own words, what works shows voters what it changes', async () => {
    const fixed = await readArtifact('para-fixed');
    const panicking = patchedCode(await readArtifact('para-broken'));
    const refused = patchedCode(fixed, withoutValidation);
    scene = await openScene({ unlocked: true });
    const { network } = scene;
    const { paraId } = network;
    await scene.optIn();
    const { anchor } = await scene.breakPara();
    await expect(propose(panicking, 1)).rejects.toEqual(
      refusal('RESCUE_TRIAL_FAILED', /block 1 of 5 fails when it begins: .*heartbeat: the window ends/),
    );
    await expect(propose(refused, 2)).rejects.toEqual(
      refusal('RESCUE_TRIAL_FAILED', /block 1 of 5 fails when validators run it/),
    );
    expect(await scene.client.proposals(paraId)).toEqual([]);

    const { hash, trial } = await propose(fixed, 0, 'opens the window again');
    expect(trial).toEqual({
      outcome: 'accepted',
      blocks: 5,
      wanted: 5,
      relayBlock: anchor?.relay.number,
      sentence: '5 blocks were built on the last head, and validators would take each of them',
    });
    const whole = await scene.client.trial(paraId, hash);
    const { report, difference } = whole;
    expect(report).toMatchObject({ head: { hash: anchor?.head.hash }, wanted: 5, warnings: [] });
    expect(report.blocks.map(({ number }) => number - (anchor?.head.number ?? 0))).toEqual([1, 2, 3, 4, 5]);
    expect(difference?.once.map(({ name }) => name)).toContain('Heartbeat.WindowEnd');
    expect(difference?.issuance).toMatchObject({ before: difference?.issuance?.after });
    // The same code with another text is not tried again, and of one account's own balance nothing changes.
    expect((await propose(fixed, 0, 'the same once more')).trial).toEqual(trial);
    const holder = network.holders[3];
    expect(await scene.client.accountTrial(paraId, hash, holder?.account ?? '')).toMatchObject({
      before: holder?.balance,
      after: holder?.balance,
      changes: [],
    });

    const seen = await scene.client.proposals(paraId);
    await scene.until((para) => para.state === 'voting', 3);
    expect((await scene.client.tally(paraId)).tallies.map((tally) => tally.trial)).toEqual([trial, trial]);
    const lines = await evidenceLines();
    expect(await trialsPoint(lines)).toMatchObject({
      status: 'holds',
      detail: '2 trials, repeated from the bundle alone',
    });
    const flattered = lines.map((line) =>
      line.replace('"name":"Heartbeat.WindowEnd"', '"name":"Heartbeat.Beats"'),
    );
    expect(await trialsPoint(flattered)).toMatchObject({
      status: 'fails',
      detail: expect.stringMatching(/difference\.once\..*name is "Heartbeat.Beats" in the bundle/),
    });
    await scene.restart();
    expect((await scene.client.proposals(paraId)).toSorted(byHash)).toEqual(seen.toSorted(byHash));
    expect(await scene.client.trial(paraId, hash)).toEqual(whole);
  });

  it('and by a policy that wants it so marked; what cannot be tried is marked as that, and never as a panic', async () => {
    scene = await openScene({ unlocked: true });
    const { network } = scene;
    const { paraId } = network;
    await scene.optIn((policy) => {
      policy.trials = { blocks: 2, failed: 'mark', untried: 'mark' };
    });
    await scene.breakPara();
    await scene.until((para) => para.census?.complete === true);
    const failed = await propose(patchedCode(await network.artifacts.read('para-broken')), 0);
    expect(failed.trial).toMatchObject({
      outcome: 'failed',
      blocks: 0,
      wanted: 2,
      sentence: expect.stringMatching(/^block 1 of 2 fails when it begins: /),
    });
    await network.faults.stopParaRpc();
    const untried = await propose(await network.artifacts.read('para-fixed'), 1);
    expect(untried.trial).toMatchObject({
      outcome: 'untried',
      relayBlock: null,
      sentence: expect.stringMatching(/^it could not be tried, which says nothing of it: /),
    });
    expect(untried.trial?.sentence).not.toMatch(/panic|fails/i);
    await expect(scene.client.trial(paraId, untried.hash)).rejects.toEqual(
      refusal('RESCUE_NOT_FOUND', /could not be tried/),
    );
    const { advice, proposals } = await scene.until((para) => para.state === 'voting', 3);
    expect(proposals?.map(({ trial }) => trial?.outcome).sort()).toEqual(['failed', 'untried']);
    expect(advice.join('\n')).toMatch(new RegExp(`${failed.hash}: it fails when it is tried`));
    expect(advice.join('\n')).toMatch(new RegExp(`${untried.hash}: it was not tried`));
  });
});
