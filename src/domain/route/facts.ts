import type { Address } from '../contract/rescue-contract.ts';
import type { AccountHex, Hex, ParaBlock } from '../units.ts';

/** An amount in planck as decimal text: plans are saved as JSON. */
export type AmountText = string;

/** Where an approval stands in the relay's multisig pallet. */
export interface ApprovalPlace {
  readonly height: number;
  readonly index: number;
}

/**
 * A fact of chain state that a step needs, brings about, or needs all the while. Read from storage, never from events
 * alone; `holds` of src/routes/facts.ts reads each one. JSON only: plans are saved.
 */
export type PlainFact =
  // What the relay chain stores of the para.
  | { readonly kind: 'registrar-manager-is'; readonly account: AccountHex }
  | { readonly kind: 'registrar-unlocked' }
  | { readonly kind: 'registrar-locked' }
  | { readonly kind: 'no-upgrade-pending' }
  | { readonly kind: 'upgrade-allowed' }
  | { readonly kind: 'head-is'; readonly hash: Hex }
  | { readonly kind: 'head-data-is'; readonly data: Hex }
  | { readonly kind: 'code-is-other-than'; readonly codeHash: Hex }
  | { readonly kind: 'code-scheduled-or-current'; readonly codeHash: Hex }
  | { readonly kind: 'code-is'; readonly codeHash: Hex }
  | { readonly kind: 'heads-after'; readonly head: ParaBlock; readonly count: number }
  /** Root authorised the hash, and the authorisation lasts for the next block at least. */
  | { readonly kind: 'code-authorised'; readonly codeHash: Hex }
  /** No upgrade waits that would put other code in the place of this one. */
  | { readonly kind: 'no-other-upgrade-pending'; readonly codeHash: Hex }
  // What its configuration allows.
  | { readonly kind: 'code-size-allowed'; readonly bytes: number }
  | { readonly kind: 'head-size-allowed'; readonly bytes: number }
  | { readonly kind: 'switches-without-head' }
  | { readonly kind: 'registrar-takes-code' }
  // The rescue contract and its way to act on the relay chain.
  | { readonly kind: 'contract-opted-in'; readonly contract: Address; readonly policy: Hex }
  | { readonly kind: 'contract-epoch-is'; readonly contract: Address; readonly epoch: AmountText }
  | { readonly kind: 'contract-decided'; readonly contract: Address; readonly codeHash: Hex }
  | { readonly kind: 'watcher-supports'; readonly watcher: Address; readonly decision: Hex }
  | {
      readonly kind: 'decision-overtaken';
      readonly decision: Hex;
      readonly roundId: Hex;
      readonly attempt: number;
    }
  | { readonly kind: 'decision-sent'; readonly decision: Hex }
  | { readonly kind: 'decision-cancelled'; readonly decision: Hex }
  | { readonly kind: 'support-withdrawn'; readonly watcher: Address; readonly decision: Hex }
  | {
      readonly kind: 'cancel-attested';
      readonly watcher: Address;
      readonly decision: Hex;
      readonly when: ApprovalPlace;
    }
  | { readonly kind: 'multisig-acts-for-manager'; readonly multisig: AccountHex }
  | { readonly kind: 'funds-at-least'; readonly account: AccountHex; readonly amount: AmountText }
  | { readonly kind: 'delivery-paid'; readonly contract: Address; readonly amount: AmountText }
  | { readonly kind: 'no-approval-pending'; readonly multisig: AccountHex; readonly callHash: Hex }
  | {
      readonly kind: 'approval-pending';
      readonly multisig: AccountHex;
      readonly callHash: Hex;
      /** Whose approval it is; plans that were saved by version 1 leave it out. */
      readonly by?: AccountHex;
    }
  // A multisig of which a key here is a signatory.
  | {
      readonly kind: 'multisig-approved';
      readonly multisig: AccountHex;
      readonly callHash: Hex;
      readonly by: AccountHex;
    };

/** A fact, or that at least one of several holds. */
export type ChainFact = PlainFact | { readonly kind: 'any-of'; readonly facts: readonly PlainFact[] };
