import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { RELEASE_STANCES, type Release } from '../../src/domain/round/release.ts';
import { SIGNATURE_SCHEMES } from '../../src/domain/round/round.ts';
import { type SignedText, signaturesReady, verifySignature } from '../../src/voting/ballots/signature.ts';
import { verifyOfPerson } from '../../src/voting/ballots/signature-slips.ts';
import { formsOfText, oneLineForm } from '../../src/voting/ballots/text-forms.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import {
  endorsementText,
  optInText,
  parseStatement,
  proposalText,
  releaseText,
  voteText,
} from '../../src/voting/ballots/texts.ts';
import { ballots, sampleBallot } from './ballot-arbitraries.ts';

const SEED = `0x${'5a'.repeat(32)}`;

beforeAll(signaturesReady);

const ballot = sampleBallot;
const text = voteText(ballot);
const hex = toHex(encodeText(text));

describe('the forms of a text', () => {
  it.each(SIGNATURE_SCHEMES)(
    'count as the text when signed with %s, and nothing like them does',
    (scheme) => {
      const { account, sign } = signerFromUri(SEED, scheme);
      const over = (message: string): SignedText => ({ text, account, scheme, signature: sign(message) });
      for (const line of ['\n', '\r\n', ' ', '']) {
        const body = text.replaceAll('\n', line);
        for (const end of line === '\r\n' ? ['', '\r\n'] : line === '' ? [''] : ['', '\n']) {
          verifySignature(over(`${body}${end}`));
          verifySignature(over(`<Bytes>${body}${end}</Bytes>`));
        }
      }
      for (const other of [
        `${text}\n\n`,
        `\n${text}`,
        `${text} `,
        ` ${oneLineForm(text)}`,
        text.replaceAll('\n', '  '),
        text.replaceAll('\n', '\\n'),
        text.replace('\n', ' '),
        text.replace('aye', 'Aye'),
        `<Bytes>${text}`,
        hex,
      ]) {
        expect(() => verifySignature(over(other)), JSON.stringify(other)).toThrow(
          expect.objectContaining({ code: 'RESCUE_SIGNATURE_INVALID' }),
        );
      }
    },
  );

  it('give the text back, each of them, so that no two acts share one', () => {
    fc.assert(
      fc.property(ballots, fc.constantFrom(...RELEASE_STANCES), (one, stance) => {
        const { proposal: hash, anchor: codeHash, roundId: policy } = one;
        const release: Release = { ...one, stance, codeHash, policy, expires: one.sequence };
        for (const said of [
          voteText(one),
          endorsementText({ ...one, stance: 'endorse' }),
          proposalText({ ...one, hash, codeHash, proposer: one.account }),
          releaseText(release),
          optInText({ ...one, action: 'opt-out', policy }),
        ]) {
          for (const form of formsOfText(said)) {
            expect(linesOf(form)).toBe(said);
            parseStatement(linesOf(form));
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

/** Knows the labels and the form of the values, and nothing else of what was written. */
function linesOf(form: string): string {
  const bare = form.replace(/^<Bytes>([\s\S]*)<\/Bytes>$/, '$1').trimEnd();
  const [, title = '', rest = ''] = /^(pararescue [a-z-]+ \d)([\s\S]*)$/.exec(bare) ?? [];
  const labels =
    'choice|stance|proposal|code|para|round id|round|head|relay|policy|until relay block|account|sequence';
  const values =
    'aye|nay|abstain|endorse|release|withdraw|0x[0-9a-f]{64}|0x[0-9a-f]{40}(?![0-9a-f]{24})|\\d+';
  const lines = [...rest.matchAll(new RegExp(`\\s*((?:${labels}): (?:${values}))`, 'gy'))];
  expect(lines.map(([whole]) => whole).join('')).toBe(rest);
  return [title, ...lines.map(([, line]) => line)].join('\n');
}

describe('slips with wallets', () => {
  const sr25519 = signerFromUri.bind(null, SEED, 'sr25519');
  const message = (signed: Partial<SignedText>) => {
    const { account, scheme, sign } = sr25519();
    try {
      verifyOfPerson({ text, account, scheme, signature: sign(text), ...signed });
      return 'none';
    } catch (error) {
      return error instanceof Error ? error.message : '';
    }
  };

  it('are named: the kind of the key, the mark in front, hex as text, Bytes twice; else what may be', () => {
    const { sign } = sr25519();
    expect(message({})).toBe('none');
    expect(message({ signature: `0x01${sign(text).slice(2)}` })).toMatch(/leave 0x01 out/);
    expect(message({ signature: sign(hex) })).toMatch(/hex of the text was signed as if it were the text/);
    expect(message({ signature: sign(`<Bytes>${hex}</Bytes>`) })).toMatch(/as if it were the text/);
    expect(message({ signature: sign(`<Bytes><Bytes>${text}</Bytes></Bytes>`) })).toMatch(/twice/);
    for (const scheme of ['ed25519', 'ecdsa'] as const) {
      const other = signerFromUri(SEED, scheme);
      const given = { account: other.account, signature: other.sign(text) };
      expect(message(given)).toContain(`--scheme ${scheme}`);
    }
    expect(message({ signature: sign(text.replace('aye', 'nay')) })).toMatch(/another choice.*multisig/);
    const metamask = signerFromUri(SEED, 'ethereum');
    const signature = metamask.sign(text);
    const bare = `${signature.slice(0, -2)}${signature.endsWith('1b') ? '00' : '01'}` as const;
    const ethereum = { account: metamask.account, scheme: 'ethereum' } as const;
    expect(message({ ...ethereum, signature: bare as SignedText['signature'] })).toMatch(/add 27/);
  });
});
