import type { ServiceClient } from '../../client/service-client.ts';
import type { Token } from '../../domain/amount.ts';
import { oneLine, printable } from '../../domain/plain-text.ts';
import type { Proposal } from '../../domain/round/round.ts';
import { shownUrl } from '../../domain/shown-value.ts';
import type { Hex, ParaId, RelayBlock } from '../../domain/units.ts';
import type { ParaStatus } from '../../domain/views/status.ts';
import type { AccountTrial } from '../../domain/views/voting.ts';
import { amountText } from './amount-text.ts';
import { roundText } from './round-text.ts';
import { accountText } from './signing.ts';
import { facts } from './table.ts';
import { trialLine } from './trial-line.ts';
import { presentOf, whenText } from './when-text.ts';

/** What is shown of a proposal's text in a list. */
const LONGEST_TEXT = 200;

/** Everything that a service tells of a proposal. */
export interface SeenProposal {
  readonly proposal: Proposal;
  readonly trial: Awaited<ReturnType<ServiceClient['trial']>> | null;
  readonly account: AccountTrial | null;
}

/** `account`: what the proposed code does to the balance of this one. */
export async function everythingAbout(
  client: ServiceClient,
  proposal: Proposal,
  account: string | undefined,
): Promise<SeenProposal> {
  const { paraId, hash } = proposal;
  const isTried = proposal.trial !== undefined && proposal.trial.outcome !== 'untried';
  return {
    proposal,
    trial: isTried ? await client.trial(paraId, hash) : null,
    account: account === undefined ? null : await client.accountTrial(paraId, hash, account),
  };
}

export async function proposalText(proposal: Proposal, present: RelayBlock | null): Promise<string> {
  const { hash, codeHash, codeSize, runtime, text, proposer, admittedAt, trial, changes } = proposal;
  return facts([
    ['proposal', hash],
    ['code', `${codeHash} (${codeSize} bytes)`],
    ['runtime', `${runtime.specName} ${runtime.specVersion}`],
    ['round', roundText(proposal)],
    ['proposer', await accountText(proposer)],
    ['admitted', `at ${whenText(admittedAt, present)}`],
    ['text', text],
    ...(changes ?? []).map((change, index) => [index === 0 ? 'differs' : '', change] as const),
    ['trial', trialLine(trial)],
  ]);
}

/** With the whole trial, and where else to look. */
export async function wholeProposalText(
  { proposal, trial, account }: SeenProposal,
  para: ParaStatus,
  url: string,
): Promise<string> {
  const parts = [await proposalText(proposal, presentOf(para))];
  if (trial) {
    const { trialText, differenceText } = await import('./trial-text.ts');
    parts.push(trialText(trial.report));
    if (trial.difference) parts.push(differenceText(trial.difference));
  }
  if (account) parts.push(await accountTrialText(account, para.token));
  parts.push(
    facts([
      ['its code', `pararescue code get ${proposal.codeHash} --out FILE`],
      ['vote', `pararescue vote --para ${para.paraId} --proposal ${proposal.hash} --choice aye|nay|abstain`],
      ['page', pageOf(url, para.paraId, proposal.hash)],
    ]),
  );
  return parts.join('\n');
}

async function accountTrialText(
  { account, before, after, unknown }: AccountTrial,
  token: Token | null | undefined,
): Promise<string> {
  const then =
    after === null
      ? `cannot be told: ${printable(unknown ?? '')}`
      : after === before
        ? 'the same'
        : amountText(after, token);
  return facts([
    ['account', await accountText(account)],
    ['power', amountText(before, token)],
    ['after', then],
  ]);
}

/** What is proposed for a para in short: by whom, what it changes, and where everything about it stands. */
export async function proposalLines(
  { paraId, proposals = [] }: ParaStatus,
  whole: readonly Proposal[],
  url: string,
): Promise<(readonly [string, string])[]> {
  const lines: (readonly [string, string])[] = [];
  for (const { hash, trial } of proposals) {
    lines.push(['proposal', `${hash}: ${printable(trialLine(trial))}`]);
    const seen = whole.find((one) => one.hash === hash);
    if (!seen) continue;
    const { text, proposer, runtime, changes = [] } = seen;
    lines.push(
      ['', `  ${runtime.specName} ${runtime.specVersion}, proposed by ${await accountText(proposer)}:`],
      ['', `  ${oneLine(text, LONGEST_TEXT)}`],
      ...changes.map((change) => ['', `  differs: ${change}`] as const),
      ['', `  everything: pararescue proposal ${hash}, or ${pageOf(url, paraId, hash)}`],
    );
  }
  return lines;
}

function pageOf(url: string, paraId: ParaId, hash: Hex): string {
  return `${shownUrl(url)}/#/paras/${paraId}/proposals/${hash}`;
}
