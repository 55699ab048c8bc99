import type { Token } from '../../src/domain/amount.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import type { CountedVote } from '../../src/domain/round/round.ts';
import type { ProposalTally, TallyView } from '../../src/domain/views/voting.ts';
import { duration, number, percent, share, time, timeOfBlock } from './format.ts';
import { Amount, Badge, Facts, Section } from './parts.tsx';
import { linkTo } from './router.ts';
import { text } from './strings.ts';
import { TallyBar } from './tally-bar.tsx';
import { TallyPlot } from './tally-plot.tsx';

export function TallyPanel(props: {
  readonly own: ProposalTally;
  readonly view: TallyView;
  readonly policy: Policy | null;
  readonly token: Token | null;
  readonly now: number;
  /** All votes of the round; null where there are too many to draw each. */
  readonly cast: readonly CountedVote[] | null;
}) {
  const { own, view, policy, token, now, cast } = props;
  const { proposal, ayes, nays, abstains, votes, electorate, approved, quorate, endorsed, canPassFrom } = own;
  const end = view.clock?.closesAt ?? null;
  const [approval, turnout] = [share(ayes, ayes + nays), share(ayes + abstains, electorate)];
  return (
    <Section early title={text.votes} note={endorsed && <Badge tone="good">{text.endorsed}</Badge>}>
      <TallyBar tally={own} />
      <table class="tally">
        <tbody>
          {(
            [
              ['aye', text.aye, ayes],
              ['nay', text.nay, nays],
              ['abstain', text.abstain, abstains],
            ] as const
          ).map(([name, label, power]) => (
            <tr key={name}>
              <th scope="row">
                <span class={`key ${name}`} />
                {label}
              </th>
              <td>
                <Amount planck={power} token={token} />
              </td>
              <td>{percent(share(power, electorate))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="goals">
        <Goal
          label={text.approval}
          help={text.approvalHelp}
          value={approval}
          wanted={policy?.voting.approval}
          reached={approved}
        />
        <Goal
          label={text.quorum}
          help={text.quorumHelp}
          value={turnout}
          wanted={policy?.voting.quorum}
          reached={quorate}
        />
      </div>
      <p>
        <strong>{stands(own, view)}</strong>
      </p>
      {votes === 0 ? (
        <p class="quiet">{text.noVotes}</p>
      ) : cast !== null && view.clock ? (
        <TallyPlot
          votes={cast.filter((vote) => vote.proposal === proposal)}
          tally={own}
          clock={view.clock}
          voting={policy?.voting ?? null}
          now={view.ended?.decidedAt ?? now}
        />
      ) : (
        <p class="quiet">{text.tooManyVotes}</p>
      )}
      <p>
        <a href={linkTo.verify(view.paraId)}>{text.verifyThis}</a>
      </p>
      <Facts
        of={[
          [text.votes, number(votes)],
          [text.electorate, <Amount key="electorate" planck={electorate} token={token} />],
          [text.earliest, <Ending key="earliest" block={canPassFrom} now={now} />],
          [text.latest, end !== null && <Ending block={end} now={now} />],
        ]}
      />
    </Section>
  );
}

function stands({ approved, quorate, proposal }: ProposalTally, { ended }: TallyView): string {
  if (ended !== undefined) {
    const result = ended.approved === proposal ? text.approvedNow : text.rejectedNow;
    return `${result}. ${text.roundOver(number(ended.decidedAt))}`;
  }
  return approved && quorate ? text.passesIf : text.passesNot;
}

function Goal(props: {
  readonly label: string;
  readonly help: string;
  readonly value: number;
  readonly wanted: string | undefined;
  readonly reached: boolean;
}) {
  const { label, help, value, wanted, reached } = props;
  return (
    <div class="goal">
      <h3>{label}</h3>
      <p class="big">{percent(value)}</p>
      <p>
        {wanted !== undefined && `${text.needs(wanted)} · `}
        <span class={reached ? 'good-text' : 'warn-text'}>{reached ? text.reached : text.notReached}</span>
      </p>
      <p class="quiet">{help}</p>
    </div>
  );
}

function Ending({ block, now }: { readonly block: number; readonly now: number }) {
  const away = block - now;
  return (
    <>
      {time(timeOfBlock(block, now))}{' '}
      <span class="quiet">
        {away > 0 ? `${text.inAbout(duration(away))} · ` : `${text.ago(duration(-away))} · `}
        {text.atRelay(number(block))}
      </span>
    </>
  );
}
