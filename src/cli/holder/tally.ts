import { grouped } from '../../domain/amount.ts';
import type { ParaId } from '../../domain/units.ts';
import type { ProposalTally, TallyView } from '../../domain/views/voting.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { roundText } from '../shared/round-text.ts';
import { percentage, table } from '../shared/table.ts';

interface TallyFlags extends ClientFlags {
  readonly para: ParaId;
}

export const registerTally: RegisterCommand = (program, io) => {
  withClientOptions(program.command('tally'), io)
    .description('what the votes of the open round add up to, else those of the last one')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .action(async (flags: TallyFlags) => {
      const tally = await (await clientOf(flags, io)).tally(flags.para);
      io.stdout(flags.json ? jsonText(tally) : tallyText(tally));
    });
};

const NUMBERS = ['AYES', 'NAYS', 'ABSTAINS', 'VOTES', 'APPROVAL', 'TURNOUT'];

function tallyText({ paraId, anchor, round, roundId, electorate, clock, tallies, ended }: TallyView): string {
  const closes = ended
    ? `, ended at relay block ${ended.decidedAt}`
    : clock
      ? `, closes at relay block ${clock.closesAt}${clock.extended ? ' (extended)' : ''}`
      : '';
  const rows = tallies.map((tally) => [
    tally.proposal,
    grouped(tally.ayes),
    grouped(tally.nays),
    grouped(tally.abstains),
    String(tally.votes),
    percentage(tally.ayes, tally.ayes + tally.nays),
    percentage(tally.ayes + tally.abstains, electorate),
    standing(tally),
    TRIALS[tally.trial?.outcome ?? 'untried'],
  ]);
  return (
    `para ${paraId}, round ${roundText({ round, roundId })} of head ${anchor}${closes}\n${endText(ended)}electorate ${grouped(electorate)}\n\n` +
    (rows.length === 0
      ? 'no proposal yet\n'
      : table(['PROPOSAL', ...NUMBERS, ended ? 'AT THE END' : 'SO FAR', 'TRIAL'], rows, NUMBERS))
  );
}

function endText(ended: TallyView['ended']): string {
  if (!ended) return '';
  return ended.approved === null ? 'no proposal was approved\n' : `approved: proposal ${ended.approved}\n`;
}

const TRIALS = { accepted: 'builds blocks', failed: 'FAILS', untried: 'NOT TRIED' } as const;

function standing({ approved, quorate, endorsed, canPassFrom }: ProposalTally): string {
  const votes = `${approved ? 'approved' : 'not approved'}, ${quorate ? 'quorate' : 'no quorum'}`;
  return endorsed ? `${votes}, endorsed: can pass from block ${canPassFrom}` : votes;
}
