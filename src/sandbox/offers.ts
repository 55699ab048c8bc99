import type { RescueError } from '../domain/errors.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { RuntimePanic } from '../executor/panic.ts';
import type { Offer, Validators } from './validators.ts';

/** Tells why a para has no block in the relay chain's next one. */
export interface OfferTrouble {
  readonly onCollationFailed: (panic: RuntimePanic, paraId: number) => void;
  readonly onCandidateRefused: (refusal: RescueError, paraId: number) => void;
}

/**
 * What the para's collators offer, once validators back it; null when there is nothing, or nothing that they back. A para whose
 * runtime panics does not keep the others from their blocks.
 */
export function backedOffer<Made extends Offer>(
  paraId: number,
  collate: () => Made | null,
  validators: Validators,
  trouble: OfferTrouble,
  given?: GivenSignatures,
): Made | null {
  let offer: Made | null;
  try {
    offer = collate();
  } catch (error) {
    if (!(error instanceof RuntimePanic)) throw error;
    trouble.onCollationFailed(error, paraId);
    return null;
  }
  const refusal = offer && validators.refusalOf(offer, given);
  if (!refusal) return offer;
  trouble.onCandidateRefused(refusal, paraId);
  return null;
}
