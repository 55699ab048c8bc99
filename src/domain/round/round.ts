import type { Multisig } from '../chain/acting.ts';
import type { ParaHeadRef, RelayBlockRef } from '../chain/observation.ts';
import type { TrialSummary } from '../trial/proposal-trial.ts';
import type { AccountHex, Hex, ParaId, Planck, RelayBlock } from '../units.ts';
import type { RoundId } from './round-id.ts';

/** The state that a whole round is proven against. Frozen when the para enters `optInRescue`. */
export interface Anchor {
  /** Finalized relay block at which `Paras.Heads(para)` held `head`. */
  readonly relay: RelayBlockRef;
  readonly head: ParaHeadRef;
  readonly mostRecentContext: RelayBlock;
  /** `Paras.CurrentCodeHash` at `relay`. */
  readonly codeHash: Hex;
  /** From the para's own state at `head`. */
  readonly runtime: { readonly specName: string; readonly specVersion: number };
}

/**
 * Proof of everything a round shares: that the anchor's head is what the relay finalized (relay header → state root →
 * `Paras.Heads`), and the electorate (para state root → issuance and excluded balances). All hex.
 */
export interface AnchorEvidence {
  /** SCALE-encoded relay header; its blake2-256 is `anchor.relay.hash`. */
  readonly relayHeader: Hex;
  /** Trie nodes under the relay state root that lead to `Paras.Heads(para)` and `Paras.MostRecentContext(para)`. */
  readonly headProof: readonly Hex[];
  /** The SCALE-encoded para header that the proof yields. */
  readonly paraHeader: Hex;
  /** Trie nodes under the para head's state root that yield every key of the policy's electorate. */
  readonly electorateProof: readonly Hex[];
  /** GRANDPA's finality proof of the relay block with its voters (SCALE), where a node gave one. */
  readonly finality?: { readonly proof: Hex; readonly setId: string; readonly authorities: Hex };
  /**
   * How the para's storage is laid out, read from its own metadata at the head (`PowerLayout` of src/voting, JSON). Left
   * out for the standard one.
   */
  readonly layout?: unknown;
  /**
   * Types of proxies by their index, read from the same metadata. Left out for an anchor that an earlier version froze, and where the para keeps no proxies as
   * pallet-proxy does: nobody speaks for an account there but its own keys.
   */
  readonly proxyTypes?: readonly ProxyType[];
}

/** A variant of the enum `ProxyType` of a runtime. */
export interface ProxyType {
  readonly name: string;
  readonly index: number;
}

export const CHOICES = ['aye', 'nay', 'abstain'] as const;
export type Choice = (typeof CHOICES)[number];

/** What everything that is signed for a round is bound to. The id covers the others, which people can read. */
export interface RoundPlace {
  readonly relayGenesis: Hex;
  readonly paraId: ParaId;
  /** Hash of the anchor's head. */
  readonly anchor: Hex;
  /** Number of the round within its opening. */
  readonly round: number;
  readonly roundId: RoundId;
}

/** A vote is bound to all of these; the signed text names each one. */
export interface Ballot extends RoundPlace {
  readonly proposal: Hex;
  readonly choice: Choice;
  readonly account: AccountHex;
  /** Grows with each vote of the account in the round; the highest counts. */
  readonly sequence: number;
}

export const SIGNATURE_SCHEMES = ['sr25519', 'ed25519', 'ecdsa', 'ethereum'] as const;
export type SignatureScheme = (typeof SIGNATURE_SCHEMES)[number];

/** The signature of the account that the act's text names. */
export interface OwnSignature {
  readonly signature: Hex;
  readonly scheme: SignatureScheme;
}

/** The signature of one account over a text. */
export interface AccountSignature extends OwnSignature {
  readonly account: AccountHex;
}

/**
 * Signatures for the account that the act's text names: of enough signatories of a multisig, or of one account. That one, or the multisig, is
 * the named account itself or may act for it.
 */
export interface JointSignature {
  readonly multisig: Multisig | null;
  readonly signatures: readonly AccountSignature[];
}

export type ActSignature = OwnSignature | JointSignature;
export type Signed<Act> = Act & ActSignature;

/** What of a signed act is its signature. */
export function signatureOf(act: ActSignature): ActSignature {
  return 'signature' in act
    ? { signature: act.signature, scheme: act.scheme }
    : { multisig: act.multisig, signatures: act.signatures };
}

export type SignedBallot = Signed<Ballot>;

/** A vote that was checked in full and counts. */
export type CountedVote = SignedBallot & {
  /** Voting power at the anchor: what the adapters read from proven storage, weighted. */
  readonly power: Planck;
  /** Its account is a collator whom the policy has decide; missing for all others. */
  readonly collator?: true | undefined;
  readonly admittedAt: RelayBlock;
};

/** A runtime proposed for the anchor. The blob itself is stored under its code hash. */
export interface ProposedCode extends RoundPlace {
  /** blake2-256 of the canonical JSON of `{ anchor, codeHash, paraId, proposer, relayGenesis, round, roundId, text }`. */
  readonly hash: Hex;
  /** blake2-256 of the blob: what the relay will store as `Paras.CurrentCodeHash`. */
  readonly codeHash: Hex;
  readonly codeSize: number;
  readonly runtime: { readonly specName: string; readonly specVersion: number };
  readonly text: string;
  readonly proposer: AccountHex;
  readonly admittedAt: RelayBlock;
  /** What came of trying it here; nothing of it stands in evidence that services compare. */
  readonly trial?: TrialSummary | undefined;
  /** How its code differs from the one that it replaces, for those who call it: a sentence each. */
  readonly changes?: readonly string[] | undefined;
}
/** With the proposer's signature, so that other services can admit the proposal as well. */
export type Proposal = Signed<ProposedCode>;

/** Whether the para opted in, and with what; the latest sequence counts. */
interface OptInAct {
  readonly paraId: ParaId;
  readonly action: 'opt-in' | 'opt-out';
  readonly relayGenesis: Hex;
  /** Hash of the policy; for an opt-out that of the policy left. */
  readonly policy: Hex;
  readonly sequence: number;
  /** Relay block at which it was recorded for a para that had stopped already; missing for all others. Not signed. */
  readonly whileStopped?: RelayBlock | undefined;
}

/** Signed by the para's registrar manager. */
export interface SignedOptIn extends OptInAct, OwnSignature {
  readonly account: AccountHex;
}

/** Signed for the para's registrar manager, which the text names as `account`. */
export interface JointOptIn extends OptInAct, JointSignature {
  readonly account: AccountHex;
}

/** What whoever has an opt-in recorded says beside it; nobody signs it. */
export interface OptInMeant {
  /** It shall count though the para has stopped; every voter is told. */
  readonly whileStopped: boolean;
}

/** Signed by or for the registrar manager. */
export type ManagerOptIn = SignedOptIn | JointOptIn;

/** Read from the para's rescue contract, where its own account or its registered manager recorded it. */
export interface ContractOptIn extends OptInAct {
  readonly contract: { readonly genesis: Hex; readonly address: Hex };
}

export type OptIn = ManagerOptIn | ContractOptIn;
