import { z } from 'zod';
import { blake2b256 } from '../../bytes/blake2.ts';
import { encodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { canonicalJson } from '../canonical-json.ts';
import { POLICY_ROUTES } from '../route/route.ts';
import type { Hex } from '../units.ts';
import { collatorProblems, collatorSection, collatorsAlone } from './collator-rules.ts';
import { countedParts, powerSource } from './power-sources.ts';
import { releaseProblems, releaseSection } from './release-rules.ts';
import { signerProblems, signersSection } from './signer-rules.ts';
import { trialSection } from './trial-rules.ts';

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

const rescueContract = z
  .strictObject({
    genesis: hex32.describe('Genesis hash of the contracts chain.'),
    chain: z.int().min(0).max(0xffff_ffff).describe('Para id of the contracts chain, such as 1000.'),
    address: z
      .string()
      .regex(/^0x[0-9a-f]{40}$/, 'must be 0x and 40 lower-case hex digits (20 bytes)')
      .describe("Address of the para's rescue contract there."),
    operators: z
      .array(hex32)
      .min(1)
      .max(50)
      .describe('Accounts of the relay chain of which any one may supply the approved code.'),
    fee: planck.describe(
      "What the contract's message may spend on the relay chain, in its smallest unit, from the contract's derived account.",
    ),
  })
  .describe('The rescue contract through which the route "contract" acts.');

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
        collators: z
          .literal(true)
          .optional()
          .describe('Collators whom the section collators has decide may propose.'),
      })
      .describe('Who may propose a runtime.'),
    power: z
      .array(powerSource)
      .max(16)
      .describe('Where voting power comes from; a weighted sum. Empty only where collators decide alone.'),
    collators: collatorSection.optional(),
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
    endorsement: z
      .strictObject({
        accounts: z
          .array(account)
          .min(1)
          .max(100)
          .describe('The technical body: accounts that may endorse, whatever they hold.'),
        threshold: z.int().min(1).max(100).describe('Endorsements that make a proposal endorsed.'),
        shortestBlocks: blocks.describe('Takes the place of voting.shortestBlocks for an endorsed proposal.'),
      })
      .optional()
      .describe('Who can shorten the vote on a proposal by endorsing it; approval and quorum stay.'),
    signers: signersSection.optional(),
    trials: trialSection.optional(),
    strictProofs: z
      .boolean()
      .optional()
      .describe(
        'Refuse storage proofs of nodes that hold more than they need to; otherwise the surplus is ignored.',
      ),
    routes: z
      .array(z.enum(POLICY_ROUTES))
      .min(1)
      .describe('Ways to carry the decision out, in order of preference.'),
    withoutRoute: z
      .enum(['wait', 'vote'])
      .optional()
      .describe(
        'While none of the routes could carry a decision out, whatever the team does: wait (as without it) opens no round and takes no proposals; vote lets holders decide anyway, and says so to each of them.',
      ),
    contract: rescueContract.optional(),
    release: releaseSection(account).optional(),
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
    const { accounts: named, minimumPower, collators: byCollators } = policy.proposers;
    if (named.length === 0 && minimumPower === undefined && !byCollators) {
      context.addIssue({
        code: 'custom',
        path: ['proposers'],
        message: 'nobody could propose: name accounts, or set minimumPower',
      });
    }
    if (byCollators && policy.collators === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['proposers', 'collators'],
        message: 'needs the section collators, which says who they are',
      });
    }
    if (
      policy.power.length === 0 &&
      !(collatorsAlone(policy) && policy.proposers.minimumPower === undefined)
    ) {
      context.addIssue({
        code: 'custom',
        path: ['power'],
        message: 'is empty: nobody would have voting power',
      });
    }
    for (const { path, message } of policy.collators ? collatorProblems(policy.collators) : []) {
      context.addIssue({ code: 'custom', path: ['collators', ...path], message });
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
    for (const [index, source] of policy.power.entries()) {
      for (const part of countedParts(source)) {
        if (counted.has(part)) {
          context.addIssue({
            code: 'custom',
            path: ['power', index, ...('count' in source ? ['count'] : [])],
            message: `counts ${part} a second time`,
          });
        }
        counted.add(part);
      }
    }
    checkContract(policy, (path, message) => context.addIssue({ code: 'custom', path, message }));
    checkEndorsement(policy, (path, message) => context.addIssue({ code: 'custom', path, message }));
    for (const { path, message } of policy.release ? releaseProblems(policy.release) : []) {
      context.addIssue({ code: 'custom', path: ['release', ...path], message });
    }
    // An account that is malformed has an issue of its own already.
    const endorsers = policy.endorsement?.accounts ?? [];
    const accounts = [...policy.proposers.accounts, ...endorsers, ...seen].filter(
      (id) => account.safeParse(id).success,
    );
    for (const { path, message } of signerProblems(policy, accounts)) {
      context.addIssue({ code: 'custom', path: ['signers', ...path], message });
    }
    if (new Set(accounts.map((id) => id.length)).size > 1) {
      context.addIssue({
        code: 'custom',
        path: ['excluded'],
        message: 'and proposers.accounts mix 32-byte and 20-byte accounts: a para has one kind only',
      });
    }
  });

