import { isPassing } from '../../src/domain/round/tally.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import type { ProposalTally, TallyView } from '../../src/domain/views/voting.ts';
import { barOf } from './collators.tsx';
import { duration, number, percent, share } from './format.ts';
import { useLoaded } from './load.ts';
import { Badge, Hash, Section, Show } from './parts.tsx';
import { linkTo } from './router.ts';
import { client } from './service.ts';
import { text } from './strings.ts';
import { TallyBar } from './tally-bar.tsx';

/** The proposals of the open round, else what came of those of the last one. */
export function ProposalList({ para, now }: { readonly para: ParaStatus; readonly now: number }) {
  const tally = useLoaded(() => client.tally(para.paraId), `tally ${para.paraId}`, now);
  return (
    <Section
      early
      title={para.roundId === null ? text.lastVote : text.proposals}
      note={
        para.clock && para.state === 'voting' && para.clock.closesAt > now ? (
          <span class="quiet">
            {text.closes} {text.inAbout(duration(para.clock.closesAt - now))}
          </span>
        ) : null
      }
    >
      <Show of={tally}>
        {(found) =>
          found.tallies.length === 0 ? (
            <p class="quiet">{text.noProposals}</p>
          ) : (
            <ul class="plain">
              {found.tallies.map((one) => (
                <Row key={one.proposal} paraId={para.paraId} tally={one} of={found} />
              ))}
            </ul>
          )
        }
      </Show>
    </Section>
  );
}

function Row(props: { readonly paraId: number; readonly tally: ProposalTally; readonly of: TallyView }) {
  const { paraId, tally, of } = props;
  const { proposal, votes, collators } = tally;
  const { ayes, nays, abstains, electorate } = barOf(tally);
  const isOpen = of.ended === undefined;
  const passed = isOpen ? isPassing(tally) : of.ended?.approved === proposal;
  return (
    <li class="proposal-row">
      <div>
        {isOpen ? (
          <a href={linkTo.proposal(paraId, proposal)}>
            {text.proposal} {proposal.slice(0, 10)}
          </a>
        ) : (
          <>
            {text.proposal} <Hash value={proposal} what={text.proposal} />
          </>
        )}
        {!isOpen && (
          <Badge tone={passed ? 'good' : 'quiet'}>{passed ? text.approvedNow : text.rejectedNow}</Badge>
        )}
        {tally.endorsed && <Badge tone="good">{text.endorsed}</Badge>}
      </div>
      <TallyBar tally={barOf(tally)} />
      <p class="quiet">
        {collators?.decide !== 'alone' &&
          `${text.approval} ${percent(share(ayes, ayes + nays))} · ${text.quorum} ${percent(share(ayes + abstains, electorate))} · `}
        {collators && `${text.collators} ${text.agree(collators.ayes, collators.needed)} · `}
        {number(votes)} {text.votes.toLowerCase()}
      </p>
    </li>
  );
}
