import { useMemo } from 'preact/hooks';
import type { Token } from '../../src/domain/amount.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import { isPassing } from '../../src/domain/round/tally.ts';
import type { ProposalTally, TallyView } from '../../src/domain/views/voting.ts';
import { barOf, CollatorGoal, CollatorList } from './collators.tsx';
import { duration, number, percent, share, time, timeOfBlock } from './format.ts';
import { Goal } from './goal.tsx';
import { Amount, Badge, Facts, Section } from './parts.tsx';
import { linkTo } from './router.ts';
import { text } from './strings.ts';
import { TallyBar } from './tally-bar.tsx';
import { TallyPlot } from './tally-plot.tsx';
import type { KnownVotes } from './use-votes.ts';

export function TallyPanel(props: {
  readonly own: ProposalTally;
  readonly view: TallyView;
  readonly policy: Policy | null;
  readonly token: Token | null;
  readonly now: number;
  /** Of the round. */
  readonly votes: KnownVotes;
}) {
  const { own, view, policy, token, now } = props;
  const { proposal, votes, electorate, approved, quorate, collators, endorsed, canPassFrom } = own;
  const { cast, whole: isWhole, read } = props.votes;
  const ofProposal = useMemo(
    () => (cast ?? []).filter((vote) => vote.proposal === proposal),
    [cast, proposal],
  );
  const alone = collators?.decide === 'alone';
  const { ayes, nays, abstains, electorate: whole } = barOf(own);
  const end = view.clock?.closesAt ?? null;
  const [approval, turnout] = [share(ayes, ayes + nays), share(ayes + abstains, whole)];
  return (
    <Section early title={text.votes} note={endorsed && <Badge tone="good">{text.endorsed}</Badge>}>
      <TallyBar tally={barOf(own)} />
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
              <td>{alone ? number(Number(power)) : <Amount planck={power} token={token} />}</td>
              <td>{percent(share(power, whole))}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <div class="goals">
        {!alone && (
          <>
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
          </>
        )}
        {collators && <CollatorGoal {...collators} />}
      </div>
      {view.collators && <CollatorList proposal={proposal} of={view.collators} cast={cast} />}
      <p>
        <strong>{stands(own, view)}</strong>
      </p>
      {votes === 0 ? (
        <p class="quiet">{text.noVotes}</p>
      ) : alone ? null : !isWhole && (cast === null || cast.length === 0) ? (
        <p class="quiet">{text.readingVotes(number(read))}</p>
      ) : cast !== null && view.clock ? (
        <TallyPlot
          votes={ofProposal}
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
          [text.electorate, !alone && <Amount planck={electorate} token={token} />],
          [text.earliest, <Ending key="earliest" block={canPassFrom} now={now} />],
          [text.latest, end !== null && <Ending block={end} now={now} />],
        ]}
      />
    </Section>
  );
}

function stands(tally: ProposalTally, { ended }: TallyView): string {
  if (ended !== undefined) {
    const result = ended.approved === tally.proposal ? text.approvedNow : text.rejectedNow;
    return `${result}. ${text.roundOver(number(ended.decidedAt))}`;
  }
  return isPassing(tally) ? text.passesIf : text.passesNot;
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
