import { blake2b256 } from '../../bytes/blake2.ts';
import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { createFairQueue, type FairQueue } from '../../domain/concurrency/fair-queue.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex } from '../../domain/units.ts';
import { isSignedAsShown, type SignedText } from '../../voting/ballots/signature.ts';
import { verifyOfPerson } from '../../voting/ballots/signature-slips.ts';

/** Where the signatures of strangers are checked, and what their accounts hold is looked up. One for the whole service. */
export interface SignatureDesk {
  /**
   * Checks the signatures of an act of `account`, each when it is its turn: senders take turns, and the accounts in whose name one sender speaks. Wrong
   * ones come after right ones as far as can be told before, and keep nobody from being heard: a text that was signed as it is shown costs the same whatever
   * else comes in, and the other forms of it are looked for only as often as leaves time for that. An act with many signatures takes as many turns as it has, speaks
   * for its sender only as a whole, and costs no more than its sender's own work: a signature that was right once is known, and the first wrong one ends it.
   * @throws RESCUE_SIGNATURE_INVALID, RESCUE_TOO_MANY_REQUESTS
   */
  verify(signed: readonly SignedText[], account: AccountHex, sender: string | null): Promise<void>;
  /** Fresh keys cost nothing, but asking nodes what they hold does. */
  readonly lookups: FairQueue;
}

/** Refused signatures that are remembered, and right ones among others, so that sending one again costs a hash instead of a curve. */
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
  /** Of acts with several signatures, and those that took a look at every form. */
  const right = new Map<string, true>();
  const refuse = (name: string, looked: 'shown' | 'every', error: unknown): never => {
    remember(refused, name, looked);
    throw error;
  };
  /** Whether it took a look at every form of the text. */
  const check = (signed: SignedText, name: string): boolean => {
    const looked = refused.get(name);
    if (looked === 'every') {
      throw invalid(
        `This very signature of account ${signed.account} was refused before; sign exactly the text that was shown, with that account.`,
      );
    }
    if (looked === undefined && isSignedAsShown(signed)) return false;
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
      return true;
    } catch (error) {
      return refuse(name, 'every', error);
    }
  };
  return {
    lookups: createFairQueue({ width: LOOKUPS, longest: LONGEST_QUEUE }),
    verify: async (texts, account, sender) => {
      const named = texts.map((signed) => ({ signed, name: digest(signed) }));
      // What is known to be wrong first: nothing else of the act costs anything then.
      const ordered = named.toSorted((a, b) => Number(refused.has(b.name)) - Number(refused.has(a.name)));
      const fresh = ordered.filter(({ name }) => !right.has(name));
      for (const [index, { signed, name }] of fresh.entries()) {
        const credit = index === fresh.length - 1;
        const wide = await queue.run({ client: sender ?? '', account, credit }, () => check(signed, name));
        // One that took long is not to take long again: a proposer sends his once with the code besides.
        if (texts.length > 1 || wide) remember(right, name, true);
      }
    },
  };
}

function remember<Value>(known: Map<string, Value>, name: string, value: Value): void {
  known.set(name, value);
  const [oldest] = known.keys();
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
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

function digest({ text, account, signature, scheme, mapping }: SignedText): string {
  return toHex(blake2b256(encodeText(`${scheme} ${mapping ?? ''}\n${account}\n${signature}\n${text}`)));
}
