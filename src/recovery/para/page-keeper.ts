import type { RecoveryContext } from '../../../machines/context.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { createSerialQueue } from '../../domain/concurrency/serial-queue.ts';
import type { Journal } from '../../domain/ports/journal.ts';
import type { Ledger } from '../../domain/ports/ledger.ts';
import type { Pages } from '../../domain/ports/pages.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import { type ChainView, viewOfRelay } from '../../domain/route/view.ts';
import type { EpochMs, Hex, RelayBlock } from '../../domain/units.ts';
import { isClosed, type PageMoment, type ValidationPage } from '../../domain/validation/page.ts';
import type { ReleaseView } from '../../domain/views/release.ts';
import type { PageWriter } from '../../routes/carry-out.ts';
import type { Routes } from '../../routes/route.ts';
import {
  closedPage,
  type PagedDecision,
  plannedPage,
  seenPage,
  withJournal,
} from '../../routes/validation/decision-page.ts';

/** Keeps the validation pages of one para's decisions. */
export interface PageKeeper {
  /** Knows from now on what an earlier life was carrying out; call it before the machine takes in a block. */
  resume(context: RecoveryContext): void;
  /** For whoever carries this decision out. */
  writer(decision: PagedDecision): PageWriter;
  /** Takes in a block after the machine did. */
  look(seen: {
    readonly observation: ParaObservation;
    readonly relayTime: EpochMs | null;
    readonly state: string;
    readonly context: RecoveryContext;
  }): Promise<void>;
  /** The page that is being written, as it is now; null while there is none. */
  open(): ValidationPage | null;
}

export interface PageKeeperOptions {
  readonly paraId: number;
  readonly pages: Pages;
  readonly journal: Pick<Journal, 'list'>;
  readonly ledger: Pick<Ledger, 'proposals' | 'code'>;
  readonly routes: Routes;
  /** Who has released the decision that is carried out; nobody is asked where it is left out. */
  readonly release?: () => ReleaseView | null;
  readonly genesis: () => Promise<Hex>;
  /** What amounts are shown in; asked once a page. */
  readonly tokens: () => Promise<ValidationPage['tokens']>;
}

/** Relay blocks whose times are remembered: the routes look at a block a moment after the machine did. */
const TIMES = 32;

/**
 * A page is begun before anything of its decision is signed, from the plan that was approved, and is on disk by then. Afterwards it
 * takes in what the route sees at each block, what the journal holds, and how the machine ends. It is written whenever more changed than
 * the number of the block, so a kill loses nothing that the next block does not show again.
 */
