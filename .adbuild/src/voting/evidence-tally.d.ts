import type { Policy } from '../domain/policy.ts';
import type { Choice } from '../domain/round.ts';
import { type Decision, type Tally } from '../domain/tally.ts';
import type { Hex, Planck } from '../domain/units.ts';
import type { Line } from './evidence-format.ts';
import type { PointBoard } from './evidence-points.ts';
/** Adds votes up as they come, so that they need not be kept. */
export declare class TallySums {
    #private;
    constructor(proposals: Iterable<Hex>);
    add(proposal: Hex, choice: Choice, power: Planck): void;
    tallies(electorate: Planck, voting: Policy['voting']): Tally[];
}
export declare function tallyLine(tally: Tally): Line<'result'>['tallies'][number];
export declare function checkTally(board: PointBoard, tallies: readonly Tally[], electorate: Planck, votes: number, claimed: Line<'result'>): void;
/**
 * The decision at the relay block that the bundle names. When votes came in is the service's word, so the clock is
 * checked for agreeing with the policy, not for being the only one that could.
 */
export declare function checkDecision(board: PointBoard, input: {
    readonly tallies: readonly Tally[];
    readonly proposals: readonly Line<'proposal'>[];
    readonly round: Line<'round'>;
    readonly voting: Policy['voting'];
}, claimed: Line<'result'>['decision']): {
    readonly decision: Decision;
    readonly codeHash: Hex | null;
} | null;
