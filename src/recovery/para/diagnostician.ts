import type { WatchedHistory } from '../../../machines/context.ts';
import type { ParaHeadRef, ParaObservation } from '../../domain/chain/observation.ts';
import { type Diagnosis, type DiagnosisFacts, diagnose } from '../../domain/diagnosis/diagnosis.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';

/** What the para's own nodes say of its last head. */
interface NodeFindings {
  readonly paraCodeHash: Hex | undefined;
  readonly headKnown: boolean | undefined;
  readonly nextBlockPanic: string | null | undefined;
}

/** Relay blocks after which nodes that did not answer are asked again. */
const ASK_AGAIN: RelayBlock = 10;
const NOTHING_FOUND: NodeFindings = {
  paraCodeHash: undefined,
  headKnown: undefined,
  nextBlockPanic: undefined,
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
  ): Diagnosis;
  /** Resolves when no question to a node is open. */
  settled(): Promise<void>;
}

/** Diagnoses one para. `onFindings` is called when its nodes answered, so that the diagnosis can be made anew. */
export function createDiagnostician(para: ParaReader, onFindings: () => void): Diagnostician {
  let askedFor: { head: Hex; at: RelayBlock } | null = null;
  let findings: NodeFindings = NOTHING_FOUND;
  let asking: Promise<void> = Promise.resolve();

  const ask = async (head: ParaHeadRef): Promise<void> => {
    const [paraCodeHash, headKnown, nextBlockPanic] = await Promise.all([
      unlessUnanswered(para.codeHash(head)),
      unlessUnanswered(para.knowsHead(head.hash)),
      unlessUnanswered(para.probeNextBlock(head)),
    ]);
    if (askedFor?.head !== head.hash) return;
    findings = { paraCodeHash, headKnown, nextBlockPanic };
    onFindings();
  };

  return {
    diagnose: (observation, { relayLive, history, fleet }) => {
      const { head, relay } = observation;
      if (head && isQuestionDue(askedFor, findings, head.hash, relay.number)) {
        if (askedFor?.head !== head.hash) findings = NOTHING_FOUND;
        askedFor = { head: head.hash, at: relay.number };
        asking = ask(head);
      }
      return diagnose({
        observation,
        relayLive,
        fleet,
        relayUpgradedAt: history.relayUpgradedAt ?? undefined,
        codeChangedAt: history.codeChangedAt ?? undefined,
        pvfRejected: history.upgradeAbortedAt !== null,
        ...findings,
      });
    },
    settled: () => asking,
  };
}

function isQuestionDue(
  asked: { head: Hex; at: RelayBlock } | null,
  findings: NodeFindings,
  head: Hex,
  now: RelayBlock,
): boolean {
  if (!asked || asked.head !== head) return true;
  return findings.nextBlockPanic === undefined && now >= asked.at + ASK_AGAIN;
}

/** A node that cannot be reached or lies says nothing; the rules then pass over what it would have told. */
async function unlessUnanswered<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch {
    return undefined;
  }
}
