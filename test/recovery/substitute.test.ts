import { describe, expect, it, onTestFinished } from 'vitest';
import { NO_HISTORY, NO_STALL, type RecoveryContext } from '../../machines/context.ts';
import type { OwnCode } from '../../src/readiness/look-at-para.ts';
import { substituteOf } from '../../src/recovery/acts/substitute.ts';
import { openStore } from '../../src/store/open.ts';
import { blake, hash, ROUND, sampleAnchor, sampleIncident, sampleProposal } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CODE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const LATER = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 0);
const approvedAs = (code: Uint8Array) => ({ proposal: hash(8), codeHash: blake(code) });
const CONTEXT: RecoveryContext = { paraId: 2000, relayBlock: 500, history: NO_HISTORY, ...NO_STALL };
const { anchor, evidence } = sampleAnchor();
const LABEL = anchor.runtime.specVersion;

/** A store with what a rescue by CODE leaves behind, and what nodes are told. */
async function openRescued() {
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  await store.ledger.putAnchor(2000, anchor, evidence);
  await store.ledger.putProposal(sampleProposal(CODE), CODE);
  await store.ledger.putRound({
    ...ROUND,
    anchor: anchor.head.hash,
    anchoredAt: anchor.relay.number,
    opening: 1,
    round: 1,
    policy: hash(4),
    clock: { closesAt: 200, openedAt: 100, quorateSince: null, extended: false },
    decidedAt: 180,
  });
  const ask = (own: OwnCode | null, context: Partial<RecoveryContext> = {}) =>
    substituteOf(store, {
      para: { id: 2000, reader: { codeHash: async () => hash(5) } },
      runner: { context: () => ({ ...CONTEXT, ...context }) },
      own: () => own,
    });
  return { store, ask };
}

/** The incident of that rescue. */
const rescued = () => {
  const { rounds, ...incident } = sampleIncident({ approved: approvedAs(CODE) });
  const entries = rounds.entries.map((round) => ({ ...round, approved: approvedAs(CODE) }));
  return { ...incident, rounds: { ...rounds, entries } };
};

describe('the substitute of a para', () => {
  it('stays known when the para is back: whether it is in use, or was retired by which version', async () => {
    const { store, ask } = await openRescued();
    await expect(ask(null)).rejects.toMatchObject({ code: 'RESCUE_STATE_REFUSES' });
    await store.incidents.begin(rescued());
    const known = { codeHash: blake(CODE), blockNumber: anchor.head.number, incident: 1 };
    expect(await ask({ codeHash: hash(5), specVersion: LABEL })).toMatchObject({
      ...known,
      needed: true,
      text: expect.stringMatching(`still labelled ${LABEL}.*until an upgrade above spec version ${LABEL}`),
    });
    expect(await ask({ codeHash: hash(6), specVersion: LABEL + 1 })).toMatchObject({
      ...known,
      needed: false,
      text: expect.stringMatching(`had its time: the para's code is labelled ${LABEL + 1}`),
    });
    expect(await ask({ codeHash: blake(CODE), specVersion: LABEL })).toMatchObject({
      ...known,
      needed: false,
    });
    expect((await ask(null)).text).toMatch(/is not known here.*ask its nodes/);
  });

  it('is the one that the relay chain switched to last, not one that was approved later and left', async () => {
    const { store, ask } = await openRescued();
    await store.incidents.begin(rescued());
    const left = sampleIncident({ approved: approvedAs(LATER), enacted: null });
    await store.incidents.begin(left);
    expect(await ask(null)).toMatchObject({ codeHash: blake(CODE), incident: 1 });
    await store.ledger.putProposal(sampleProposal(LATER, { hash: hash(9) }), LATER);
    await store.incidents.begin({ ...left, enacted: left.noticed });
    expect(await ask(null)).toMatchObject({ codeHash: blake(LATER), incident: 3 });
  });

  it('is the one of the decision that is being carried out, where there is one', async () => {
    const { store, ask } = await openRescued();
    await store.incidents.begin(rescued());
    await store.ledger.putProposal(sampleProposal(LATER, { hash: hash(9) }), LATER);
    const now = await ask(null, { approved: approvedAs(LATER), anchor });
    expect(now).toMatchObject({ codeHash: blake(LATER), needed: true });
    expect(now.incident).toBeUndefined();
  });
});
