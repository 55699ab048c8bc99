import type { Decision, Tally } from '../domain/tally.ts';
import type { Hex, ParaId, Planck } from '../domain/units.ts';
/** What is checked, in the order in which one thing rests on another. */
export declare const EVIDENCE_POINTS: {
    readonly format: 'The bundle is whole and in its canonical form';
    readonly policy: 'The policy has the hash that it is known by';
    readonly 'opt-in': 'The opt-in names this policy and is signed';
    readonly 'relay-header': "The relay header has the anchor's hash, number and state root";
    readonly finality: 'The relay block is final';
    readonly head: 'The relay state holds a head of the para';
    readonly 'para-header': "That head has the anchor's hash, number and state root";
    readonly layout: "The storage is read as the para's metadata lays it out";
    readonly electorate: 'The para state at the head gives the electorate';
    readonly proposals: 'Each proposal has its hash and belongs to this para, head and round';
    readonly votes: 'Each vote is the only one of its account, on a proposal of the round, in time';
    readonly signatures: 'Each vote is signed by its account, for this round and nothing else';
    readonly powers: 'The para state gives the power of each vote';
    readonly tally: 'The votes add up to the tallies';
    readonly decision: 'The rules of the policy give the decision';
};
export type EvidencePoint = keyof typeof EVIDENCE_POINTS;
export interface CheckedPoint {
    readonly point: EvidencePoint;
    readonly title: string;
    readonly status: 'holds' | 'fails' | 'not covered';
    /** What was found, or why not. */
    readonly detail: string;
}
/** What the bundle proves when no point fails. */
export interface EvidenceResult {
    readonly paraId: ParaId;
    readonly relayGenesis: Hex;
    readonly policy: Hex;
    readonly relayBlock: Hex;
    readonly head: Hex;
    readonly round: number;
    readonly electorate: Planck;
    readonly votes: number;
    readonly tallies: readonly Tally[];
    readonly decision: Decision;
    /** Of the approved proposal. */
    readonly codeHash: Hex | null;
}
export interface EvidenceReport {
    readonly points: readonly CheckedPoint[];
    /** The first point that fails; null when none does. */
    readonly failed: EvidencePoint | null;
    readonly result: EvidenceResult | null;
}
/** Findings by point; the first failure of a point stays. */
export declare class PointBoard {
    #private;
    holds(point: EvidencePoint, detail: string): void;
    open(point: EvidencePoint, detail: string): void;
    fails(point: EvidencePoint, detail: string): void;
    /** The first of these points that does not hold. */
    notHeld(...points: readonly EvidencePoint[]): EvidencePoint | null;
    failed(): EvidencePoint | null;
    points(): CheckedPoint[];
}
