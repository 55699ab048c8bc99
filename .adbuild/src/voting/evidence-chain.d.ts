import type { Policy } from '../domain/policy.ts';
import { type Hex } from '../domain/units.ts';
import { type Line } from './evidence-format.ts';
import type { PointBoard } from './evidence-points.ts';
import { type PowerLayout } from './power-layout.ts';
/** What the reader of a bundle knows from elsewhere; without it the bundle's own word stands, and is said to. */
export interface TrustedFacts {
    /** Hash of the policy that the para opted in with. */
    readonly policy?: Hex;
    /** `layoutHash` of the para's storage, taken from its metadata at the head. */
    readonly layout?: Hex;
    /** Hash of a relay block that is known to be final. */
    readonly relayBlock?: Hex;
    /** `authoritiesHash` of the relay's GRANDPA voters at that block. */
    readonly authorities?: Hex;
}
/** blake2-256 of the SCALE-encoded `Vec<(AuthorityId, u64)>`: the value of `Grandpa.Authorities`. */
export declare function authoritiesHash(authorities: Line<'finality'>['authorities']): Hex;
export declare function checkPolicy(board: PointBoard, line: Line<'policy'>, trusted: TrustedFacts): Policy | null;
export declare function checkOptIn(board: PointBoard, optIn: Line<'opt-in'>, policy: Policy | null): void;
/** From the relay header to the para's state root, which is returned when everything on the way holds. */
export declare function checkAnchor(board: PointBoard, line: Line<'anchor'>, policy: Policy | null): Uint8Array | null;
/** blake2-256 of a layout's canonical JSON. */
export declare function layoutHash(layout: PowerLayout): Hex;
/** Metadata is not in the state proofs, so a layout of the bundle's own is the service's word until it is compared. */
export declare function checkLayout(board: PointBoard, line: Line<'layout'> | null, trusted: TrustedFacts): PowerLayout | null;
/** Without a bundle's own proof, the reader's word for the block counts. */
export declare function checkFinality(board: PointBoard, anchor: Line<'anchor'>, line: Line<'finality'> | null, trusted: TrustedFacts): void;
