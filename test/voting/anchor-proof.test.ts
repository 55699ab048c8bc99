import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeLittle } from '../../src/bytes/scale.ts';
import { policySchema } from '../../src/domain/policy/policy.ts';
import type { AnchorEvidence } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';
import { encodeHeader, type Header, headerHash } from '../../src/proof/header.ts';
import { buildTrie } from '../../src/proof/trie.ts';
import {
  parasContextKey,
  parasHeadsKey,
  proveAnchorHead,
  provenContext,
  verifyAnchorEvidence,
} from '../../src/voting/anchor-proof.ts';
import { electorateKeys } from '../../src/voting/power/account-power.ts';
import { systemAccountKey, totalIssuanceKey } from '../../src/voting/power/adapters/system-account.ts';
import { accountInfo } from './account-info.ts';

const PARA = 2000;
const CONTEXT = 940;
const TREASURY: Hex = `0x${'07'.repeat(32)}`;
const policy = {
  power: policySchema.shape.power.parse([{ adapter: 'system-account' }]),
  excluded: [{ account: TREASURY, reason: 'treasury' }],
};

const header = (number: number, stateRoot: Uint8Array): Header => ({
  parentHash: new Uint8Array(32).fill(1),
  number,
  stateRoot,
  extrinsicsRoot: new Uint8Array(32).fill(2),
  digest: [{ type: 'seal', engine: new TextEncoder().encode('aura'), data: new Uint8Array(64) }],
});
const headData = (bytes: Uint8Array): Uint8Array => concatBytes(encodeCompact(bytes.length), bytes);

const paraState = buildTrie(
  [
    [totalIssuanceKey(), encodeLittle(1000n, 16)],
    [systemAccountKey(new Uint8Array(32).fill(7)), accountInfo({ free: 400n })],
    [systemAccountKey(new Uint8Array(32).fill(8)), accountInfo({ free: 600n })],
  ],
  1,
);
const paraHeader = encodeHeader(header(41, paraState.root));
const relayState = buildTrie(
  [
    [parasHeadsKey(PARA), headData(paraHeader)],
    [parasContextKey(PARA), encodeLittle(CONTEXT, 4)],
    [parasContextKey(PARA + 1), encodeLittle(CONTEXT, 3)],
    [parasHeadsKey(PARA + 1), headData(encodeHeader(header(40, paraState.root)))],
    [parasHeadsKey(PARA + 2), headData(Uint8Array.of(1, 2, 3))],
    [parasHeadsKey(PARA + 3), Uint8Array.of(0xff)],
  ],
  0,
);
const relayHeader = encodeHeader(header(1_000, relayState.root));
const relay = { number: 1_000, hash: toHex(headerHash(relayHeader)), stateRoot: toHex(relayState.root) };

const bytes = {
  header: relayHeader,
  proof: relayState.prove([parasHeadsKey(PARA), parasContextKey(PARA)]),
};
const proven = proveAnchorHead(PARA, relay, bytes);
const anchor = { relay, head: proven.head, mostRecentContext: CONTEXT };
const evidence: AnchorEvidence = {
  ...proven.evidence,
  electorateProof: paraState.prove(electorateKeys(policy)).map(toHex),
};
const failsAt = (point: string) =>
  expect.objectContaining({ code: 'RESCUE_PROOF_INVALID', details: { point } });

