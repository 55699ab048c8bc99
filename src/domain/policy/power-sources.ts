import { z } from 'zod';
import { rateSection } from './rate-rules.ts';

const weight = z.int().min(1).max(1_000_000).default(1).describe('Votes for each unit.');
const pallet = z.string().regex(/^[A-Z]\w{0,49}$/, "must be a pallet's name as in the metadata");
const parts = z.array(z.enum(['free', 'reserved'])).min(1);
const bothParts = parts.default(['free', 'reserved']);
const frozen = z.enum(['counted', 'left-out']).optional();
/** SCALE bytes, for ids that aren't numbers, such as locations, or are too large for JSON. */
const assetId = z.union(
  [
    z.int().min(0),
    z.string().regex(/^0x(?:[0-9a-f]{2}){1,1024}$/, 'must be a number or hex of the SCALE-encoded id'),
  ],
  'must be a number, or the SCALE-encoded id in lower-case hex',
);
const rate = rateSection(assetId).optional();
const partNames = z.array(z.string().min(1).max(100)).min(1).max(64);

/** Where voting power comes from: one kind of storage that an adapter of src/voting/power reads. */
export const powerSource = z.discriminatedUnion('adapter', [
  z
    .strictObject({
      adapter: z.literal('system-account'),
      weight,
      count: bothParts.describe(
        'Which parts of the balance count. Frozen balance is part of free and counts with it.',
      ),
      frozen: frozen.describe(
        'left-out: of free only what nothing freezes, free - max(0, frozen - reserved), as pallet-balances computes what can be moved (on older chains: free - max(misc_frozen, fee_frozen)).',
      ),
    })
    .describe('The native balance in System.Account.'),
  z
    .strictObject({
      adapter: z.literal('balance-holds'),
      weight,
      reasons: partNames
        .optional()
        .describe('Reasons that count, such as "Staking.Staking"; all when left out.'),
    })
    .describe('Native balance on hold (part of reserved), in Balances.Holds: the sum.'),
  z
    .strictObject({
      adapter: z.literal('balance-freezes'),
      weight,
      ids: partNames.optional().describe('Freezes that count, such as "NominationPools.PoolMinBalance".'),
    })
    .describe('Frozen native balance, in Balances.Freezes: the largest, at most the balance.'),
  z
    .strictObject({
      adapter: z.literal('balance-locks'),
      weight,
      ids: partNames.optional().describe('Locks that count, such as "staking " (eight characters).'),
    })
    .describe('Locked native balance, in Balances.Locks: the largest, at most the balance.'),
  z
    .strictObject({
      adapter: z.literal('assets'),
      weight,
      pallet: pallet.default('Assets').describe('Assets, ForeignAssets, PoolAssets …'),
      asset: assetId,
      frozen: frozen.describe('left-out: accounts whose status is not liquid have no power.'),
      holder: pallet.optional().describe("Pallet whose BalancesOnHold count too: the asset's holds."),
      rate,
    })
    .describe('The balance of an asset in pallet-assets.'),
  z
    .strictObject({
      adapter: z.literal('tokens'),
      weight,
      pallet: pallet.default('Tokens'),
      currency: assetId,
      count: bothParts,
      frozen: frozen.describe('left-out: of free only what is above frozen.'),
      rate,
    })
    .describe("The balance of a currency in ORML's Tokens.Accounts."),
  z
    .strictObject({
      adapter: z.literal('staking-ledger'),
      weight,
      pallet: pallet.default('Staking'),
      count: z.enum(['total', 'active']).default('total').describe('active leaves out what is unbonding.'),
    })
    .describe('The stake of a stash: Bonded, then the Ledger of its controller.'),
  z
    .strictObject({
      adapter: z.literal('account-map'),
      weight,
      pallet,
      item: z.string().regex(/^[A-Z]\w{0,49}$/, 'must be the name of a storage map'),
      field: z
        .string()
        .regex(/^(?:\w{1,50}(?:\.\w{1,50}){0,7})?$/, 'must be names of fields joined by dots')
        .describe('Path of the amount in the value; it may go into lists, which are summed.'),
      supply: z
        .string()
        .regex(/^[A-Z]\w{0,49}\.[A-Z]\w{0,49}$/, 'must be "Pallet.Item"')
        .default('Balances.TotalIssuance')
        .describe('Plain storage item that tells how much of the token there is.'),
      rate,
    })
    .describe(
      'An amount in any map by account: stakes such as ParachainStaking.DelegatorState (field total) and CandidateInfo (bond), DelegatedStaking.Delegators (amount).',
    ),
  z
    .strictObject({
      adapter: z.literal('nomination-pools'),
      weight,
      pallet: pallet.default('NominationPools'),
      staking: pallet.default('Staking').describe('Pallet that the pools stake in.'),
      palletId: z
        .string()
        .regex(/^[\x21-\x7e]{8}$/, 'must be the eight characters of a PalletId')
        .default('py/nopls')
        .describe('PalletId of the pools, from which the accounts that hold their stake are made.'),
    })
    .describe(
      "A member's share of the active stake of its nomination pool, where pools hold it in accounts of their own. Where the pallet DelegatedStaking leaves it with the members it is in their reserved balance already.",
    ),
  z
    .strictObject({
      adapter: z.literal('vesting'),
      weight,
      pallet: pallet.default('Vesting'),
      clock: z
        .enum(['System.Number', 'ParachainSystem.LastRelayChainBlockNumber'])
        .default('System.Number')
        .describe("The pallet's block number provider, which metadata does not tell."),
    })
    .describe("What still vests of the native balance at the last head: FRAME's or ORML's vesting pallet."),
]);

/** What a source counts, one text a part: a policy must not count the same twice. */
export function countedParts(source: z.infer<typeof powerSource>): string[] {
  const { weight: _, ...rest } = source;
  switch (rest.adapter) {
    case 'system-account':
      return rest.count.map((part) => `the ${part} balance of system-account`);
    case 'tokens':
      return rest.count.map((part) => `the ${part} balance of ${rest.pallet} ${rest.currency}`);
    case 'assets':
      return [`${rest.pallet} ${rest.asset}`];
    case 'balance-holds':
      return rest.reasons?.map((reason) => `hold ${reason}`) ?? ['balance-holds'];
    case 'balance-freezes':
    case 'balance-locks':
      return [rest.adapter];
    case 'staking-ledger':
    case 'nomination-pools':
    case 'vesting':
      return [`${rest.adapter} ${rest.pallet}`];
    case 'account-map':
      return [`${rest.pallet}.${rest.item} ${rest.field}`];
  }
}
