import type { HeadPoint } from '../../src/domain/chain/head-progress.ts';
import { number, time } from './format.ts';
import { text } from './strings.ts';

const WIDTH = 600;

/** Heads over time, as steps: a chain that stands still is a flat line up to now. */
export function HeadPlot(props: {
  readonly name: string;
  readonly points: readonly HeadPoint[];
  /** The newest final relay block. */
  readonly now: number | null;
  readonly stopped: boolean;
  readonly height: number;
  readonly labelled?: boolean;
}) {
  const { points, height, now, stopped, name } = props;
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return <p class="quiet">{text.noHeads}</p>;
  const end = Math.max(now ?? last.relayBlock, last.relayBlock, first.relayBlock + 1);
  const rise = Math.max(1, last.number - first.number);
  const x = (block: number) => ((block - first.relayBlock) / (end - first.relayBlock)) * WIDTH;
  const y = (head: number) => height - 3 - ((head - first.number) / rise) * (height - 6);
  const steps = points.map((point) => `H${x(point.relayBlock).toFixed(1)}V${y(point.number).toFixed(1)}`);
  const line = `M0 ${y(first.number).toFixed(1)}${steps.join('')}`;
  return (
    <figure class="plot">
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        style={{ height: `${height}px` }}
        preserveAspectRatio="none"
        role="img"
        aria-label={text.headsPlot(name, number(first.number), number(last.number))}
      >
        <path class="area" d={`${line}H${WIDTH}V${height}H0Z`} />
        <path class="line" d={line} />
        <path
          class={stopped ? 'line bad' : 'line'}
          d={`M${x(last.relayBlock).toFixed(1)} ${y(last.number).toFixed(1)}H${WIDTH}`}
        />
      </svg>
      {props.labelled && (
        <figcaption>
          <span>
            {number(first.number)} · {text.plotFrom(time(first.at))}
          </span>
          <span>
            {number(last.number)} · {text.plotNow}
          </span>
        </figcaption>
      )}
    </figure>
  );
}