describe('proving an anchor', () => {
  it('leads from the relay header to hash, number and state root of the para head', () => {
    expect(proven).toMatchObject({
      relay,
      head: { hash: toHex(headerHash(paraHeader)), number: 41, stateRoot: toHex(paraState.root) },
      evidence: { relayHeader: toHex(relayHeader), paraHeader: toHex(paraHeader) },
    });
  });

  it('has the context with which the head was included, when the nodes lead to it', () => {
    expect(proven.mostRecentContext).toBe(CONTEXT);
    const heads = relayState.prove([parasHeadsKey(PARA)]);
    expect(proveAnchorHead(PARA, relay, { ...bytes, proof: heads }).mostRecentContext).toBeUndefined();
    const none = relayState.prove([parasContextKey(PARA + 3)]);
    expect(provenContext(PARA + 3, relayState.root, none)).toBeNull();
    const short = relayState.prove([parasContextKey(PARA + 1)]);
    expect(() => provenContext(PARA + 1, relayState.root, short)).toThrow(failsAt('context of the para'));
    expect(toHex(parasContextKey(1000))).toMatch(
      /^0xcd710b30bd2eab0352ddcc26417aa194.*b6ff6f7d467b87a9e8030000$/,
    );
  });

  it('uses the storage key that relay chains use', () => {
    // Paras.Heads(1000) as any block explorer shows it.
    expect(toHex(parasHeadsKey(1000))).toBe(
      '0xcd710b30bd2eab0352ddcc26417aa1941b3c252fcb29d88eff4f3de5de4476c3b6ff6f7d467b87a9e8030000',
    );
  });

  it.each<[string, string, Parameters<typeof proveAnchorHead>]>([
    ['another relay block hash', 'hash of the relay header', [PARA, { ...relay, hash: TREASURY }, bytes]],
    ['another relay block number', 'relay block number', [PARA, { ...relay, number: 999 }, bytes]],
    ['another relay state root', 'relay state root', [PARA, { ...relay, stateRoot: TREASURY }, bytes]],
    ['an empty proof', 'proof of Paras.Heads', [PARA, relay, { ...bytes, proof: [] }]],
    [
      'a proof for another para',
      'proof of Paras.Heads',
      [PARA + 9, relay, { ...bytes, proof: relayState.prove([parasHeadsKey(PARA + 9)]) }],
    ],
    [
      'a head that is no header',
      'para header',
      [PARA + 2, relay, { ...bytes, proof: relayState.prove([parasHeadsKey(PARA + 2)]) }],
    ],
    [
      'head data that is cut off',
      'head data of the para',
      [PARA + 3, relay, { ...bytes, proof: relayState.prove([parasHeadsKey(PARA + 3)]) }],
    ],
  ])('refuses %s and names the point', (_name, point, args) => {
    expect(() => proveAnchorHead(...args)).toThrow(failsAt(point));
  });

  it('refuses a relay header that is not one, although its hash is right', () => {
    const junk = relayHeader.subarray(0, 50);
    const args = { header: junk, proof: bytes.proof };
    expect(() => proveAnchorHead(PARA, { ...relay, hash: toHex(headerHash(junk)) }, args)).toThrow(
      failsAt('relay header'),
    );
  });
});

describe('verifying stored evidence', () => {
  it('gives the electorate', () => {
    expect(verifyAnchorEvidence(PARA, anchor, evidence, policy)).toBe(600n);
  });

  it.each<[string, string, Partial<AnchorEvidence>]>([
    ['relay header', 'hash of the relay header', { relayHeader: `${toHex(relayHeader)}00` }],
    ['relay header that is no hex', 'relay header', { relayHeader: '0xzz' }],
    ['proof of the head', 'proof of Paras.Heads', { headProof: evidence.headProof.slice(1) }],
    ['para header', 'para header', { paraHeader: toHex(relayHeader) }],
  ])('refuses a changed %s', (_name, point, change) => {
    expect(() => verifyAnchorEvidence(PARA, anchor, { ...evidence, ...change }, policy)).toThrow(
      failsAt(point),
    );
  });

  it('refuses a changed electorate proof', () => {
    const short = { ...evidence, electorateProof: evidence.electorateProof.slice(0, -1) };
    expect(() => verifyAnchorEvidence(PARA, anchor, short, policy)).toThrow(
      expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }),
    );
  });

  it.each([
    ['para head hash', { hash: TREASURY }],
    ['para head number', { number: 40 }],
    ['para state root', { stateRoot: TREASURY }],
  ])('refuses an anchor with another %s', (point, change) => {
    const other = { ...anchor, head: { ...anchor.head, ...change } };
    expect(() => verifyAnchorEvidence(PARA, other, evidence, policy)).toThrow(failsAt(point));
  });

  it('refuses an anchor with another context, unless it was frozen before contexts were proven', () => {
    const other = { ...anchor, mostRecentContext: CONTEXT - 1 };
    expect(() => verifyAnchorEvidence(PARA, other, evidence, policy)).toThrow(failsAt('context of the para'));
    const headProof = relayState.prove([parasHeadsKey(PARA)]).map(toHex);
    expect(verifyAnchorEvidence(PARA, other, { ...evidence, headProof }, policy)).toBe(600n);
  });

  it('refuses the evidence of another para', () => {
    expect(() => verifyAnchorEvidence(PARA + 1, anchor, evidence, policy)).toThrow(
      expect.objectContaining({ code: 'RESCUE_PROOF_INVALID' }),
    );
  });
});
