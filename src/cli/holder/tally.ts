import type { Token } from '../../domain/amount.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import type { ProposalTally, TallyView } from '../../domain/views/voting.ts';
import { amountCells, amountText } from '../shared/amount-text.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { roundText } from '../shared/round-text.ts';
import { percentage, table } from '../shared/table.ts';
import { presentOf, whenText } from '../shared/when-text.ts';

interface TallyFlags extends ClientFlags {
  readonly para: ParaId;
}

export const registerTally: RegisterCommand = (program, io) => {
  withClientOptions(program.command('tally'), io)
    .description('what the votes of the open round add up to, else those of the last one')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .action(async (flags: TallyFlags) => {
      const client = await clientOf(flags, io);
      const tally = await client.tally(flags.para);
      if (flags.json) return io.stdout(jsonText(tally));
      const para = await client.para(flags.para);
      io.stdout(tallyText(tally, para.token ?? null, presentOf(para)));
    });
};

const NUMBERS = ['AYES', 'NAYS', 'ABSTAINS', 'VOTES', 'APPROVAL', 'TURNOUT'];

function tallyText(
  { paraId, anchor, round, roundId, electorate, clock, tallies, ended }: TallyView,
  token: Token | null,
  present: RelayBlock | null,
): string {
  const closes = ended
    ? `, ended at ${whenText(ended.decidedAt, present)}`
    : clock
      ? `, closes at ${whenText(clock.closesAt, present)}${clock.extended ? ' (extended)' : ''}`
      : '';
  const rows = tallies.flatMap((tally) => {
    const sums = [tally.ayes, tally.nays, tally.abstains].map((sum) => amountCells(sum, token));
    const shares = [
      String(tally.votes),
      percentage(tally.ayes, tally.ayes + tally.nays),
      percentage(tally.ayes + tally.abstains, electorate),
      standing(tally, present),
      TRIALS[tally.trial?.outcome ?? 'untried'],
    ];
    const inPlanck = sums.map(([, plancks]) => plancks);
    return [
      [tally.proposal, ...sums.map(([amount]) => amount), ...shares],
      ...(inPlanck.every((plancks) => plancks === '')
        ? []
        : [['  in planck', ...inPlanck, ...shares.map(() => '')]]),
    ];
  });
  return (
    `para ${paraId}, round ${roundText({ round, roundId })} of head ${anchor}${closes}\n${endText(ended)}electorate ${amountText(electorate, token)}\n\n` +
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

function standing(
  { approved, quorate, endorsed, canPassFrom }: ProposalTally,
  present: RelayBlock | null,
): string {
  const votes = `${approved ? 'approved' : 'not approved'}, ${quorate ? 'quorate' : 'no quorum'}`;
  return endorsed ? `${votes}, endorsed: can pass from ${whenText(canPassFrom, present)}` : votes;
}
