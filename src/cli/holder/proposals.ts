import type { ServiceClient } from '../../client/service-client.ts';
import { grouped } from '../../domain/amount.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { Proposal } from '../../domain/round/round.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { voterWarnings } from '../../domain/views/voter-warnings.ts';
import type { AccountTrial } from '../../domain/views/voting.ts';
import { hashArgument, paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { openProposal } from '../shared/open-proposal.ts';
import { roundText } from '../shared/round-text.ts';
import { accountText } from '../shared/signing.ts';
import { facts } from '../shared/table.ts';
import { trialLine } from '../shared/trial-line.ts';

interface ProposalsFlags extends ClientFlags {
  readonly para: ParaId;
  readonly proposal?: Hex;
  readonly account?: string;
}

/** `pararescue proposals`: what can be voted on, and what came of trying it. */
export const registerProposals: RegisterCommand = (program, io) => {
  withClientOptions(program.command('proposals'), io)
    .description('what is proposed for a stopped para, what it changes, and what came of trying it')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option('--proposal <hash>', 'everything about one of them, with its whole trial', hashArgument)
    .option('--account <address>', 'with --proposal: what its code does to the balance of this account')
    .action(async (flags: ProposalsFlags) => {
      const client = await clientOf(flags, io);
      for (const warning of voterWarnings(await client.para(flags.para))) warningTo(io)(warning);
      if (flags.proposal === undefined) {
        if (flags.account !== undefined) throw wrong('--account needs --proposal');
        const proposals = await client.proposals(flags.para);
        io.stdout(flags.json ? jsonText(proposals) : await listText(proposals));
        return;
      }
      const seen = await everythingAbout(client, flags, flags.proposal);
      io.stdout(flags.json ? jsonText(seen) : await wholeText(seen));
    });
};

interface Seen {
  readonly proposal: Proposal;
  readonly trial: Awaited<ReturnType<ServiceClient['trial']>> | null;
  readonly account: AccountTrial | null;
}

async function everythingAbout(client: ServiceClient, flags: ProposalsFlags, hash: Hex): Promise<Seen> {
  const proposal = await openProposal(client, flags.para, hash);
  const isTried = proposal.trial !== undefined && proposal.trial.outcome !== 'untried';
  const trial = isTried ? await client.trial(flags.para, hash) : null;
  const account =
    flags.account === undefined ? null : await client.accountTrial(flags.para, hash, flags.account);
  return { proposal, trial, account };
}

async function listText(proposals: readonly Proposal[]): Promise<string> {
  if (proposals.length === 0) return 'no proposal is open\n';
  return (await Promise.all(proposals.map(proposalText))).join('\n');
}

async function proposalText(proposal: Proposal): Promise<string> {
  const { hash, codeHash, codeSize, runtime, text, proposer, admittedAt, trial, changes } = proposal;
  return facts([
    ['proposal', hash],
    ['code', `${codeHash} (${codeSize} bytes)`],
    ['runtime', `${runtime.specName} ${runtime.specVersion}`],
    ['round', roundText(proposal)],
    ['proposer', await accountText(proposer)],
    ['admitted', `at relay block ${admittedAt}`],
    ['text', text],
    ...(changes ?? []).map((change, index) => [index === 0 ? 'differs' : '', change] as const),
    ['trial', trialLine(trial)],
  ]);
}

async function wholeText({ proposal, trial, account }: Seen): Promise<string> {
  const parts = [await proposalText(proposal)];
  if (trial) {
    const { trialText, differenceText } = await import('../shared/trial-text.ts');
    parts.push(trialText(trial.report));
    if (trial.difference) parts.push(differenceText(trial.difference));
  }
  if (account) parts.push(await accountTrialText(account));
  return parts.join('\n');
}

async function accountTrialText({ account, before, after, unknown }: AccountTrial): Promise<string> {
  const then =
    after === null
      ? `cannot be told: ${printable(unknown ?? '')}`
      : after === before
        ? 'the same'
        : grouped(after);
  return facts([
    ['account', await accountText(account)],
    ['power', grouped(before)],
    ['after', then],
  ]);
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
