import { blake2b256 } from '../../bytes/blake2.ts';
import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { createFairQueue, type FairQueue } from '../../domain/concurrency/fair-queue.ts';
import { RescueError } from '../../domain/errors.ts';
import { isSignedAsShown, type SignedText } from '../../voting/ballots/signature.ts';
import { verifyOfPerson } from '../../voting/ballots/signature-slips.ts';

/** Where the signatures of strangers are checked, and what their accounts hold is looked up. One for the whole service. */
export interface SignatureDesk {
  /**
   * Checks a signature when it is its turn: senders take turns, and the accounts in whose name one sender speaks. Wrong
   * ones come after right ones as far as can be told before, and keep nobody from being heard: a text that was signed as it is shown costs the same whatever
   * else comes in, and the other forms of it are looked for only as often as leaves time for that.
   * @throws RESCUE_SIGNATURE_INVALID, RESCUE_TOO_MANY_REQUESTS
   */
  verify(signed: SignedText, sender: string | null): Promise<void>;
  /** Fresh keys cost nothing, but asking nodes what they hold does. */
  readonly lookups: FairQueue;
}

/** Refused signatures that are remembered, so that sending one again costs a hash instead of a curve. */
const REMEMBERED = 10_000;
/** A look at every form of a text costs ten times as much as at the usual ones: so many at once, and so many a second after them. */
const WIDE_AT_ONCE = 20;
const WIDE_A_SECOND = 2;
const LONGEST_QUEUE = 2000;
const LOOKUPS = 16;

export function createSignatureDesk(): SignatureDesk {
  /** `shown`: only the usual forms of the text were looked at. */
  const refused = new Map<string, 'shown' | 'every'>();
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  const queue = createFairQueue({ width: 1, longest: LONGEST_QUEUE, turn });
  const mayLookWide = createAllowance();
  const refuse = (name: string, looked: 'shown' | 'every', error: unknown): never => {
    refused.set(name, looked);
    const [oldest] = refused.keys();
    if (refused.size > REMEMBERED && oldest !== undefined) refused.delete(oldest);
    throw error;
  };
  return {
    lookups: createFairQueue({ width: LOOKUPS, longest: LONGEST_QUEUE }),
    verify: (signed, sender) =>
      queue.run({ client: sender ?? '', account: signed.account }, () => {
        const name = digest(signed);
        const looked = refused.get(name);
        if (looked === 'every') {
          throw invalid(
            `This very signature of account ${signed.account} was refused before; sign exactly the text that was shown, with that account.`,
          );
        }
        if (looked === undefined && isSignedAsShown(signed)) return;
        if (!mayLookWide()) {
          refuse(
            name,
            'shown',
            invalid(
              `The ${signed.scheme} signature is not one of account ${signed.account} over the text as it is shown. Whether its line breaks were changed is not looked at now, because many wrong signatures come in: sign the text with its lines, or try again in a minute.`,
            ),
          );
        }
        try {
          verifyOfPerson(signed);
        } catch (error) {
          refuse(name, 'every', error);
        }
      }),
  };
}

function createAllowance(): () => boolean {
  let left = WIDE_AT_ONCE;
  let filledAt = performance.now();
  return () => {
    const now = performance.now();
    left = Math.min(WIDE_AT_ONCE, left + ((now - filledAt) / 1_000) * WIDE_A_SECOND);
    filledAt = now;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_SIGNATURE_INVALID', sentence);
}

function digest({ text, account, signature, scheme }: SignedText): string {
  return toHex(blake2b256(encodeText(`${scheme}\n${account}\n${signature}\n${text}`)));
}
