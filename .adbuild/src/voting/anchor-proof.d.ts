import type { ParaHeadRef, RelayBlockRef } from '../domain/observation.ts';
import type { Anchor, AnchorEvidence } from '../domain/round.ts';
import { type ParaId, type Planck } from '../domain/units.ts';
import type { PowerRules } from './account-power.ts';
import { type PowerLayout } from './power-layout.ts';
/** That `relay` holds `head` as the last included head of the para. */
export interface ProvenHead {
    readonly relay: RelayBlockRef;
    readonly head: ParaHeadRef;
}
/** The part of the evidence that leads to the head. */
export type HeadEvidence = Omit<AnchorEvidence, 'electorateProof'>;
/** Key of `Paras.Heads(paraId)` on the relay chain. */
export declare function parasHeadsKey(paraId: ParaId): Uint8Array;
/**
 * Checks from the relay header down to the para header, and gives head and evidence for an `Anchor`; the electorate's
 * part comes from `proveElectorate` under the head's state root. The bytes come from a node and are trusted for nothing
 * but their hashes; `relay` must come from a finalized observation.
 * @throws RESCUE_PROOF_INVALID naming the point that fails.
 */
export declare function proveAnchorHead(paraId: ParaId, relay: RelayBlockRef, bytes: {
    readonly header: Uint8Array;
    readonly proof: readonly Uint8Array[];
}): ProvenHead & {
    readonly evidence: HeadEvidence;
};
/**
 * Checks stored evidence against the anchor that it belongs to: header hash, number and state root, the read proof of
 * `Paras.Heads`, hash, number and state root of the head, and the electorate's storage proof. `mostRecentContext`, code
 * hash and runtime of the anchor are not covered by it.
 * @returns the electorate
 * @throws RESCUE_PROOF_INVALID naming the point that fails.
 */
export declare function verifyAnchorEvidence(paraId: ParaId, anchor: Pick<Anchor, 'relay' | 'head'>, evidence: AnchorEvidence, policy: PowerRules, layout?: PowerLayout): Planck;
