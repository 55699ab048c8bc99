import type { Token } from '../../domain/amount.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import type { ProposalTally, TallyView } from '../../domain/views/voting.ts';
import { amountCells, amountText } from '../shared/amount-text.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import { collatorsText, standText } from '../shared/collators-text.ts';
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
  { paraId, anchor, round, roundId, electorate, collators, clock, tallies, ended }: TallyView,
  token: Token | null,
  present: RelayBlock | null,
): string {
  const closes = ended
    ? `, ended at ${whenText(ended.decidedAt, present)}`
    : clock
      ? `, closes at ${whenText(clock.closesAt, present)}${clock.extended ? ' (extended)' : ''}`
      : '';
  const rows = tallies.flatMap((tally) => {
    const { ayes, nays, abstains, size } = headsOf(tally) ?? { ...tally, size: null };
    const sums = [ayes, nays, abstains].map((sum) =>
      size === null ? amountCells(sum, token) : ([sum.toString(), ''] as const),
    );
    const shares = [
      String(tally.votes),
      percentage(ayes, size ?? ayes + nays),
      percentage(ayes + abstains + (size === null ? 0n : nays), size ?? electorate),
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
    `para ${paraId}, round ${roundText({ round, roundId })} of head ${anchor}${closes}\n${endText(ended)}` +
    (collators?.decide === 'alone' ? '' : `electorate ${amountText(electorate, token)}\n`) +
    (collators ? `collators ${collatorsText(collators)}\n\n` : '\n') +
    (rows.length === 0
      ? 'no proposal yet\n'
      : table(['PROPOSAL', ...NUMBERS, ended ? 'AT THE END' : 'SO FAR', 'TRIAL'], rows, NUMBERS))
  );
}

/** The voices, where they alone decide: of all collators, and not of those who voted. */
function headsOf({ collators }: ProposalTally) {
  if (collators?.decide !== 'alone') return null;
  const { ayes, nays, abstains, size } = collators;
  return { ayes: BigInt(ayes), nays: BigInt(nays), abstains: BigInt(abstains), size: BigInt(size) };
}

function endText(ended: TallyView['ended']): string {
  if (!ended) return '';
  return ended.approved === null ? 'no proposal was approved\n' : `approved: proposal ${ended.approved}\n`;
}

const TRIALS = { accepted: 'builds blocks', failed: 'FAILS', untried: 'NOT TRIED' } as const;

function standing(tally: ProposalTally, present: RelayBlock | null): string {
  const { endorsed, canPassFrom } = tally;
  const votes = standText(tally);
  return endorsed ? `${votes}, endorsed: can pass from ${whenText(canPassFrom, present)}` : votes;
}
