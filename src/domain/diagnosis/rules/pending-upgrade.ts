import type { DiagnosisFacts } from '../facts.ts';
import { rootCall } from '../remedies.ts';
import { fromRelay } from '../stated.ts';
import type { StatedFact } from '../verdict.ts';

/** Waits for a block of the para: that of the manager, under the rule of today, needs none. */
export function isPending({ observation }: DiagnosisFacts): boolean {
  return observation.futureCodeHash !== null && observation.futureCodeUpgrade !== null;
}

export function pendingFacts(facts: DiagnosisFacts): readonly StatedFact[] {
  const { futureCodeHash, futureCodeUpgrade, upgradeGoAhead } = facts.observation;
  const accepted = facts.codeNotes?.filter(
    ({ kind, codeHash }) => kind === 'scheduled' && codeHash === futureCodeHash,
  );
  return [
    fromRelay(facts, 'code that waits', 'Paras.FutureCodeHash', futureCodeHash),
    fromRelay(
      facts,
      'relay block from which on a para block enacts it',
      'Paras.FutureCodeUpgrades',
      futureCodeUpgrade,
    ),
    fromRelay(facts, 'signal to go ahead', 'Paras.UpgradeGoAheadSignal', upgradeGoAhead),
    ...(accepted ?? []).map(({ at, confidence }) => ({
      what: 'relay block at which validators accepted it',
      where: 'relay: header, digest POL1 ParaScheduleUpgradeCode',
      value: String(at),
      relayBlock: at,
      paraBlock: null,
      confidence,
    })),
  ];
}

export function stuckRemedies(facts: DiagnosisFacts): readonly string[] {
  return [
    `root of the relay chain, in one batch: paras.forceNoteNewHead with the same head, which enacts what waits, then the rescue code: ${rootCall(facts)}`,
    'the collators, where a patched client or a substitute gets them over one block: it enacts the upgrade',
  ];
}

export const STUCK_WARNINGS = [
  'another upgrade by the registrar manager: it is refused while one waits',
  'setting the head by the manager: it enacts nothing',
];
