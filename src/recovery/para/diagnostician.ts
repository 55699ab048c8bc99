import type { WatchedHistory } from '../../../machines/context.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { diagnose } from '../../domain/diagnosis/diagnosis.ts';
import type { DiagnosisFacts } from '../../domain/diagnosis/facts.ts';
import type { ParaDiagnosis } from '../../domain/diagnosis/verdict.ts';
import type { RelayBlock } from '../../domain/units.ts';
import { type Findings, factsFrom, lookAtStanding, lookEverywhere, type Places } from './findings.ts';

/** Relay blocks after which nodes that did not answer are asked again, and after which what was tried is tried again. */
const ASK_AGAIN: RelayBlock = 10;
const TRY_AGAIN: RelayBlock = 100;
/** Relay blocks after which the relay chain's storage is read again: candidates that are not available are given up after about ten. */
const LOOK_AGAIN: RelayBlock = 5;
const NOTHING_FOUND: Findings = { paraCodeHash: undefined, headKnown: undefined };

export interface Diagnostician {
  /** The diagnosis by what is known now; asks the para's nodes in the background when they were not asked yet. */
  diagnose(
    observation: ParaObservation,
    watched: {
      readonly relayLive: boolean;
      readonly history: WatchedHistory;
      readonly fleet: DiagnosisFacts['fleet'];
    },
  ): ParaDiagnosis;
  /** The para moves: what was found of it says nothing of a later stall, also on the same head. */
  forget(): void;
  /** Resolves when no question to a node is open. */
  settled(): Promise<void>;
}

/** Diagnoses one para. `onFindings` is called when its nodes answered, so that the diagnosis can be made anew. */
export function createDiagnostician(places: Places, onFindings: () => void): Diagnostician {
  let asked: Asked | null = null;
  let findings = NOTHING_FOUND;
  let asking: Promise<void> = Promise.resolve();

  /** One look after the other, so that none takes back what another has found; what is still open is not asked again. */
  const look = (of: Asked, kind: Kind, further: (before: Findings) => Promise<Findings>): void => {
    if (of.open.has(kind)) return;
    of.open.add(kind);
    const then = async (): Promise<void> => {
      try {
        if (asked !== of) return;
        const found = await further(findings);
        if (asked !== of) return;
        findings = found;
        onFindings();
      } finally {
        of.open.delete(kind);
      }
    };
    asking = asking.then(then, then);
  };

  return {
    diagnose: (observation, watched) => {
      const { head, relay } = observation;
      const about = subjectOf(observation, watched.history);
      if (asked?.about !== about) {
        findings = NOTHING_FOUND;
        asked = { about, at: null, lookedAt: null, open: new Set() };
        // What is still asked about something else is not waited for.
        asking = Promise.resolve();
      }
      const now = relay.number;
      if (asked.lookedAt === null || now >= asked.lookedAt + LOOK_AGAIN) {
        asked.lookedAt = now;
        look(asked, 'standing', (before) => lookAtStanding(places.relay, observation, before));
      }
      if (head && isQuestionDue(asked, findings, now)) {
        asked.at = now;
        look(asked, 'everywhere', (before) => lookEverywhere(places, observation, head, before));
      }
      const diagnosis = diagnose(factsFrom(findings, { observation, ...watched }));
      return { ...diagnosis, triedAt: findings.tried?.at ?? null };
    },
    forget: () => {
      asked = null;
      findings = NOTHING_FOUND;
    },
    settled: async () => {
      for (let last = null as Promise<void> | null; last !== asking; ) {
        last = asking;
        await last;
      }
    },
  };
}

/** What was asked about, and when nodes of the para and the relay chain's storage were looked at last. */
interface Asked {
  readonly about: string;
  at: RelayBlock | null;
  lookedAt: RelayBlock | null;
  /** What is being looked at. */
  readonly open: Set<Kind>;
}

type Kind = 'standing' | 'everywhere';

/** What a trial's result rests on. Once any of it has changed, what was found before is void. */
function subjectOf(
  { head, currentCodeHash, futureCodeHash, futureCodeUpgrade, upgradeGoAhead }: ParaObservation,
  { relayUpgradedAt }: WatchedHistory,
): string {
  const pending = [futureCodeHash, futureCodeUpgrade, upgradeGoAhead];
  return JSON.stringify([head?.hash, currentCodeHash, ...pending, relayUpgradedAt]);
}

function isQuestionDue({ at }: Asked, { tried }: Findings, now: RelayBlock): boolean {
  return at === null || now >= at + (tried?.at === at ? TRY_AGAIN : ASK_AGAIN);
}
