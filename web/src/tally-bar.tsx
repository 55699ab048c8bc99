import type { ProposalTally } from '../../src/domain/views/voting.ts';
import { percent, share } from './format.ts';
import { text } from './strings.ts';

/** Shares of the electorate, one beside the other. */
export function TallyBar({
  tally,
}: {
  readonly tally: Pick<ProposalTally, 'ayes' | 'nays' | 'abstains' | 'electorate'>;
}) {
  const { ayes, nays, abstains, electorate } = tally;
  const parts = [
    ['aye', share(ayes, electorate), text.aye],
    ['abstain', share(abstains, electorate), text.abstain],
    ['nay', share(nays, electorate), text.nay],
  ] as const;
  return (
    <svg
      class="bar"
      viewBox="0 0 100 4"
      preserveAspectRatio="none"
      role="img"
      aria-label={parts.map(([, value, name]) => `${name} ${percent(value)}`).join(', ')}
    >
      <rect class="rest" width="100" height="4" />
      {parts.map(([name, value], index) => (
        <rect
          key={name}
          class={name}
          x={parts.slice(0, index).reduce((sum, [, width]) => sum + width, 0)}
          width={value}
          height="4"
        />
      ))}
    </svg>
  );
}
