import { blake2b256 } from '../../bytes/blake2.ts';
import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { createFairQueue, type FairQueue } from '../../domain/concurrency/fair-queue.ts';
import { RescueError } from '../../domain/errors.ts';
import type { SignedText } from '../../voting/ballots/signature.ts';
import { verifyOfPerson } from '../../voting/ballots/signature-slips.ts';

/** Where the signatures of strangers are checked, and what their accounts hold is looked up. One for the whole service. */
export interface SignatureDesk {
  /**
   * Checks a signature when it is its turn: senders take turns, and the accounts in whose name one sender speaks. Wrong
   * ones come after right ones as far as can be told before, and keep nobody from being heard.
   * @throws RESCUE_SIGNATURE_INVALID, RESCUE_TOO_MANY_REQUESTS
   */
  verify(signed: SignedText, sender: string | null): Promise<void>;
  /** Fresh keys cost nothing, but asking nodes what they hold does. */
  readonly lookups: FairQueue;
}

/** Refused signatures that are remembered, so that sending one again costs a hash instead of a curve. */
const REMEMBERED = 10_000;
const LONGEST_QUEUE = 2000;
const LOOKUPS = 16;

export function createSignatureDesk(check: (signed: SignedText) => void = verifyOfPerson): SignatureDesk {
  const refused = new Set<string>();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const queue = createFairQueue({ width: 1, longest: LONGEST_QUEUE, turn });
  return {
    lookups: createFairQueue({ width: LOOKUPS, longest: LONGEST_QUEUE }),
    verify: (signed, sender) =>
      queue.run({ client: sender ?? '', account: signed.account }, () => {
        const name = digest(signed);
        if (refused.has(name)) {
          throw new RescueError(
            'RESCUE_SIGNATURE_INVALID',
            `This very signature of account ${signed.account} was refused before; sign exactly the text that was shown, with that account.`,
          );
        }
        try {
          check(signed);
        } catch (error) {
          refused.add(name);
          const [oldest] = refused;
          if (refused.size > REMEMBERED && oldest !== undefined) refused.delete(oldest);
          throw error;
        }
      }),
  };
}

function digest({ text, account, signature, scheme }: SignedText): string {
  return toHex(blake2b256(encodeText(`${scheme}\n${account}\n${signature}\n${text}`)));
}
