import type { PageExtrinsic, PageStep, ValidationPage } from '../domain/validation/page.ts';
import { closedPage } from '../routes/validation/decision-page.ts';
import type { Code } from '../trial/code.ts';
import type { RehearsalPlan } from './plan.ts';
import type { Played, Stage } from './play/play.ts';
import type { RehearsedCall } from './report.ts';
import { shortcutsOf } from './shortcuts.ts';

/** First heads that a page names. */
const MOST_HEADS = 10;

/** The validation page of a rehearsal, with what became of its calls, its heads and its end; null where no route was taken. */
export function pageOfRehearsal(input: {
  readonly plan: RehearsalPlan;
  readonly stage: Stage;
  readonly played: Played;
  readonly proposed: Code;
}): ValidationPage | null {
  const { plan, stage, played, proposed } = input;
  if (played.page === null) return null;
  const { version, hash } = proposed.described;
  const page: ValidationPage = {
    ...played.page,
    code: {
      hash,
      bytes: plan.code.length,
      runtime: version && `${version.specName} ${version.specVersion}`,
    },
    steps: played.page.steps.map((step) => ({ ...step, extrinsics: madeIn(step, played) })),
    heads: stage.para.included.slice(0, MOST_HEADS).map(({ summary, relayBlock }) => ({
      number: summary.number,
      hash: summary.hash,
      seenAt: relayBlock,
    })),
    notes: shortcutsOf(plan, stage, played),
  };
  const { verdict } = played;
  return verdict.kind === 'lives'
    ? closedPage(page, 'done', null)
    : closedPage(page, 'failed', verdict.words);
}

function madeIn({ id }: PageStep, { steps }: Played): PageExtrinsic[] {
  return steps.flatMap((step) => (step.id === id ? step.calls.map(extrinsicOf) : []));
}

function extrinsicOf(call: RehearsedCall): PageExtrinsic {
  const { chain, method, extrinsic, hash, signer, block, blockHash, fee, problem } = call;
  return {
    chain,
    method,
    hash: extrinsic,
    callHash: hash,
    signer,
    nonce: null,
    status: problem === null ? 'done' : 'failed',
    block: block === null ? null : { number: block, hash: blockHash },
    fee,
    problem,
  };
}
