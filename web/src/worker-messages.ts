import type { Policy } from '../../src/domain/policy/policy.ts';
import type { ParaId } from '../../src/domain/units.ts';
import type { AccountProof } from '../../src/domain/views/voting.ts';
import type { TrustedFacts } from '../../src/voting/evidence/chain.ts';
import type { EvidenceReport } from '../../src/voting/evidence/points.ts';

/** What the page asks of the thread that checks proofs and signatures: one thing, then the thread ends. */
export type Asked =
  | { readonly kind: 'verify'; readonly evidence: Blob | string; readonly trusted: TrustedFacts }
  | {
      readonly kind: 'power';
      readonly paraId: ParaId;
      readonly policy: Policy;
      readonly proof: AccountProof;
    };

export interface CheckedPower {
  readonly power: bigint;
  readonly electorate: bigint;
  /** Null where the policy has no collators decide. */
  readonly collator: { readonly member: boolean; readonly size: number; readonly alone: boolean } | null;
}

export type Told =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'progress';
      readonly bytes: number;
      /** Of so many; null while they come from elsewhere. */
      readonly total: number | null;
      readonly votes: number;
    }
  | { readonly kind: 'report'; readonly report: EvidenceReport }
  | { readonly kind: 'power'; readonly checked: CheckedPower }
  | { readonly kind: 'failed'; readonly message: string };
