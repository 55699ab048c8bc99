import { BILLION } from '../../domain/governance/curve.ts';
import type { ReferendumStage, TallyNow } from '../../domain/governance/referendum.ts';
import { needed, type Track } from '../../domain/governance/track.ts';
import type { Planck, RelayBlock } from '../../domain/units.ts';
import type { Terms } from './tracks.ts';

/** `ReferendumStatus`, as far as its stage depends on it. */
export interface OngoingReferendum {
  readonly track: number;
  readonly submitted: RelayBlock;
  /** Null until somebody placed it. */
  readonly decisionDeposit?: unknown;
  readonly deciding: { readonly since: RelayBlock; readonly confirming: RelayBlock | null } | null;
  readonly tally: { readonly ayes: Planck; readonly nays: Planck; readonly support: Planck };
  readonly inQueue: boolean;
}

/** Where an ongoing referendum stands at the block `now`. */
export function ongoingStage(
  index: number,
  { track: trackId, submitted, decisionDeposit, deciding, tally, inQueue }: OngoingReferendum,
  context: {
    readonly now: RelayBlock;
    readonly issuance: Planck;
    readonly terms: Terms;
    readonly queues: ReadonlyMap<number, readonly number[]>;
  },
): ReferendumStage {
  const { now, issuance, terms, queues } = context;
  const track = terms.tracks.find(({ id }) => id === trackId);
  if (deciding) {
    const counted = tallyNow(tally, issuance, track, now - deciding.since);
    return deciding.confirming === null
      ? {
          kind: 'deciding',
          since: deciding.since,
          until: deciding.since + (track?.decisionPeriod ?? 0),
          tally: counted,
        }
      : { kind: 'confirming', since: deciding.since, until: deciding.confirming, tally: counted };
  }
  if (inQueue) {
    const queue = queues.get(trackId) ?? [];
    const place = queue.indexOf(index);
    // The queue has the fewest votes first; whoever has the most comes next.
    return { kind: 'queued', before: place < 0 ? null : queue.length - 1 - place };
  }
  return {
    kind: 'preparing',
    since: submitted,
    until: submitted + (track?.preparePeriod ?? 0),
    depositPaid: decisionDeposit !== null && decisionDeposit !== undefined,
  };
}

function tallyNow(
  { ayes, nays, support }: OngoingReferendum['tally'],
  issuance: Planck,
  track: Track | undefined,
  decidingFor: RelayBlock,
): TallyNow {
  const wanted = track ? needed(track, decidingFor) : { approval: BILLION, support: BILLION };
  const votes = ayes + nays;
  return {
    ayes,
    nays,
    support,
    approvalPart: votes === 0n ? 0n : (ayes * BILLION) / votes,
    supportPart: issuance <= 0n ? 0n : (support * BILLION) / issuance,
    approvalNeeded: wanted.approval,
    supportNeeded: wanted.support,
  };
}
