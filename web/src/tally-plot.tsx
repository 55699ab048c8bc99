import { useMemo } from 'preact/hooks';
import type { Policy } from '../../src/domain/policy/policy.ts';
import type { RoundClock } from '../../src/domain/round/tally.ts';
import type { ProposalTally } from '../../src/domain/views/voting.ts';
import { number, percent, share } from './format.ts';
import { text } from './strings.ts';
import { pointsOf } from './tally-points.ts';
import type { CastVote } from './use-votes.ts';

const WIDTH = 600;
const HEIGHT = 180;
/** How often what went by fits into what is shown. */
const REACH = 3;

/** Approval and turnout over relay blocks, with the lines that the policy asks for and the two ends of the vote. */
export function TallyPlot(props: {
  readonly votes: readonly CastVote[];
  readonly tally: ProposalTally;
  readonly clock: RoundClock;
  readonly voting: Policy['voting'] | null;
  readonly now: number;
}) {
  const { votes, tally, clock, voting, now } = props;
  const { ayes, nays, abstains, electorate, admittedAt, canPassFrom } = tally;
  // While the latest end is far away, what happened would be a line at the left edge: it is shown when it comes nearer.
  const reach = (Math.max(now, canPassFrom) - admittedAt) * REACH;
  const end = Math.max(Math.min(clock.closesAt, admittedAt + reach), admittedAt + 1);
  const x = (block: number) =>
    (WIDTH * (Math.min(Math.max(block, admittedAt), end) - admittedAt)) / (end - admittedAt);
  const y = (value: number) => HEIGHT - (value / 100) * HEIGHT;
  const points = useMemo(() => pointsOf(votes, electorate, WIDTH), [votes, electorate]);
  const line = (of: 'approval' | 'turnout') =>
    points.length === 0
      ? ''
      : `M${x(points[0]?.block ?? 0).toFixed(1)} ${HEIGHT}${points
          .map((point) => `H${x(point.block).toFixed(1)}V${y(point[of]).toFixed(1)}`)
          .join('')}H${x(now).toFixed(1)}`;
  const [approval, quorum] = [
    Number.parseFloat(voting?.approval ?? ''),
    Number.parseFloat(voting?.quorum ?? ''),
  ];
  const label = text.tallyPlot(
    percent(share(ayes, ayes + nays)),
    percent(share(ayes + abstains, electorate)),
  );
  return (
    <figure class="plot tally-plot">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        style={{ height: `${HEIGHT}px` }}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {[0, 25, 50, 75, 100].map((value) => (
          <path key={value} class="grid" d={`M0 ${y(value)}H${WIDTH}`} />
        ))}
        {!Number.isNaN(approval) && <path class="goal-line approval" d={`M0 ${y(approval)}H${WIDTH}`} />}
        {!Number.isNaN(quorum) && <path class="goal-line turnout" d={`M0 ${y(quorum)}H${WIDTH}`} />}
        <path class="end-line" d={`M${x(canPassFrom)} 0V${HEIGHT}`} />
        {clock.closesAt <= end && <path class="end-line" d={`M${x(clock.closesAt)} 0V${HEIGHT}`} />}
        <path class="line approval" d={line('approval')} />
        <path class="line turnout" d={line('turnout')} />
      </svg>
      <figcaption>
        <span>{text.atRelay(number(admittedAt))}</span>
        <span>{text.atRelay(number(end))}</span>
      </figcaption>
      <ul class="legend">
        <li>
          <span class="key approval" /> {text.approval}
          {voting && `, ${text.needs(voting.approval)}`}
        </li>
        <li>
          <span class="key turnout" /> {text.quorum}
          {voting && `, ${text.needs(voting.quorum)}`}
        </li>
        <li>
          <span class="key end" /> {text.earliest}, {text.latest.toLowerCase()}
        </li>
      </ul>
    </figure>
  );
}
