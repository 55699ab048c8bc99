import type { CollatorTally } from '../../src/domain/round/collators.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { CollatorsView, ProposalTally } from '../../src/domain/views/voting.ts';
import { addressOf } from './address.ts';
import { share } from './format.ts';
import { Goal } from './goal.tsx';
import { Hash } from './parts.tsx';
import { CHOICE, text } from './strings.ts';
import type { CastVote } from './use-votes.ts';

/** Collators of whom each is shown; no para has as many. */
const MOST_SHOWN = 200;

/** The voices as sums, where collators alone decide: of all of them, as the holders' are of the electorate. */
export function barOf(
  tally: ProposalTally,
): Pick<ProposalTally, 'ayes' | 'nays' | 'abstains' | 'electorate'> {
  const { collators } = tally;
  if (collators?.decide !== 'alone') return tally;
  const { ayes, nays, abstains, size } = collators;
  return { ayes: BigInt(ayes), nays: BigInt(nays), abstains: BigInt(abstains), electorate: BigInt(size) };
}

export function CollatorGoal({ size, needed, ayes, approved }: CollatorTally) {
  return (
    <Goal
      label={text.collators}
      help={text.collatorsHelp}
      value={share(BigInt(ayes), BigInt(size))}
      wanted={text.ofCollators(needed, size)}
      reached={approved}
    />
  );
}

/** Each collator with what it said of the proposal, and who is missing. */
export function CollatorList(props: {
  readonly proposal: Hex;
  readonly of: CollatorsView;
  readonly cast: readonly CastVote[] | null;
}) {
  const { proposal, of, cast } = props;
  const said = new Map(
    (cast ?? []).filter((vote) => vote.proposal === proposal).map((vote) => [vote.account, vote.choice]),
  );
  return (
    <details>
      <summary>{text.collatorsOf(of.members.length)}</summary>
      <p class="quiet">{of.decide === 'alone' ? text.decideAlone : text.decideBeside}</p>
      <table class="tally">
        <tbody>
          {of.members.slice(0, MOST_SHOWN).map((account) => {
            const choice = said.get(account);
            return (
              <tr key={account}>
                <th scope="row">
                  <Hash value={addressOf(account)} what={text.account} />
                </th>
                <td>
                  {cast === null ? text.unknown : choice === undefined ? text.notVoted : CHOICE[choice]}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {of.members.length > MOST_SHOWN && <p class="quiet">{text.more(of.members.length - MOST_SHOWN)}</p>}
    </details>
  );
}
