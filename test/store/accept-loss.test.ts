import { cp, readdir, readFile, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { heldBy } from '../../src/domain/views/store.ts';
import { readActs } from '../../src/store/acts-file.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { commandLine } from '../support/command-line.ts';
import { bytesOf } from '../support/folder-bytes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  HEAD,
  hash,
  ROUND,
  sampleEntry,
  sampleOptIn,
  samplePolicy,
  sampleProposal,
  sampleVote,
} from './samples.ts';

const elsewhere = { ...ROUND, paraId: 2001 };
const NOW = 1_800_000_000_000;
const CODE = Uint8Array.of(1, 2, 3);

function snapshotOf(round: number, highest = round) {
  const opened = [{ policy: hash(1), anchor: HEAD, opening: 100, counter: highest }];
  const snapshot = { value: 'voting', context: { round, history: { opened } } };
  return { machine: 'recovery', version: 3, savedAt: 1, snapshot };
}

/** Acts that stand in tables, then acts that only LevelDB's log has, then the end of that log is cut off. */
async function lossy(
  kept: (store: Store) => Promise<unknown>,
  lost: (store: Store) => Promise<unknown>,
): Promise<string> {
  const folder = await temporaryFolder();
  const living = join(folder, 'living');
  const first = await openStore(living);
  await kept(first);
  await first.close();
  const store = await openStore(living);
  await lost(store);
  const cut = join(folder, 'cut');
  await cp(living, cut, { recursive: true });
  await store.close();
  await unlink(join(cut, (await readdir(cut)).find((name) => /^\d+\.log$/.test(name)) ?? ''));
  return cut;
}

async function open(path: string): Promise<Store> {
  const store = await openStore(path, { now: () => NOW });
  onTestFinished(() => store.close());
  return store;
}

/** What the database says of itself once it was opened anew. */
async function findingsOf(path: string) {
  const store = await openStore(path);
  await store.close();
  return store.safekeeping.findings;
}

