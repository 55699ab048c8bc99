import { z } from 'zod';
import { account, scheme, signature } from './fields.ts';
import type { Parts } from './record.ts';

/** Most signatures of one act: as many as a multisig has signatories. */
const MOST = 100;

/** What the key of an account adds to its act. */
export const ownSignature = { signature, scheme };

/** What others add to an act that they sign for an account. */
export function jointSignature({ object }: Pick<Parts, 'object'>) {
  return {
    multisig: object({
      signatories: z.array(account).max(MOST),
      threshold: z.int().min(1).max(MOST),
    }).nullable(),
    signatures: z.array(object({ account, signature, scheme })).max(MOST),
  };
}
