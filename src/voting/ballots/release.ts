import { describeAccount } from '../../domain/account-names.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AskedRelease, CountedRelease, Release, ReleasedDecision } from '../../domain/round/release.ts';
import type { AccountHex, RelayBlock } from '../../domain/units.ts';
import { type AdmissionInput, verifyEach } from './admission.ts';
import { checkReleaseShape } from './ballot-shape.ts';
import { signedTexts, signersOf } from './signers.ts';
import { releaseText } from './texts.ts';

export interface ReleaseInput extends Pick<AdmissionInput, 'verify'> {
  /** Whatever came in; the shape is checked first. */
  readonly release: unknown;
  readonly decision: ReleasedDecision;
  readonly rules: readonly AskedRelease[];
  /** Finalized relay block at which it is admitted. */
  readonly now: RelayBlock;
  /** What the account said last of this decision. */
  readonly previous: (account: AccountHex) => Promise<CountedRelease | null>;
}

/** What a decision is known by, and how it is named to whoever signed for another one. */
const BOUND = {
  relayGenesis: 'the relay chain with genesis',
  paraId: 'para',
  roundId: 'the round with id',
  round: 'round',
  anchor: 'head',
  proposal: 'proposal',
  codeHash: 'code',
  policy: 'the policy with hash',
} as const satisfies Readonly<Record<keyof ReleasedDecision, string>>;

/** Furthest that a release may reach: a year of relay blocks. */
const LONGEST_BLOCKS = 5_256_000;

/**
 * Checks a release, or its withdrawal, from cheap to expensive: shape, whether anybody asks this account, the very decision, expiry,
 * sequence, signature. Nothing is stored here. The same statement again is given back as it was counted.
 *
 * Needs `signaturesReady()`.
 * @throws RESCUE_RELEASE_INVALID, RESCUE_SIGNATURE_INVALID, and what `verify` and `previous` throw
 */
export async function admitRelease(input: ReleaseInput): Promise<CountedRelease> {
  const { decision, rules, now } = input;
  const release = checkReleaseShape(input.release);
  const { account, sequence, expires, stance } = release;
  if (!rules.some(({ people }) => people.includes(account))) {
    throw invalid(
      `Account ${describeAccount(account)} is not one of those who are asked to release: ${[...new Set(rules.flatMap(({ people }) => people))].join(', ')}.`,
    );
  }
  for (const [field, name] of Object.entries(BOUND)) {
    const [signed, wanted] = [release, decision].map((one) => one[field as keyof ReleasedDecision]);
    if (signed !== wanted) {
      throw invalid(
        `The release is for ${name} ${signed}, but what waits to be released is for ${name} ${wanted}.`,
      );
    }
  }
  const known = await input.previous(account);
  const isKnown = known !== null && isSameRelease(known, release);
  if (isKnown && known.signature === release.signature) return known;
  if (known !== null && !isKnown && known.sequence >= sequence) {
    throw invalid(
      `A statement of ${account} on this decision with sequence ${known.sequence} is already known (${known.stance}); sign one with a sequence above that.`,
      { counted: known.sequence },
    );
  }
  if (stance === 'release' && !isKnown && expires <= now) {
    throw invalid(
      `The release ended before relay block ${expires}; finalized is ${now}. Sign one that holds longer.`,
    );
  }
  if (expires > now + LONGEST_BLOCKS) {
    throw invalid(
      `A release may hold until relay block ${now + LONGEST_BLOCKS} at most, this one until ${expires}.`,
    );
  }
  const signers = signersOf(account, release, 'RESCUE_RELEASE_INVALID');
  await (input.verify ?? verifyEach)(signedTexts(signers, releaseText(release)), account);
  return isKnown ? known : { ...release, admittedAt: now };
}

/** Whether both say the same, word for word; the signatures of one text may differ. */
export function isSameRelease(one: Release, other: Release): boolean {
  return releaseText(one) === releaseText(other);
}

function invalid(sentence: string, details: Record<string, unknown> = {}): RescueError {
  return new RescueError('RESCUE_RELEASE_INVALID', sentence, { details });
}
