import type { RelaySession } from '../../chain/relay/session.ts';
import { whyNotStopped } from '../../domain/chain/living.ts';
import type { RelayObservation } from '../../domain/chain/observation.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import { answerOf } from '../../domain/readiness/answer-of.ts';
import type { ChainView } from '../../domain/route/view.ts';
import type { PageCode, PageMoment, ValidationPage } from '../../domain/validation/page.ts';
import { factsOf, memoryJournal } from '../../routes/executor.ts';
import type { FinishedStep, FollowedChain } from '../../routes/finish-step.ts';
import type { Step } from '../../routes/step.ts';
import { endedActPage, type PagedAct, plannedActPage } from '../../routes/validation/act-page.ts';
import { follow } from './follow.ts';
import type { CommandIo } from './io.ts';
import { writePage } from './page-file.ts';

export interface PageFlags {
  readonly page?: string;
  readonly gap?: number;
}

type Session = Pick<RelaySession, 'reader' | 'observation' | 'endpoints' | 'genesis' | 'seen'>;

/** The validation page of one act while it is under way. */
export interface ActPage {
  readonly path: string;
  readonly page: ValidationPage;
  /** The chains when it was planned. */
  readonly begun: ChainView;
  readonly session: Session;
}

/**
 * Writes what the act is to do, before anything of it is signed, to the file that `--page` names.
 * @returns null where none is asked for
 * @throws RESCUE_REQUEST_INVALID where no file can be written
 */
export async function beginActPage(
  session: Session,
  { page: path, gap }: PageFlags,
  act: Omit<PagedAct, 'lives'> & { readonly code?: PageCode },
  begun: ChainView,
): Promise<ActPage | null> {
  if (path === undefined) return null;
  const { observation, seen } = session;
  const page = plannedActPage({ ...act, lives: whyNotStopped(observation, gap) !== null }, begun, {
    relay: { genesis: session.genesis, runtime: `spec version ${seen.relaySpecVersion}` },
    code: act.code ?? null,
    tokens: await tokensOf(session),
    planned: momentOf(seen),
  });
  await writePage(path, page);
  return { path, page, begun, session };
}

/** As `follow`; the page, where there is one, tells how it ended. */
export async function followOnPage(
  page: ActPage | null,
  step: Step,
  io: CommandIo,
  chain: Pick<FollowedChain<RelayObservation>, 'blocks' | 'onTrouble'> & {
    readonly viewAt: (seen: RelayObservation) => Promise<ChainView>;
  },
): Promise<FinishedStep<RelayObservation>> {
  const { blocks, onTrouble, viewAt } = chain;
  const journal = memoryJournal();
  const followed = {
    blocks,
    onTrouble,
    factsAt: async (seen: RelayObservation) => factsOf(await viewAt(seen)),
  };
  /** The act has ended by now, whatever becomes of its page. */
  const end = async (seen: () => Promise<RelayObservation>, problem: string | null): Promise<void> => {
    if (page === null) return;
    try {
      const [block, entry] = [await seen(), await journal.get(step.key)];
      const now = { begun: page.begun, view: await viewAt(block), moment: momentOf(block) };
      await writePage(page.path, await endedActPage(page.page, { ...now, entry, act: step, problem }));
    } catch (error) {
      if (!(error instanceof RescueError)) throw error;
      io.stderr(`warning: the validation page could not be finished: ${printable(error.message)}\n`);
    }
  };
  let finished: FinishedStep<RelayObservation>;
  try {
    finished = await follow(step, io, followed, journal);
  } catch (error) {
    const { reader, observation } = page?.session ?? {};
    if (reader && observation) await end(() => reader.observe([observation.paraId]), messageOf(error));
    throw error;
  }
  await end(async () => finished.block, null);
  return finished;
}

function momentOf({ relay: { number, hash }, relayTime }: Omit<RelayObservation, 'paras'>): PageMoment {
  return { number, hash, at: relayTime };
}

async function tokensOf({ endpoints }: Session): Promise<ValidationPage['tokens']> {
  const { readToken } = await import('../../chain/nodes/token.ts');
  const token = await answerOf(() => readToken(endpoints));
  return 'trouble' in token ? [] : [{ ...token, chain: 'relay chain' }];
}
