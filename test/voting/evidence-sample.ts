import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import { type Policy, policyHash, policySchema } from '../../src/domain/policy/policy.ts';
import type { CountedVote, OptIn, Proposal } from '../../src/domain/round/round.ts';
import { type RoundParts, roundId } from '../../src/domain/round/round-id.ts';
import { openClock } from '../../src/domain/round/tally.ts';
import type { Hex } from '../../src/domain/units.ts';
import { blake2b256 } from '../../src/proof/hash.ts';
import { encodeHeader, type Header, headerHash } from '../../src/proof/header.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import { parasContextKey, parasHeadsKey, proveAnchorHead } from '../../src/voting/anchor-proof.ts';
import { proposalHash } from '../../src/voting/ballots/proposal-hash.ts';
import { signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';
import { optInText, proposalText, voteText } from '../../src/voting/ballots/texts.ts';
import type { EvidenceInput } from '../../src/voting/evidence/writer.ts';
import { electorateKeys } from '../../src/voting/power/account-power.ts';
import { systemAccountKey, totalIssuanceKey } from '../../src/voting/power/adapters/system-account.ts';
import type { PowerLayout } from '../../src/voting/power/layout/power-layout.ts';
import { proxiesKey } from '../../src/voting/proxies/proven-proxies.ts';
import { accountInfo } from './account-info.ts';

/** A round of para 2000 that was decided at relay block 1100, with real tries and signatures. */
const PARA = 2000;
const GENESIS: Hex = `0x${'91'.repeat(32)}`;
const TREASURY: Hex = `0x${'07'.repeat(32)}`;
export const DECIDED_AT = 1_100;
/** So that absence is proven as well. */
const proxyKeys = (holders: readonly Uint8Array[]) => holders.map((id) => proxiesKey(toHex(id)));
/** What the first proposal proposes. */
export const SAMPLE_CODE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
/** Long enough before the anchor's relay block for the head to be stalled by then. */
const SAMPLE_CONTEXT = 940;

export const samplePolicy: Policy = policySchema.parse({
  version: 1,
  relayGenesis: GENESIS,
  para: PARA,
  stall: { gapBlocks: 50, graceBlocks: 5 },
  proposers: { minimumPower: '1' },
  power: [{ adapter: 'system-account' }],
  excluded: [{ account: TREASURY, reason: 'treasury' }],
  voting: { shortestBlocks: 50, longestBlocks: 200, approval: '50%', quorum: '20%' },
  routes: ['registrar'],
  recovery: { heads: 3 },
});

const header = (number: number, stateRoot: Uint8Array): Header => ({
  parentHash: new Uint8Array(32).fill(1),
  number,
  stateRoot,
  extrinsicsRoot: new Uint8Array(32).fill(2),
  digest: [{ type: 'seal', engine: new TextEncoder().encode('aura'), data: new Uint8Array(64) }],
});

/** Needs `signaturesReady()`. */
export function sampleSigner(index: number, scheme: 'sr25519' | 'ed25519' = 'sr25519'): TextSigner {
  return signerFromUri(toHex(concatBytes(encodeLittle(index + 1, 8), new Uint8Array(24).fill(3))), scheme);
}

export function sampleProposal(anchor: Hex, id: Hex, text: string, codeHash: Hex): Proposal {
  const proposer = sampleSigner(999_999);
  const content = {
    relayGenesis: GENESIS,
    paraId: PARA,
    anchor,
    round: 1,
    roundId: id,
    codeHash,
    text,
    proposer: proposer.account,
  };
  const hash = proposalHash(content);
  return {
    ...content,
    hash,
    signature: proposer.sign(proposalText({ ...content, hash })),
    scheme: proposer.scheme,
    codeSize: 1_000_000,
    runtime: { specName: 'para', specVersion: 1001 },
    admittedAt: 1_001,
  };
}

/**
 * Everybody holds 1000 units and half as many more accounts hold as much without voting; the treasury's are excluded. Of
 * ten voters eight say aye to the first proposal, one nay, and one abstains on the second.
 */
export function sampleEvidence(
  voters: number,
  signer: (index: number) => TextSigner = sampleSigner,
  policy: Policy = samplePolicy,
  /** What everything is signed for instead of what the bundle says of the round. */
  signedFor: Partial<RoundParts> = {},
  /** What else stands in the para's state, and how all of it is laid out. */
  more: {
    readonly entries?: readonly (readonly [Uint8Array, Uint8Array])[];
    readonly layout?: PowerLayout;
  } = {},
): EvidenceInput {
  const signers = Array.from({ length: voters }, (_, index) => signer(index));
  const silent = Array.from({ length: voters >> 1 }, (_, index) =>
    concatBytes(encodeLittle(index, 8), new Uint8Array(24).fill(0xee)),
  );
  const holders = [
    ...signers.map(({ account }) => new Uint8Array(Buffer.from(account.slice(2), 'hex'))),
    ...silent,
  ];
  const treasury = new Uint8Array(32).fill(7);
  const paraState = buildTrie(
    [
      [totalIssuanceKey(), encodeLittle(BigInt(holders.length) * 1000n + 400n, 16)],
      [systemAccountKey(treasury), accountInfo({ free: 400n })],
      ...holders.map((id) => [systemAccountKey(id), accountInfo({ free: 900n, reserved: 100n })] as const),
      ...(more.entries ?? []),
    ],
    1,
  );
  const allKeys = [
    ...[...holders, treasury].map(systemAccountKey),
    ...proxyKeys(holders),
    ...(more.entries ?? []).map(([key]) => key),
  ];
  const nodes = new Map(paraState.prove(allKeys).map((node) => [toHex(blake2b256(node)), node]));
  const paraHeader = encodeHeader(header(41, paraState.root));
  const headData = concatBytes(encodeCompact(paraHeader.length), paraHeader);
  const relayState = buildTrie(
    [
      [parasHeadsKey(PARA), headData],
      [parasContextKey(PARA), encodeLittle(SAMPLE_CONTEXT, 4)],
      [parasHeadsKey(PARA + 1), headData],
      [parasHeadsKey(PARA + 2), encodeCompact(0)],
    ],
    0,
  );
  const relayHeader = encodeHeader(header(1_000, relayState.root));
  const relay = { number: 1_000, hash: toHex(headerHash(relayHeader)), stateRoot: toHex(relayState.root) };
  const proven = proveAnchorHead(PARA, relay, {
    header: relayHeader,
    proof: relayState.prove([parasHeadsKey(PARA), parasContextKey(PARA)]),
  });
  const anchor = proven.head.hash;
  const opening = SAMPLE_CONTEXT + policy.stall.gapBlocks;
  const id = roundId({
    relayGenesis: GENESIS,
    paraId: PARA,
    policy: policyHash(policy),
    anchor,
    opening,
    counter: 1,
    ...signedFor,
  });
  const proposals = [
    sampleProposal(anchor, id, 'mends the fees', toHex(blake2b256(SAMPLE_CODE))),
    sampleProposal(anchor, id, 'takes the fees out – “entirely”', `0x${'c2'.repeat(32)}`),
  ];
  const votes = signers.map((voter, index): CountedVote => {
    const ballot = {
      relayGenesis: GENESIS,
      paraId: PARA,
      anchor,
      round: 1,
      roundId: id,
      proposal: proposals[index % 10 === 9 ? 1 : 0]?.hash ?? anchor,
      choice: index % 10 === 9 ? 'abstain' : index % 10 === 8 ? 'nay' : 'aye',
      account: voter.account,
      sequence: index + 1,
    } as const;
    const signature = voter.sign(voteText(ballot));
    return { ...ballot, signature, scheme: voter.scheme, power: 1000n, admittedAt: 1_010 };
  });
  const manager = sampleSigner(1_000_000);
  const statement = {
    paraId: PARA,
    action: 'opt-in',
    relayGenesis: GENESIS,
    policy: policyHash(policy),
    sequence: 1,
    account: manager.account,
  } as const;
  const optIn: OptIn = {
    ...statement,
    signature: manager.sign(optInText(statement)),
    scheme: manager.scheme,
  };
  return {
    policy,
    optIn,
    anchor: {
      relay: proven.relay,
      head: proven.head,
      mostRecentContext: SAMPLE_CONTEXT,
      codeHash: `0x${'c0'.repeat(32)}`,
      runtime: { specName: 'para', specVersion: 1001 },
    },
    evidence: {
      ...proven.evidence,
      electorateProof: paraState.prove(electorateKeys(policy, more.layout)).map(toHex),
    },
    ...(more.layout && { layout: more.layout }),
    finality: null,
    round: 1,
    named: { id, opening },
    clock: { ...openClock(1_001, samplePolicy.voting), quorateSince: 1_010 },
    decidedAt: DECIDED_AT,
    proposals,
    votes,
    nodeOf: async (hash) => nodes.get(toHex(hash)) ?? null,
  };
}
