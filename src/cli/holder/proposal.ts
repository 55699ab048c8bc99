import type { ServiceClient } from '../../client/service-client.ts';
import type { Token } from '../../domain/amount.ts';
import { RescueError } from '../../domain/errors.ts';
import type { FinalTally, Incident, IncidentRound } from '../../domain/incidents/incident.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { voterWarnings } from '../../domain/views/voter-warnings.ts';
import { amountText } from '../shared/amount-text.ts';
import { hashArgument, paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import { voicesText } from '../shared/collators-text.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { everythingAbout, wholeProposalText } from '../shared/proposal-text.ts';
import { roundText } from '../shared/round-text.ts';
import { facts, percentage } from '../shared/table.ts';

interface ProposalFlags extends ClientFlags {
  readonly para?: ParaId;
  readonly account?: string;
}

/** Incidents of each para that are looked through for a proposal whose round is over. */
const MOST_INCIDENTS = 200;

/** `pararescue proposal HASH`: one proposal of whichever para, also when its vote is long over. */
export const registerProposal: RegisterCommand = (program, io) => {
  withClientOptions(program.command('proposal'), io)
    .description(
      'everything about one proposal: its text, code, trial and, when its vote is over, the result',
    )
    .argument('<hash>', 'hash of the proposal', hashArgument)
    .option('--para <id>', 'of this para; default: whichever para of the service has it', paraArgument)
    .option('--account <address>', 'what its code does to the balance of this account')
    .action(async (hash: Hex, flags: ProposalFlags) => {
      const client = await clientOf(flags, io);
      const ids =
        flags.para === undefined ? (await client.status()).paras.map(({ paraId }) => paraId) : [flags.para];
      for (const paraId of ids) {
        const proposal = (await client.proposals(paraId)).find((one) => one.hash === hash);
        if (!proposal) continue;
        const para = await client.para(paraId);
        for (const warning of voterWarnings(para)) warningTo(io)(warning);
        const seen = await everythingAbout(client, proposal, flags.account);
        io.stdout(flags.json ? jsonText(seen) : await wholeProposalText(seen, para, client.url));
        return;
      }
      const past = await pastResult(client, ids, hash);
      if (past === null) {
        throw new RescueError(
          'RESCUE_NOT_FOUND',
          `no para of this service has the proposal ${hash}, open or decided; "pararescue proposals --para ID" lists those that are open`,
        );
      }
      if (flags.json) return io.stdout(jsonText(past));
      io.stdout(pastText(past, (await client.para(past.paraId)).token));
    });
};

interface PastResult extends Pick<Incident, 'paraId'> {
  readonly incident: number;
  readonly round: IncidentRound;
  readonly tally: FinalTally;
}

async function pastResult(
  client: ServiceClient,
  ids: readonly ParaId[],
  hash: Hex,
): Promise<PastResult | null> {
  for (const paraId of ids) {
    for (const { number: incident, rounds } of await client.incidents(paraId, MOST_INCIDENTS)) {
      for (const round of rounds.entries) {
        const tally = round.tallies?.find(({ proposal }) => proposal === hash);
        if (tally) return { paraId, incident, round, tally };
      }
    }
  }
  return null;
}

function pastText({ paraId, incident, round, tally }: PastResult, token: Token | null | undefined): string {
  const { proposal, ayes, nays, abstains, votes, electorate, quorate, collators } = tally;
  const won = round.approved?.proposal === proposal;
  return facts([
    ['proposal', proposal],
    ['para', String(paraId)],
    ['round', `${roundText(round)}, which ended: ${round.result}`],
    ['result', won ? 'this one was approved' : 'this one was not'],
    ['code', won && round.approved ? round.approved.codeHash : null],
    ...(collators?.decide === 'alone'
      ? []
      : ([
          ['ayes', amountText(ayes, token)],
          ['nays', amountText(nays, token)],
          ['abstains', amountText(abstains, token)],
          ['approval', percentage(ayes, ayes + nays)],
          ['turnout', `${percentage(ayes + abstains, electorate)}, ${quorate ? 'quorate' : 'no quorum'}`],
        ] as const)),
    ['votes', String(votes)],
    [
      'collators',
      collators
        ? `${voicesText(collators)}: ${collators.approved ? 'they agree' : 'too few'}${collators.decide === 'alone' ? '; they decide alone' : ''}`
        : null,
    ],
    ['what came of it', `pararescue history --incident ${incident}`],
    ['its evidence', `pararescue evidence --para ${paraId} --out FILE, while it is the last round`],
  ]);
}