function checkContract(
  policy: { routes: string[]; contract?: { operators: string[] } | undefined },
  report: (path: (string | number)[], message: string) => void,
): void {
  const { routes, contract } = policy;
  for (const [index, route] of routes.entries()) {
    if (routes.indexOf(route) < index) report(['routes', index], 'is named twice');
  }
  if (routes.includes('contract') && contract === undefined) {
    report(['contract'], 'is missing, but the route "contract" acts through it');
  }
  const operators = contract?.operators ?? [];
  for (const [index, id] of operators.entries()) {
    if (operators.indexOf(id) < index) report(['contract', 'operators', index], 'is named twice');
  }
}

function checkEndorsement(
  policy: {
    endorsement?: { accounts: string[]; threshold: number; shortestBlocks: number } | undefined;
    voting: { shortestBlocks: number };
  },
  report: (path: (string | number)[], message: string) => void,
): void {
  const { endorsement, voting } = policy;
  if (endorsement === undefined) return;
  const { accounts, threshold, shortestBlocks } = endorsement;
  for (const [index, id] of accounts.entries()) {
    if (accounts.indexOf(id) < index) report(['endorsement', 'accounts', index], 'is named twice');
  }
  if (threshold > accounts.length) {
    report(
      ['endorsement', 'threshold'],
      `must not be above the ${accounts.length} accounts that may endorse`,
    );
  }
  if (shortestBlocks > voting.shortestBlocks) {
    report(
      ['endorsement', 'shortestBlocks'],
      'must not be longer than voting.shortestBlocks, which it shortens',
    );
  }
}

export type Policy = z.infer<typeof policySchema>;
export type ContractTerms = NonNullable<Policy['contract']>;
export type PowerSource = Policy['power'][number];

/** Whether holders vote though no route could carry their decision out. */
export function votesWithoutRoute({ withoutRoute }: Pick<Policy, 'withoutRoute'>): boolean {
  return withoutRoute === 'vote';
}

/** A policy with its hash: of the largest ones making it takes 50 ms. */
export interface HashedPolicy {
  readonly policy: Policy;
  readonly hash: Hex;
}

/** blake2-256 of the canonical JSON of the parsed policy (defaults filled in): what an opt-in signs. */
export function policyHash(policy: Policy): Hex {
  return toHex(blake2b256(encodeText(canonicalJson(policy))));
}

/** `"66.6667%"` as 666_667n. The schema guarantees the form; at most four decimals, so this is exact. */
export function percentToPpm(text: string): Ppm {
  const [whole = '0', fraction = ''] = text.slice(0, -1).split('.');
  return BigInt(whole) * 10_000n + BigInt(fraction.padEnd(4, '0'));
}
