import { castVote } from '../client/acts.ts';
import type { ServiceClient } from '../client/service-client.ts';
import { grouped } from '../domain/amount.ts';
import { RescueError } from '../domain/errors.ts';
import type { Choice, Proposal } from '../domain/round/round.ts';
import type { Hex, ParaId } from '../domain/units.ts';
import type { TallyView } from '../domain/views/voting.ts';
import { signerFromUri } from '../voting/ballots/text-signer.ts';
import type { Narrator } from './narrator.ts';

/** What the people of the story do, through the HTTP door that everybody has, each with a key of their own. */

/** Every holder votes, at each of the services in turn; the last of the opponents thinks again, and the later vote replaces the earlier one. */
export async function holdVote(
  clients: readonly ServiceClient[],
  proposal: Proposal,
  holders: readonly { readonly name: string; readonly uri: string }[],
  narrator: Narrator,
  token: { readonly decimals: number; readonly symbol: string },
): Promise<void> {
  const [first] = clients;
  if (!first) throw new RescueError('RESCUE_INTERNAL', 'There is no service to vote at.');
  /** False when the round was decided before this vote came. */
  const cast = async (
    holder: (typeof holders)[number],
    choice: Choice,
    sequence: number,
  ): Promise<boolean> => {
    const client = clients[(holders.indexOf(holder) + sequence - 1) % clients.length] ?? first;
    const vote = await castVote(client, proposal, signerFromUri(holder.uri), choice, sequence).catch(
      (error) => {
        if (error instanceof RescueError && error.code === 'RESCUE_STATE_REFUSES') return null;
        throw error;
      },
    );
    if (vote === null) {
      narrator.tell('late', `${holder.name.padEnd(12)} comes too late: the round is decided`, { choice });
      return false;
    }
    const amount = formatAmount(vote.power, token.decimals, token.symbol);
    const again = sequence > 1 ? '  (instead of the earlier vote)' : '';
    narrator.tell('vote', `${holder.name.padEnd(12)} ${choice.padEnd(8)}${amount.padStart(22)}${again}`, {
      account: vote.account,
      choice,
      power: vote.power.toString(),
      sequence,
    });
    return true;
  };
  // On a busy machine blocks pass between two votes, and those that are in may be enough.
  let isOpen = true;
  let opponent: (typeof holders)[number] | null = null;
  for (const [index, holder] of holders.entries()) {
    const choice = index % 7 === 3 ? 'nay' : index % 7 === 5 ? 'abstain' : 'aye';
    if (choice === 'nay') opponent = holder;
    isOpen = await cast(holder, choice, 1);
    if (!isOpen) break;
  }
  if (opponent && isOpen) await cast(opponent, 'aye', 2);
  const { tallies, electorate } = await tallyOf(first, proposal.paraId, holders.length);
  const tally = tallies.find((entry) => entry.proposal === proposal.hash);
  if (!tally) return;
  const approval = formatShare(tally.ayes, tally.ayes + tally.nays);
  const turnout = formatShare(tally.ayes + tally.abstains, electorate);
  narrator.tell(
    'tally',
    `${tally.votes} votes: ${approval} of ayes and nays are aye, quorum stands at ${turnout} of the electorate`,
    {
      ayes: tally.ayes.toString(),
      nays: tally.nays.toString(),
      abstains: tally.abstains.toString(),
      electorate: electorate.toString(),
      approved: tally.approved,
      quorate: tally.quorate,
    },
  );
}

/** The tally once the service has all votes, its own and those of its peers; a decided round takes none any more. */
async function tallyOf(client: ServiceClient, paraId: ParaId, votes: number): Promise<TallyView> {
  for (;;) {
    const { state } = await client.para(paraId);
    const view = await client.tally(paraId);
    const counted = view.tallies.reduce((sum, tally) => sum + tally.votes, 0);
    if (counted >= votes || state !== 'voting') return view;
  }
}

/** `66.67 %`, cut off, not rounded. */
function formatShare(part: bigint, whole: bigint): string {
  if (whole === 0n) return '0 %';
  const hundredths = (part * 10_000n) / whole;
  return `${hundredths / 100n}.${(hundredths % 100n).toString().padStart(2, '0')} %`;
}

/** `12,345.6789 PARA` for an amount in planck. */
function formatAmount(planck: bigint, decimals: number, symbol: string): string {
  const unit = 10n ** BigInt(decimals);
  const fraction = (planck % unit).toString().padStart(decimals, '0').slice(0, 4).replace(/0+$/, '');
  const whole = grouped(planck / unit);
  return `${whole}${fraction === '' ? '' : `.${fraction}`} ${symbol}`;
}

/** `0x1234…cdef`. */
export function shortHash(hash: Hex): string {
  return `${hash.slice(0, 8)}…${hash.slice(-6)}`;
}