describe('a loss that the operator accepts', () => {
  const votes = () =>
    lossy(
      async ({ ledger, snapshots }) => {
        await snapshots.save(2000, snapshotOf(3), []);
        await snapshots.save(2001, snapshotOf(1), []);
        await ledger.putVote(sampleVote({ account: hash(1) }), [], []);
        await ledger.putVote(sampleVote({ ...elsewhere, account: hash(1) }), [], []);
      },
      async ({ ledger }) => {
        await ledger.putVote(sampleVote({ account: hash(1), sequence: 2 }), [], []);
        await ledger.putVote(sampleVote({ account: hash(2) }), [], []);
      },
    );

  it('is a record from then on: the para is held no more, its state is gone with the open round, others are as they were', async () => {
    const path = await votes();
    const before = await findingsOf(path);
    expect(heldBy(before, 2000).map(({ problem, count }) => [problem, count])).toEqual([
      ['changed', 1],
      ['missing', 1],
    ]);
    const store = await openStore(path, { now: () => NOW });
    const { losses } = await store.acceptLoss([2000]);
    expect(losses).toMatchObject([
      { paraId: 2000, acceptedAt: NOW, round: 3, optIn: null, resumedAt: null, lost: heldBy(before, 2000) },
    ]);
    expect(store.safekeeping.findings).toEqual([]);
    await store.close();

    const again = await open(path);
    expect(again.safekeeping.findings).toEqual([]);
    expect((await again.safekeeping.check()).findings).toEqual([]);
    expect(await again.losses.of(2000)).toEqual(losses);
    expect(await again.losses.of(2001)).toEqual([]);
    expect(await again.snapshots.load(2000)).toBeNull();
    expect(await again.snapshots.load(2001)).toEqual(snapshotOf(1));
    // Neither the vote that is missing nor the earlier one of which the database still knew.
    expect(await again.ledger.votes(ROUND)).toEqual([]);
    expect(await again.ledger.votes(elsewhere)).toHaveLength(1);
    const { acts } = await readActs(path);
    const told = [...acts.values()].filter(({ note }) => note === 'round 3');
    expect(told).toMatchObject([{ paras: [2000] }]);
    const [loss] = losses;
    if (!loss) throw new Error('there is no loss');
    expect(await again.losses.resume(loss, 500)).toEqual({ ...loss, resumedAt: 500 });
    expect(await again.losses.resume(loss, 600)).toEqual({ ...loss, resumedAt: 500 });
  });

  it('does not cover what gets lost later', async () => {
    const path = await votes();
    const store = await openStore(path);
    await store.acceptLoss([2000]);
    await store.ledger.putVote(sampleVote({ account: hash(2), sequence: 9 }), [], []);
    const cut = `${path}-later`;
    await cp(path, cut, { recursive: true });
    await store.close();
    await unlink(join(cut, (await readdir(cut)).find((name) => /^\d+\.log$/.test(name)) ?? ''));
    const kinds = heldBy(await findingsOf(cut), 2000).map(({ what }) => what);
    expect(kinds).toContain('vote');
  });

  it('is shown first, and nothing changes by that', async () => {
    const path = await votes();
    const before = await bytesOf(path);
    const shown = await commandLine(['store', 'accept-loss', '2000', '--database', path]);
    expect(shown.status).toBe(1);
    expect(shown.stdout).toMatch(
      /para 2000, lost:\n.*1 vote is missing.*rounds up to 3 on the present head is void.*round 4 or later/s,
    );
    expect(shown.stderr).toMatch(/RESCUE_REQUEST_INVALID.*--yes/s);
    expect(await bytesOf(path)).toEqual(before);
    const done = await commandLine(['store', 'accept-loss', '2000', '--database', path, '--yes', '--json']);
    expect(done).toMatchObject({ status: 0 });
    expect(JSON.parse(done.stdout)).toMatchObject({ accepted: true, losses: [{ paraId: 2000, round: 3 }] });
    expect(await findingsOf(path)).toEqual([]);
  });

  it('is refused for a para of which nothing is missing', async () => {
    const store = await open(await votes());
    await expect(store.acceptLoss([2001])).rejects.toMatchObject({
      code: 'RESCUE_REQUEST_INVALID',
      message: expect.stringContaining('it is not held'),
    });
    expect(heldBy(store.safekeeping.findings, 2000)).not.toEqual([]);
  });

  it('names the paras that depend on the same record, and is accepted for all of them or none', async () => {
    const path = await lossy(
      async () => undefined,
      async ({ ledger }) => {
        await ledger.putProposal(sampleProposal(CODE), CODE);
        await ledger.putProposal(sampleProposal(CODE, elsewhere), CODE);
      },
    );
    const store = await open(path);
    await expect(store.acceptLoss([2000])).rejects.toMatchObject({
      message: expect.stringContaining('para 2001: accept it for all of them at once (2000 2001)'),
    });
    await store.acceptLoss([2001, 2000]);
    expect(store.safekeeping.findings).toEqual([]);
  });
});

describe('rounds after an accepted loss', () => {
  it('have numbers above the highest one that the lost state knew', async () => {
    const path = await lossy(
      async () => undefined,
      ({ snapshots }) => snapshots.save(2000, snapshotOf(2, 5), []),
    );
    const { losses } = await (await open(path)).acceptLoss([2000]);
    expect(losses).toMatchObject([{ round: 5 }]);
  });

  it('have numbers that no round can have had, when nobody knows how far they were', async () => {
    const path = await lossy(
      async () => undefined,
      ({ snapshots }) => snapshots.save(2000, { ...snapshotOf(2), snapshot: { of: 'another version' } }, []),
    );
    const { losses } = await (await open(path)).acceptLoss([2000]);
    expect(losses).toMatchObject([{ round: NOW / 1000 }]);
  });

  it('leave no evidence of an ended one of which a vote is lost, and that of the others', async () => {
    const ended = (roundId: typeof ROUND.roundId, round: number) => ({
      paraId: 2000,
      roundId,
      anchor: HEAD,
      anchoredAt: 120,
      opening: 110,
      round,
      policy: hash(1),
      clock: { openedAt: 120, quorateSince: null, closesAt: 130, extended: false },
      decidedAt: 130 + round,
    });
    const path = await lossy(
      async ({ ledger }) => {
        await ledger.putRound(ended(ROUND.roundId, 1));
        await ledger.putRound(ended(hash(0xef), 2));
      },
      ({ ledger }) => ledger.putVote(sampleVote(), [], []),
    );
    const store = await open(path);
    const { losses, withoutEvidence } = await store.acceptLoss([2000]);
    expect(losses).toMatchObject([{ round: 2 }]);
    expect(withoutEvidence).toEqual({ 2000: 1 });
    expect(await store.ledger.rounds(2000)).toMatchObject([{ roundId: hash(0xef) }]);
  });
});

