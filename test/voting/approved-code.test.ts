import { beforeAll, describe, expect, it } from 'vitest';
import type { Hex } from '../../src/domain/units.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { proveVote, type RecountTrust } from '../../src/voting/evidence/approved-code.ts';
import { hashBundle } from '../../src/voting/evidence/hash.ts';
import { readOpening } from '../../src/voting/evidence/opening.ts';
import { type EvidenceInput, writeEvidence } from '../../src/voting/evidence/writer.ts';
import { sampleEvidence } from './evidence-sample.ts';

const encoder = new TextEncoder();

let input: EvidenceInput;
let lines: string[];
let trusted: RecountTrust;

beforeAll(async () => {
  await signaturesReady();
  input = sampleEvidence(8);
  lines = [];
  for await (const line of writeEvidence(input)) lines.push(line);
  const { hash } = JSON.parse(lines[1] ?? '') as { hash: Hex };
  const relay = input.anchor.relay;
  trusted = {
    policy: hash,
    isFinal: async (block) => block.hash === relay.hash && block.number === relay.number,
  };
});

/** The bundle as one reads it; what is asked for after the last line is a defect of the reader. */
async function* chunksOf(texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield encoder.encode(text);
}

describe('the opening of a bundle', () => {
  it('is its policy and its anchor, and nothing behind them is read', async () => {
    const upToAnchor = lines.findIndex((line) => JSON.parse(line).kind === 'anchor') + 1;
    async function* chunks() {
      yield* chunksOf(lines.slice(0, upToAnchor));
      throw new Error('read too far');
    }
    const { policy, anchor } = await readOpening(chunks(), 'the file');
    expect(policy).toEqual(input.policy);
    expect(anchor.head).toEqual(input.anchor.head);
  });

  it.each([
    ['is empty', []],
    ['is no JSON', ['hello\n']],
    ['is another kind of file', ['{"kind":"something","version":1}\n']],
  ])('is refused when the file %s', async (_, texts) => {
    await expect(readOpening(chunksOf(texts), 'the file x')).rejects.toMatchObject({
      code: 'RESCUE_PROOF_INVALID',
      message: expect.stringMatching(/^the file x is no evidence bundle: /),
    });
  });

  it('is refused when the file ends before its anchor', async () => {
    await expect(readOpening(chunksOf(lines.slice(0, 2)), 'the file x')).rejects.toThrow(
      'it names no policy or no anchor',
    );
  });
});

describe('a vote that a contract is to act on', () => {
  it('is proven with its sums and the hash of the evidence', async () => {
    const hashed = hashBundle(chunksOf(lines));
    for await (const _ of hashed.chunks);
    const vote = await proveVote(chunksOf(lines), trusted, 'the bundle');
    expect(vote.evidenceHash).toBe(hashed.hash());
    expect(vote.codeHash).toBe(vote.result.codeHash);
    const tally = vote.result.tallies.find(({ proposal }) => proposal === vote.proposal);
    expect(vote.sums).toMatchObject({ ayes: tally?.ayes, electorate: vote.result.electorate });
  });

  it('is refused with the point that fails', async () => {
    const other = { ...trusted, policy: `0x${'ab'.repeat(32)}` as const };
    await expect(proveVote(chunksOf(lines), other, 'the bundle x')).rejects.toMatchObject({
      code: 'RESCUE_PROOF_INVALID',
      message: expect.stringMatching(/^the bundle x does not hold at policy: /),
      details: { fails: 'policy' },
    });
  });

  it('is refused when the relay chain has not finalized its relay block', async () => {
    const forked = { ...trusted, isFinal: async () => false };
    await expect(proveVote(chunksOf(lines), forked, 'the bundle x')).rejects.toMatchObject({
      code: 'RESCUE_PROOF_INVALID',
      message: expect.stringMatching(
        /^the relay block \d+ \(0x[0-9a-f]{64}\) of the bundle x is not the one/,
      ),
      details: { fails: 'finality', evidenceHash: expect.stringMatching(/^0x/) },
    });
  });

  it('is refused when it is cut off', async () => {
    await expect(proveVote(chunksOf(lines.slice(0, -1)), trusted, 'the bundle x')).rejects.toMatchObject({
      code: 'RESCUE_PROOF_INVALID',
    });
  });
});
