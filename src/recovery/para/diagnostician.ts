import type { WatchedHistory } from '../../../machines/context.ts';
import type { ParaHeadRef, ParaObservation, RelayBlockRef } from '../../domain/chain/observation.ts';
import { diagnose } from '../../domain/diagnosis/diagnosis.ts';
import type { DiagnosisFacts } from '../../domain/diagnosis/facts.ts';
import type { TrialVerdict } from '../../domain/diagnosis/trial.ts';
import type { ParaDiagnosis } from '../../domain/diagnosis/verdict.ts';
import { messageOf } from '../../domain/errors.ts';
import type { KnownHead, ParaReader } from '../../domain/ports/para.ts';
import type { TryNextBlock } from '../../domain/ports/trial.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';

/** What the para's own nodes say of its last head, and what came of trying its next block at a relay block. */
interface NodeFindings {
  readonly paraCodeHash: Hex | undefined;
  readonly headKnown: KnownHead | undefined;
  readonly tried: { readonly verdict: TrialVerdict; readonly at: RelayBlock } | undefined;
  readonly untried: string | undefined;
}

/** Relay blocks after which nodes that did not answer are asked again, and after which what was tried is tried again. */
const ASK_AGAIN: RelayBlock = 10;
const TRY_AGAIN: RelayBlock = 100;
const NOTHING_FOUND: NodeFindings = {
  paraCodeHash: undefined,
  headKnown: undefined,
  tried: undefined,
  untried: undefined,
};

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
  /** Resolves when no question to a node is open. */
  settled(): Promise<void>;
}

/** Diagnoses one para. `onFindings` is called when its nodes answered, so that the diagnosis can be made anew. */
export function createDiagnostician(
  { reader: para, tryNextBlock }: { readonly reader: ParaReader; readonly tryNextBlock: TryNextBlock },
  onFindings: () => void,
): Diagnostician {
  let askedFor: Asked | null = null;
  let findings: NodeFindings = NOTHING_FOUND;
  let asking: Promise<void> = Promise.resolve();

  const ask = async (head: ParaHeadRef, relay: RelayBlockRef, about: string): Promise<void> => {
    let untried: string | undefined;
    const [paraCodeHash, headKnown, verdict] = await Promise.all([
      unlessUnanswered(para.codeHash(head)),
      unlessUnanswered(para.knowsHead(head.hash)),
      tryNextBlock(relay).catch((error) => {
        untried = messageOf(error);
        return undefined;
      }),
    ]);
    if (askedFor?.about !== about) return;
    // Nodes that have died since take back nothing of what was proven.
    findings = {
      paraCodeHash: paraCodeHash ?? findings.paraCodeHash,
      headKnown: headKnown ?? findings.headKnown,
      tried: verdict ? { verdict, at: relay.number } : findings.tried,
      untried,
    };
    onFindings();
  };

  return {
    diagnose: (observation, { relayLive, history, fleet }) => {
      const { head, relay } = observation;
      const about = subjectOf(observation, history);
      if (head && isQuestionDue(askedFor, findings, about, relay.number)) {
        if (askedFor?.about !== about) findings = NOTHING_FOUND;
        askedFor = { about, at: relay.number };
        asking = ask(head, relay, about);
      }
      const { tried, ...found } = findings;
      const diagnosis = diagnose({
        observation,
        relayLive,
        fleet,
        relayUpgradedAt: history.relayUpgradedAt ?? undefined,
        codeChangedAt: history.codeChangedAt ?? undefined,
        pvfRejectedAt: history.upgradeAbortedAt ?? undefined,
        ...found,
        nextBlock: tried?.verdict,
        triedAt: tried?.at,
      });
      return { ...diagnosis, triedAt: tried?.at ?? null };
    },
    settled: () => asking,
  };
}

/** What was asked about, and when. */
interface Asked {
  readonly about: string;
  readonly at: RelayBlock;
}

/** What a trial's result rests on. Once any of it has changed, what was found before is void. */
function subjectOf(
  { head, currentCodeHash, futureCodeHash, futureCodeUpgrade, upgradeGoAhead }: ParaObservation,
  { relayUpgradedAt }: WatchedHistory,
): string {
  const pending = [futureCodeHash, futureCodeUpgrade, upgradeGoAhead];
  return JSON.stringify([head?.hash, currentCodeHash, ...pending, relayUpgradedAt]);
}

function isQuestionDue(
  asked: Asked | null,
  { tried }: NodeFindings,
  about: string,
  now: RelayBlock,
): boolean {
  if (!asked || asked.about !== about) return true;
  return now >= asked.at + (tried?.at === asked.at ? TRY_AGAIN : ASK_AGAIN);
}

/** A node that cannot be reached or lies says nothing; the rules then pass over what it would have told. */
async function unlessUnanswered<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch {
    return undefined;
  }
}
