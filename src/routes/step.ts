import type { SignedExtrinsic } from '../domain/chain/extrinsics.ts';
import type { ContractAct } from '../domain/contract/rescue-contract.ts';
import type { RescueError } from '../domain/errors.ts';
import type { ExtrinsicSubmitter } from '../domain/ports/submitter.ts';
import type { ChainFact } from '../domain/route/facts.ts';
import type { ActStep } from '../domain/route/route.ts';
import type { ParaId } from '../domain/units.ts';

/** What a journal entry is about: enough to learn from the chains what became of it. */
export interface JournalledAct {
  /** Journal key: the same act never gets a second extrinsic while the first can still be included. */
  readonly key: string;
  readonly paraId: ParaId;
  readonly title: string;
  /** Where the call is made: its block is looked for in the view of that chain. */
  readonly chain: 'relay chain' | 'contracts chain';
  /** What shows that it is done, whoever did it; empty where only the block that holds the call does. */
  readonly after: readonly ChainFact[];
  readonly submitter: Pick<ExtrinsicSubmitter<never>, 'outcome' | 'included'>;
}

/** An act, mostly a step of a plan, bound to the key and the chain with which it is carried out. */
export interface Step extends Omit<ActStep, 'id' | 'expectedBlocks'>, JournalledAct {
  /** Sends and follows what `sign` made; without a key of its own somebody else acts. */
  readonly submitter: Pick<ExtrinsicSubmitter<never>, 'signer' | 'broadcast' | 'outcome' | 'included'>;
  readonly sign: () => Promise<SignedExtrinsic>;
  /** What a rescue contract is asked for; of steps on the contracts chain. */
  readonly act?: ContractAct;
  /** True when `sign` needs no key: the extrinsic goes out without a signature. */
  readonly isUnsigned?: boolean;
  /** True for a refusal of `sign` that passes by itself, so that the step is tried again. */
  readonly isPassing?: (refusal: RescueError) => boolean;
  /** True when nothing depends on it being this service that does it: it is tried again, and its failure ends nothing. */
  readonly isOptional?: boolean;
  /** How often its decision was taken up again; 0 when left out. */
  readonly resumed?: number;
  /** Where to look when the call succeeded without its effect. */
  readonly hint?: string;
}
