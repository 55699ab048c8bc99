import { blake2b } from '@noble/hashes/blake2.js';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { type Hex, toHex } from './units.ts';

/** Ten thousandths of a percent: 100 % = 1_000_000. Exact, so that no share is ever a floating point number. */
export type Ppm = bigint;
export const PPM: Ppm = 1_000_000n;

const hex32 = z.string().regex(/^0x[0-9a-f]{64}$/, 'must be 0x and 64 lower-case hex digits (32 bytes)');
const account = z
  .string()
  .regex(
    /^0x(?:[0-9a-f]{64}|[0-9a-f]{40})$/,
    'must be an account id in hex: 32 bytes, or 20 bytes on Ethereum-style paras',
  );
const blocks = z.int().min(1).max(10_000_000);
const percent = z
  .string()
  .regex(
    /^(?:100(?:\.0{1,4})?|\d{1,2}(?:\.\d{1,4})?)%$/,
    'must be a percentage between "0%" and "100%" with at most four decimals',
  );
/** Planck as decimal digits: JSON numbers are not exact above 2^53. */
const planck = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,38})$/, 'must be a whole number of the smallest unit, written as text');

const systemAccountPower = z.strictObject({
  adapter: z.literal('system-account').describe('The native balance in System.Account.'),
  weight: z.int().min(1).max(1_000_000).default(1).describe('Votes for each unit of balance.'),
  count: z
    .array(z.enum(['free', 'reserved']))
    .min(1)
    .default(['free', 'reserved'])
    .describe('Which parts of the balance count. Frozen balance is part of free and counts with it.'),
});

/**
 * A rescue policy: what a para's team fixes in advance, and what its registrar manager signs the hash of.
 * Lengths are relay blocks; account ids are hex, so that one policy has one canonical form.
 */
export const policySchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format.'),
    relayGenesis: hex32.describe(
      'Genesis hash of the relay chain: a policy cannot be replayed on another one.',
    ),
    para: z.int().min(0).max(0xffff_ffff).describe('Para id.'),
    stall: z.strictObject({
      gapBlocks: blocks.describe(
        'Relay blocks without an included head after which the para counts as stalled.',
      ),
      graceBlocks: z
        .int()
        .min(0)
        .max(10_000_000)
        .describe(
          'Relay blocks after the gap in which nothing is opened, so that operators can mend it first.',
        ),
    }),
    proposers: z
      .strictObject({
        accounts: z
          .array(account)
          .max(1000)
          .default([])
          .describe('Accounts that may propose whatever they hold.'),
        minimumPower: planck.optional().describe('Voting power from which any account may propose.'),
      })
      .describe('Who may propose a runtime.'),
    power: z
      .array(systemAccountPower)
      .min(1)
      .max(16)
      .describe('Where voting power comes from; a weighted sum.'),
    excluded: z
      .array(z.strictObject({ account, reason: z.string().min(1).max(200) }))
      .max(10_000)
      .default([])
      .describe(
        'Accounts without a vote (treasury, sovereign, pallet accounts, exchanges). They shrink the electorate.',
      ),
    voting: z.strictObject({
      shortestBlocks: blocks.describe(
        'No decision before this many relay blocks after a proposal was admitted.',
      ),
      longestBlocks: blocks.describe('The round closes after this many relay blocks.'),
      lateQuorumExtensionBlocks: z
        .int()
        .min(0)
        .max(10_000_000)
        .default(0)
        .describe(
          'When quorum is first reached with fewer blocks left than this, the round is extended to it, once.',
        ),
      approval: percent.describe('Least share of ayes among ayes and nays. Ayes must also outnumber nays.'),
      quorum: percent.describe('Least share of the electorate that votes aye or abstains.'),
    }),
    routes: z
      .array(z.enum(['registrar']))
      .min(1)
      .describe('Ways to carry the decision out, in order of preference.'),
    recovery: z.strictObject({
      heads: z.int().min(1).max(1000).describe('Heads included under the new code that prove recovery.'),
      lockAgain: z.boolean().default(true).describe('Add the registrar lock again after recovery.'),
    }),
  })
  .superRefine((policy, context) => {
    if (policy.voting.shortestBlocks > policy.voting.longestBlocks) {
      context.addIssue({
        code: 'custom',
        path: ['voting', 'shortestBlocks'],
        message: 'must not be longer than voting.longestBlocks',
      });
    }
    if (policy.proposers.accounts.length === 0 && policy.proposers.minimumPower === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['proposers'],
        message: 'nobody could propose: name accounts, or set minimumPower',
      });
    }
    const seen = new Set<string>();
    for (const [index, { account: excluded }] of policy.excluded.entries()) {
      if (seen.has(excluded)) {
        context.addIssue({
          code: 'custom',
          path: ['excluded', index, 'account'],
          message: 'is excluded twice',
        });
      }
      seen.add(excluded);
    }
    const counted = new Set<string>();
    for (const [index, { adapter, count }] of policy.power.entries()) {
      for (const part of count) {
        if (counted.has(`${adapter} ${part}`)) {
          context.addIssue({
            code: 'custom',
            path: ['power', index, 'count'],
            message: `counts the ${part} balance of ${adapter} a second time`,
          });
        }
        counted.add(`${adapter} ${part}`);
      }
    }
    // An account that is malformed has an issue of its own already.
    const accounts = [...policy.proposers.accounts, ...seen].filter((id) => account.safeParse(id).success);
    if (new Set(accounts.map((id) => id.length)).size > 1) {
      context.addIssue({
        code: 'custom',
        path: ['excluded'],
        message: 'and proposers.accounts mix 32-byte and 20-byte accounts: a para has one kind only',
      });
    }
  });

export type Policy = z.infer<typeof policySchema>;
export type PowerSource = Policy['power'][number];

/** blake2-256 of the canonical JSON of the parsed policy (defaults filled in): what an opt-in signs. */
export function policyHash(policy: Policy): Hex {
  return toHex(blake2b(new TextEncoder().encode(canonicalJson(policy)), { dkLen: 32 }));
}

/** `"66.6667%"` as 666_667n. The schema guarantees the form; at most four decimals, so this is exact. */
export function percentToPpm(text: string): Ppm {
  const [whole = '0', fraction = ''] = text.slice(0, -1).split('.');
  return BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
}
