import { type Policy, policyHash } from '../../domain/policy/policy.ts';
import { openingBlock, roundId } from '../../domain/round/round-id.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import type { Line } from './format.ts';
import type { PointBoard } from './points.ts';

/** The round's id from its parts, each of which stands elsewhere in the bundle or is bounded by what does. */
export function checkRound(
  board: PointBoard,
  line: Line<'round'>,
  anchor: Line<'anchor'>['anchor'] | undefined,
  context: RelayBlock | null | undefined,
  policy: Policy | null,
): void {
  if (!policy || !anchor) return;
  const { id, opening, round: counter, decidedAt } = line;
  const parts = {
    relayGenesis: policy.relayGenesis as Hex,
    paraId: policy.para,
    policy: policyHash(policy),
    anchor: anchor.head.hash,
    opening,
    counter,
  };
  const found = roundId(parts);
  const first = openingBlock(anchor, policy.stall, null);
  if (context !== undefined && context !== anchor.mostRecentContext) {
    board.fails(
      'round',
      `the relay state has the context ${context} of the head, not ${anchor.mostRecentContext}`,
    );
  } else if (found !== id) board.fails('round', `its parts give the id ${found}, not ${id}`);
  else if (opening < first) {
    board.fails(
      'round',
      `by the policy the head is stalled from relay block ${first} on, but it is opened for ${opening}`,
    );
  } else if (opening > anchor.relay.number) {
    board.fails(
      'round',
      `it is opened for relay block ${opening}, after its anchor at ${anchor.relay.number}`,
    );
  } else if (decidedAt < opening) {
    board.fails('round', `it is decided at relay block ${decidedAt}, before it was opened for ${opening}`);
  } else if (context === undefined) {
    board.open('round', `that the head has the context ${anchor.mostRecentContext} is the service's word`);
  } else board.holds('round', `round ${counter} from relay block ${opening} on: ${id}`);
}