export async function createPageKeeper(options: PageKeeperOptions): Promise<PageKeeper> {
  const { paraId, pages, journal, ledger, routes } = options;
  const queue = createSerialQueue();
  const times = new Map<RelayBlock, EpochMs | null>();
  let runtime: string | null = null;
  let stored = await openPage(pages, paraId);
  let page = stored;
  /** Of the page; the machine forgets it at the end, at which the page is looked at once more. */
  let paged: PagedDecision | null = null;

  const keep = async (next: ValidationPage): Promise<void> => {
    page = next;
    if (stored === null || !isSame(stored, next)) {
      await pages.put(next);
      stored = next;
    }
    if (isClosed(next)) {
      stored = null;
      page = null;
    }
  };

  const momentOf = ({ relay: { number, hash } }: ParaObservation): PageMoment => ({
    number,
    hash,
    at: times.get(number) ?? null,
  });

  const begin = async (decision: PagedDecision, view: ChainView): Promise<void> => {
    const { rescue } = decision;
    const { roundId } = rescue;
    if (roundId === null || page?.decision?.roundId === roundId) return;
    if (page !== null) await keep(closedPage(page, 'ended', 'another decision took its place'));
    const before = await pages.get(paraId, roundId).catch(() => null);
    if (before !== null) {
      // It goes on: what had stopped it is told, and what was expected stays.
      const { words } = before.result;
      const notes = words === null ? before.notes : [...before.notes, `it had stopped before: ${words}`];
      await keep({ ...before, notes, result: { kind: 'open', words: null, at: null } });
      return;
    }
    const planned = await plannedPage(decision, view, {
      relay: { genesis: await options.genesis(), runtime },
      code: await codeOf(ledger, rescue),
      tokens: await options.tokens(),
      planned: momentOf(view.observation),
    });
    if (planned !== null) await keep(planned);
  };

  const see = async (decision: PagedDecision, view: ChainView): Promise<void> => {
    if (page === null || page.decision?.roundId !== decision.rescue.roundId) return;
    const seen = withReleases(seenPage(page, view, momentOf(view.observation)), options.release?.() ?? null);
    await keep(await withJournal(seen, decision, journal));
  };

  const withOwnJournal = async (next: ValidationPage): Promise<ValidationPage> =>
    paged === null || paged.rescue.roundId !== next.decision?.roundId
      ? next
      : withJournal(next, paged, journal);

  const look: PageKeeper['look'] = async ({ observation, relayTime, state, context }) => {
    times.set(observation.relay.number, relayTime);
    const [oldest] = times.keys();
    if (oldest !== undefined && times.size > TIMES) times.delete(oldest);
    if (context.history.relaySpecVersion !== null)
      runtime = `spec version ${context.history.relaySpecVersion}`;
    if (page === null) return;
    const moment = momentOf(observation);
    const view = viewOfRelay(observation, null);
    const isOwn = context.roundId === page.decision?.roundId && context.plan !== null;
    if (isOwn) paged = decisionOf(context, routes) ?? paged;
    if (isOwn && state.startsWith('upgrading.')) {
      // While a route looks at the chains itself, it tells what it sees.
      if (state !== 'upgrading.awaitingFirstHeads') return;
      await keep(await withOwnJournal(seenPage(page, view, moment)));
      return;
    }
    const last = await withOwnJournal(seenPage(page, view, moment));
    if (isOwn && state === 'escalated') {
      await keep(closedPage(last, 'failed', context.trouble?.message ?? null));
      return;
    }
    const lives = last.steps.some(({ facts, outcome }) => outcome === 'done' && facts.some(isHeads));
    const why = 'the para lives without it, or the decision is no longer wanted';
    await keep(lives ? closedPage(last, 'done', null) : closedPage(last, 'ended', why));
  };

  return {
    resume: (context) => {
      paged = decisionOf(context, routes);
    },
    writer: (decision) => {
      paged = decision;
      return {
        begin: (view) => queue.run(() => begin(decision, view)),
        see: (view) => queue.run(() => see(decision, view)),
      };
    },
    look: (seen) => queue.run(() => look(seen)),
    open: () => page,
  };
}

/** With those who have released its decision; a page of which nobody was asked stays as it is. */
function withReleases(page: ValidationPage, release: ReleaseView | null): ValidationPage {
  if (release === null || release.decision.roundId !== page.decision?.roundId) return page;
  const releases = release.statements
    .filter(({ stance }) => stance === 'release')
    .map(({ account, admittedAt, expires, sequence, signature, scheme }) => ({
      account,
      admittedAt,
      expires,
      sequence,
      signature,
      scheme,
    }));
  return { ...page, releases };
}

/** The page that an earlier life was writing. */
async function openPage(pages: Pages, paraId: number): Promise<ValidationPage | null> {
  const open = (await pages.list(paraId)).filter((one) => !isClosed(one));
  return open.sort((a, b) => b.planned.number - a.planned.number)[0] ?? null;
}

function isHeads({ role, fact }: ValidationPage['steps'][number]['facts'][number]): boolean {
  return role === 'brought' && fact.kind === 'heads-after';
}

function decisionOf(context: RecoveryContext, routes: Routes): PagedDecision | null {
  const { paraId, anchor, round, roundId, approved, policy, plan } = context;
  const route = plan && routes.get(plan.route);
  if (!anchor || !approved || !policy || !plan || !route) return null;
  return { rescue: { paraId, anchor, round, roundId, approved, policy: policy.rules }, plan, route };
}

async function codeOf(
  ledger: PageKeeperOptions['ledger'],
  { paraId, roundId, approved }: DecidedRound,
): Promise<ValidationPage['code']> {
  const proposals = roundId === null ? [] : await ledger.proposals({ paraId, roundId });
  const proposal = proposals.find(({ hash }) => hash === approved.proposal);
  const bytes = proposal?.codeSize ?? (await ledger.code(approved.codeHash))?.length ?? null;
  const runtime = proposal ? `${proposal.runtime.specName} ${proposal.runtime.specVersion}` : null;
  return { hash: approved.codeHash, bytes, runtime };
}

/** Whether nothing changed but the block that was looked at, and the values that move on with each. */
function isSame(stored: ValidationPage, next: ValidationPage): boolean {
  const parts = ({ seen: _, changes, ...rest }: ValidationPage) => JSON.stringify(rest);
  return parts(stored) === parts(next);
}