describe('an opt-in that got lost', () => {
  const policy = samplePolicy();

  it('is not replaced by an older one that somebody repeats', async () => {
    const path = await lossy(
      ({ ledger }) => ledger.putOptIn(sampleOptIn({ sequence: 3 }), policy),
      ({ ledger }) => ledger.putOptIn(sampleOptIn({ sequence: 7, action: 'opt-out' }), null),
    );
    const store = await open(path);
    const { losses } = await store.acceptLoss([2000]);
    expect(losses).toMatchObject([{ optIn: { leftByManager: true, sequence: 7 } }]);
    expect(await store.ledger.optIn(2000)).toBeNull();
    for (const sequence of [3, 7]) {
      await expect(store.ledger.putOptIn(sampleOptIn({ sequence }), policy)).rejects.toMatchObject({
        code: 'RESCUE_OPT_IN_INVALID',
        message: expect.stringContaining('sign again with a higher one'),
      });
    }
    const {
      account: _,
      signature: __,
      scheme: ___,
      ...act
    } = { ...sampleOptIn(), account: 0, signature: 0, scheme: 0 };
    const contract = {
      ...act,
      sequence: 9,
      contract: { genesis: hash(1), address: `0x${'11'.repeat(20)}` },
    } as const;
    await expect(store.ledger.putOptIn(contract, policy)).rejects.toMatchObject({
      code: 'RESCUE_OPT_IN_INVALID',
    });
    await store.ledger.putOptIn(sampleOptIn({ sequence: 8 }), policy);
    expect(await store.ledger.optIn(2000)).toMatchObject({ sequence: 8 });
  });
});

describe('a loss that nobody can name', () => {
  /** The log is gone, and so is the line that said what was in it. */
  const unnamed = async () => {
    const path = await lossy(
      async ({ ledger, journal }) => {
        await ledger.putOptIn(sampleOptIn({ sequence: 3 }), samplePolicy());
        await journal.put(sampleEntry('2001/x'));
      },
      async ({ ledger }) => {
        await ledger.putVote(sampleVote({ account: hash(1) }), [], []);
        await ledger.putVote(sampleVote({ account: hash(2) }), [], []);
      },
    );
    const file = join(path, 'acts.log');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"n":3', '"n":8'));
    return path;
  };

  it('is accepted for all paras that were ever known, or for none', async () => {
    const path = await unnamed();
    const store = await openStore(path, { now: () => NOW });
    expect(heldBy(store.safekeeping.findings, 2002)).not.toEqual([]);
    await expect(store.acceptLoss([2000])).rejects.toMatchObject({
      message: expect.stringContaining('(2000 2001)'),
    });
    const { losses } = await store.acceptLoss([2000, 2001]);
    const unknown = { round: NOW / 1000, optIn: { leftByManager: false, sequence: NOW } };
    expect(losses).toMatchObject([unknown, unknown]);
    await store.close();
    const again = await open(path);
    expect(again.safekeeping.findings).toEqual([]);
    // It may have been followed by an opt-out that is lost.
    expect(await again.ledger.optIn(2000)).toBeNull();
    await again.ledger.putVote(sampleVote(), [], []);
    expect((await again.safekeeping.check()).findings).toEqual([]);
  });

  it('is accepted too when acts.log is empty and the operator does not trust the rest', async () => {
    const path = await unnamed();
    await truncate(join(path, 'acts.log'), 0);
    const store = await open(path);
    await store.acceptLoss([2000, 2001]);
    expect(store.safekeeping.findings).toEqual([]);
    expect(await store.losses.of(2001)).toHaveLength(1);
  });
});
