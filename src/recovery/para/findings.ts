import type { WatchedHistory } from '../../../machines/context.ts';
import type { ParaHeadRef, ParaObservation } from '../../domain/chain/observation.ts';
import type { BackedCandidates, CodeNote, DiagnosisFacts, Source } from '../../domain/diagnosis/facts.ts';
import { compareQueues } from '../../domain/diagnosis/message-queues.ts';
import type { TrialVerdict } from '../../domain/diagnosis/trial.ts';
import { messageOf } from '../../domain/errors.ts';
import type { ParaReader } from '../../domain/ports/para.ts';
import type { HeaderNotes, ParaStanding, StallReader } from '../../domain/ports/stall.ts';
import type { TryNextBlock } from '../../domain/ports/trial.ts';
import type { RelayBlock } from '../../domain/units.ts';

/** Where a stalled para is looked at. */
export interface Places {
  readonly reader: Pick<ParaReader, 'codeHash' | 'knowsHead' | 'queues'>;
  readonly tryNextBlock: TryNextBlock;
  readonly relay: StallReader;
}

/** What was found at these places; what could not be read is missing, with the reason in `unread`. */
export interface Findings
  extends Pick<
    DiagnosisFacts,
    'paraCodeHash' | 'headKnown' | 'queues' | 'paraPending' | 'constraints' | 'candidates'
  > {
  readonly tried?: { readonly verdict: TrialVerdict; readonly at: RelayBlock } | undefined;
  readonly untried?: string | undefined;
  readonly codeSwitchedAt?: ParaStanding['codeSwitchedAt'];
  /** Headers around the onset, and that of the last switch of code. */
  readonly notes?: HeaderNotes | undefined;
  readonly switchNotes?: HeaderNotes | undefined;
  readonly unread?: Partial<Record<Source, string>>;
}

/** A runtime upgrade of the relay chain so many blocks before the last head can be why; a head on its way is included a little later. */
const BEFORE_ONSET: RelayBlock = 20;
const AFTER_ONSET: RelayBlock = 2;

/** Looks everywhere at once. Nodes that have died since take back nothing of what was found before. */
export async function lookEverywhere(
  places: Places,
  { paraId, relay, mostRecentContext }: ParaObservation,
  head: ParaHeadRef,
  before: Findings,
): Promise<Findings> {
  const { reader, tryNextBlock, relay: chain } = places;
  const unread: Partial<Record<Source, string>> = {};
  const read = async <T>(source: Source, answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      unread[source] = messageOf(error);
      return undefined;
    }
  };
  const onset = async (): Promise<HeaderNotes | undefined> => {
    // They are past and final: once is enough.
    if (before.notes || mostRecentContext === null) return before.notes;
    const to = Math.min(relay.number, mostRecentContext + AFTER_ONSET);
    return read('relayUpgrade', chain.notes(mostRecentContext - BEFORE_ONSET, to));
  };
  const [paraCodeHash, headKnown, verdict, atPara, atRelay, constraints, notes] = await Promise.all([
    read('paraCode', reader.codeHash(head)),
    read('headKnown', reader.knowsHead(head.hash)),
    read('nextBlock', tryNextBlock(relay)),
    read('paraUpgrade', reader.queues(head)),
    read('queues', chain.queues(paraId, relay)),
    chain.constraints(paraId, relay).catch(() => null),
    onset(),
  ]);
  const why = atPara === null ? 'the para has no pallet ParachainSystem' : unread.paraUpgrade;
  if (!atPara && why !== undefined) Object.assign(unread, { paraUpgrade: why, queues: why });
  return {
    ...before,
    paraCodeHash: paraCodeHash ?? before.paraCodeHash,
    headKnown: headKnown ?? before.headKnown,
    tried: verdict ? { verdict, at: relay.number } : before.tried,
    untried: unread.nextBlock,
    queues: atPara && atRelay ? compareQueues(atRelay, atPara) : before.queues,
    paraPending: atPara?.pendingCode ?? before.paraPending,
    constraints: constraints ?? before.constraints,
    notes: notes ?? before.notes,
    unread: { ...before.unread, ...reasons(unread) },
  };
}

