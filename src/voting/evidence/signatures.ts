import { messageOf } from '../../domain/errors.ts';
import type { SignerRules } from '../../domain/policy/signer-rules.ts';
import type { ActSignature } from '../../domain/round/round.ts';
import type { AccountHex } from '../../domain/units.ts';
import { type SignedText, verifySignature } from '../ballots/signature.ts';
import { type Signers, signedTexts, signersOf } from '../ballots/signers.ts';

/** For each signed text null, or why it is not signed. May work elsewhere, such as on other threads. */
export type SignatureChecker = (batch: readonly SignedText[]) => Promise<readonly (string | null)[]>;

/** Checks on this thread. Needs `signaturesReady()`. */
export const checkSignatures: SignatureChecker = async (batch) => batch.map(signatureProblem);

/** Null, or why the text is not signed. Needs `signaturesReady()`. */
function signatureProblem(signed: SignedText): string | null {
  try {
    verifySignature(signed);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Told of every act whose signers are not its account: whether they speak for it, the para's state tells. */
export type Claim = (account: AccountHex, signers: Signers) => void;

/** Null, or why an act of `account` is not signed. Needs `signaturesReady()`. */
export function actProblem(
  account: AccountHex,
  act: ActSignature,
  text: string,
  rules: SignerRules,
  claim: Claim,
): string | null {
  const texts = textsOf(account, act, text, rules, claim);
  if (typeof texts === 'string') return texts;
  for (const signed of texts) {
    const problem = signatureProblem(signed);
    if (problem !== null) return problem;
  }
  return null;
}

/** What is to be checked of an act of `account`, or why it lacks signatures. */
export function textsOf(
  account: AccountHex,
  act: ActSignature,
  text: string,
  { signers: rules }: SignerRules,
  claim: Claim,
): readonly SignedText[] | string {
  try {
    const signers = signersOf(account, act, 'RESCUE_PROOF_INVALID');
    if (signers.signer !== account) claim(account, signers);
    return signedTexts(signers, text, rules?.ethereum);
  } catch (error) {
    return messageOf(error);
  }
}

/** Signatures that go to one thread at once: long enough not to notice the post, short enough for all to end together. */
const BATCH = 256;

/** Collects signatures and has them checked in batches, a bounded number of them at the same time. */
export class SignatureQueue {
  readonly #check: SignatureChecker;
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  #batch: SignedText[] = [];
  #added = 0;
  #first: { readonly index: number; readonly problem: string } | null = null;

  /** `most` batches are under way before `add` waits. */
  constructor(check: SignatureChecker, most: number) {
    this.#check = check;
    this.#most = most;
  }

  add(signed: SignedText): Promise<unknown> | null {
    this.#batch.push(signed);
    if (this.#batch.length < BATCH) return null;
    this.#send();
    return this.#running.size > this.#most ? Promise.race(this.#running) : null;
  }

  /** The problem of the first signature, in the order of `add`, that is not valid. */
  async end(): Promise<string | null> {
    this.#send();
    while (this.#running.size > 0) await Promise.all(this.#running);
    return this.#first?.problem ?? null;
  }

  #send(): void {
    const batch = this.#batch;
    if (batch.length === 0) return;
    const start = this.#added;
    this.#batch = [];
    this.#added += batch.length;
    const run = this.#check(batch).then((problems) => {
      this.#running.delete(run);
      const index = problems.findIndex((problem) => problem !== null);
      const problem = problems[index];
      if (problem == null || (this.#first && this.#first.index < start + index)) return;
      this.#first = { index: start + index, problem };
    });
    run.catch(() => undefined);
    this.#running.add(run);
  }
}