/** Only the relay chain's storage, which costs little: it alone shows candidates that come and go. */
export async function lookAtStanding(
  chain: StallReader,
  { paraId, relay, mostRecentContext }: ParaObservation,
  before: Findings,
): Promise<Findings> {
  try {
    const { codeSwitchedAt, backedAt } = await chain.standing(paraId, relay);
    const switchNotes =
      before.switchNotes ??
      (typeof codeSwitchedAt === 'number'
        ? await chain.notes(codeSwitchedAt, codeSwitchedAt).catch(() => undefined)
        : undefined);
    const unread = { ...before.unread };
    delete unread.codeSwitch;
    delete unread.candidates;
    if (backedAt === undefined)
      unread.candidates = 'this relay chain does not store candidates in a known form';
    return {
      ...before,
      codeSwitchedAt,
      switchNotes,
      candidates: backedAt && withCandidates(before.candidates, backedAt, mostRecentContext ?? 0),
      unread,
    };
  } catch (error) {
    const why = messageOf(error);
    return { ...before, unread: { ...before.unread, codeSwitch: why, candidates: why } };
  }
}

function withCandidates(
  before: BackedCandidates | undefined,
  backedAt: readonly RelayBlock[],
  lastHead: RelayBlock,
): BackedCandidates {
  const since = backedAt.filter((block) => block > lastHead);
  const known = [before?.firstAt, before?.lastAt, ...since].filter((block) => typeof block === 'number');
  return {
    firstAt: known.length === 0 ? null : Math.min(...known),
    lastAt: known.length === 0 ? null : Math.max(...known),
    pending: since.length,
  };
}

/** Of sources that were read again nothing old stays. */
function reasons(unread: Partial<Record<Source, string>>): Partial<Record<Source, string>> {
  const fresh: Partial<Record<Source, string>> = {};
  for (const source of [
    'paraCode',
    'headKnown',
    'nextBlock',
    'queues',
    'paraUpgrade',
    'relayUpgrade',
  ] as const)
    Object.assign(fresh, { [source]: unread[source] });
  return fresh;
}

/** What was found and what was watched, as the rules want it. */
export function factsFrom(
  found: Findings,
  watched: Pick<DiagnosisFacts, 'observation' | 'relayLive' | 'fleet'> & { readonly history: WatchedHistory },
): DiagnosisFacts {
  const { history, ...seen } = watched;
  const { tried, codeSwitchedAt, notes, switchNotes, ...others } = found;
  const of = (read: HeaderNotes | undefined) => (read?.isFinal === true ? 'proven' : 'told');
  const upgraded = notes?.relayUpgradedAt ?? null;
  const ofPara = (read: HeaderNotes | undefined): CodeNote[] =>
    (read?.code ?? [])
      .filter(({ paraId }) => paraId === seen.observation.paraId)
      .map(({ paraId: _, ...note }) => ({ ...note, confidence: of(read) }));
  const isIn = (read: HeaderNotes | undefined, block: RelayBlock) =>
    ofPara(read).some(({ at }) => at === block);
  return {
    ...seen,
    ...others,
    untried: found.untried,
    paraCodeHash: found.paraCodeHash,
    headKnown: found.headKnown,
    relayUpgradedAt: upgraded ?? history.relayUpgradedAt ?? undefined,
    codeChangedAt: codeSwitchedAt ?? history.codeChangedAt ?? undefined,
    dated: {
      relayUpgrade:
        upgraded === null
          ? undefined
          : { confidence: of(notes), where: 'relay: header, digest RuntimeEnvironmentUpdated' },
      codeSwitch:
        typeof codeSwitchedAt === 'number'
          ? { confidence: 'proven', where: 'relay: Paras.PastCodeMeta' }
          : undefined,
    },
    pvfRejectedAt: history.upgradeAbortedAt ?? undefined,
    nextBlock: tried?.verdict,
    triedAt: tried?.at,
    codeNotes: [...ofPara(notes), ...ofPara(switchNotes).filter(({ at }) => !isIn(notes, at))],
  };
}
