import { z } from 'zod';
import { CAUSES } from '../domain/diagnosis/diagnosis.ts';
import { SEVERITIES } from '../domain/events/kind.ts';
import { type ServiceEvent, severityOf } from '../domain/events.ts';
import { policySchema } from '../domain/policy/policy.ts';
import { type CountedEndorsement, STANCES } from '../domain/round/endorsement.ts';
import {
  CHOICES,
  type ContractOptIn,
  type CountedVote,
  type Proposal,
  type SignedOptIn,
} from '../domain/round/round.ts';
import { ROUTE_NAMES, STEP_IDS } from '../domain/route/route.ts';
import { type Hex, isHex } from '../domain/units.ts';
import type {
  AccountProof,
  ParaStatus,
  ServiceStatus,
  SubstituteInstruction,
  TallyView,
} from '../recovery/rescue-service.ts';

/**
 * The answers of a service as the client takes them: checked, with bigints made from decimal text again. Members that
 * a newer service adds are dropped.
 */

const hex = z.custom<Hex>((value) => isHex(value), 'is not lower-case hex');
const count = z.int().min(0);
const planck = z
  .string()
  .regex(/^\d+$/)
  .transform((text) => BigInt(text));
const amountText = z.string().regex(/^\d+$/);
const scheme = z.enum(['sr25519', 'ed25519', 'ecdsa', 'ethereum']);

/** JSON has no `undefined`: a member that is missing was not known. */
function known<T extends z.ZodType>(schema: T) {
  return schema.optional().transform((value) => value);
}

const relayBlock = z.object({ number: count, hash: hex, stateRoot: hex });
const head = z.object({ hash: hex, number: count, stateRoot: hex });
const runtime = z.object({ specName: z.string(), specVersion: count });
const anchor = z.object({ relay: relayBlock, head, mostRecentContext: count, codeHash: hex, runtime });

const observation = z.object({
  paraId: count,
  relay: relayBlock,
  relayBest: count,
  headData: hex.nullable(),
  head: head.nullable(),
  mostRecentContext: count.nullable(),
  lifecycle: z.string().nullable(),
  currentCodeHash: hex.nullable(),
  futureCodeHash: hex.nullable(),
  futureCodeUpgrade: count.nullable(),
  futureCodeUpgradeAt: known(count.nullable()),
  upgradeGoAhead: z.enum(['GoAhead', 'Abort']).nullable(),
  upgradeRestriction: z.literal('Present').nullable(),
  upgradeCooldownUntil: count.nullable(),
  pvfVotes: z.array(hex),
  authorizedCode: known(z.object({ codeHash: hex, expireAt: count }).nullable()),
  registrar: known(z.object({ manager: hex, deposit: planck, locked: z.boolean().nullable() }).nullable()),
  hasCore: known(z.boolean()),
  disputesFrozen: known(count.nullable()),
});

const fact = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('registrar-manager-is'), account: hex }),
  z.object({ kind: z.literal('registrar-unlocked') }),
  z.object({ kind: z.literal('registrar-locked') }),
  z.object({ kind: z.literal('no-upgrade-pending') }),
  z.object({ kind: z.literal('upgrade-allowed') }),
  z.object({ kind: z.literal('head-is'), hash: hex }),
  z.object({ kind: z.literal('contract-opted-in'), contract: hex, policy: hex }),
  z.object({ kind: z.literal('contract-decided'), contract: hex, codeHash: hex }),
  z.object({ kind: z.literal('funds-at-least'), account: hex, amount: amountText }),
  z.object({ kind: z.literal('no-approval-pending'), multisig: hex, callHash: hex }),
  z.object({ kind: z.literal('approval-pending'), multisig: hex, callHash: hex }),
  z.object({ kind: z.literal('code-scheduled-or-current'), codeHash: hex }),
  z.object({ kind: z.literal('code-is'), codeHash: hex }),
  z.object({ kind: z.literal('heads-after'), head: count, count }),
]);

const route = z.discriminatedUnion('possible', [
  z.object({
    possible: z.literal(true),
    plan: z.object({
      route: z.enum(ROUTE_NAMES),
      paraId: count,
      codeHash: hex,
      steps: z.array(
        z.object({
          id: z.enum(STEP_IDS),
          title: z.string(),
          before: z.array(fact),
          after: z.array(fact),
          call: z.object({ method: z.string(), signer: hex.or(z.enum(['watcher', 'anybody'])) }).nullable(),
          expectedBlocks: count.nullable(),
        }),
      ),
      costs: z.array(z.object({ account: hex, amount: amountText, what: z.string() })),
    }),
  }),
  z.object({ possible: z.literal(false), route: z.enum(ROUTE_NAMES), reasons: z.array(z.string()) }),
]);

const clock = z.object({
  openedAt: count,
  closesAt: count,
  quorateSince: count.nullable(),
  extended: z.boolean(),
});

export const paraAnswer: z.ZodType<ParaStatus> = z.object({
  paraId: count,
  name: z.string(),
  state: z.string(),
  observation: observation.nullable(),
  stall: z.object({ age: count.nullable(), relayLive: z.boolean(), stalled: z.boolean() }).nullable(),
  diagnosis: z
    .object({
      cause: z.enum(CAUSES),
      curableByCode: z.boolean(),
      sentence: z.string(),
      helps: z.string(),
      avoid: z.string(),
    })
    .nullable(),
  optIn: z.object({ policy: hex, by: z.enum(['manager', 'contract']), account: hex }).nullable(),
  anchor: anchor.nullable(),
  round: count,
  clock: clock.nullable(),
  approved: z.object({ proposal: hex, codeHash: hex }).nullable(),
  route: route.nullable(),
  advice: z.array(z.string()),
  census: z.object({ complete: z.boolean(), entries: z.number() }).nullable(),
  trouble: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export const statusAnswer: z.ZodType<ServiceStatus> = z.object({
  relayGenesis: hex,
  relay: z.object({ finalized: count, best: count }).nullable(),
  paras: z.array(paraAnswer),
});

export const policyAnswer = z.object({ policy: policySchema.nullable() });

const optInAct = z.object({
  paraId: count,
  action: z.enum(['opt-in', 'opt-out']),
  relayGenesis: hex,
  policy: hex,
  sequence: count,
});
export const optInAnswer: z.ZodType<SignedOptIn> = optInAct.extend({ account: hex, signature: hex, scheme });
export const contractOptInAnswer: z.ZodType<ContractOptIn> = optInAct.extend({
  contract: z.object({ genesis: hex, address: hex }),
});

export const proposalAnswer: z.ZodType<Proposal> = z.object({
  hash: hex,
  relayGenesis: hex,
  paraId: count,
  anchor: hex,
  round: count,
  codeHash: hex,
  codeSize: count,
  runtime,
  text: z.string(),
  proposer: hex,
  signature: hex,
  scheme,
  admittedAt: count,
});
export const proposalsAnswer = z.object({ proposals: z.array(proposalAnswer) });

export const voteAnswer: z.ZodType<CountedVote> = z.object({
  relayGenesis: hex,
  paraId: count,
  anchor: hex,
  round: count,
  proposal: hex,
  choice: z.enum(CHOICES),
  account: hex,
  sequence: count,
  signature: hex,
  scheme,
  power: planck,
  admittedAt: count,
});
export const votesAnswer = z.object({ votes: z.array(voteAnswer) });

export const endorsementAnswer: z.ZodType<CountedEndorsement> = z.object({
  relayGenesis: hex,
  paraId: count,
  anchor: hex,
  round: count,
  proposal: hex,
  stance: z.enum(STANCES),
  account: hex,
  sequence: count,
  signature: hex,
  scheme,
  admittedAt: count,
});
export const endorsementsAnswer = z.object({ endorsements: z.array(endorsementAnswer) });

export const tallyAnswer: z.ZodType<TallyView> = z.object({
  paraId: count,
  anchor: hex,
  round: count,
  electorate: planck,
  clock: clock.nullable(),
  tallies: z.array(
    z.object({
      proposal: hex,
      ayes: planck,
      nays: planck,
      abstains: planck,
      votes: count,
      electorate: planck,
      approved: z.boolean(),
      quorate: z.boolean(),
      admittedAt: count,
      endorsed: z.boolean(),
      canPassFrom: count,
    }),
  ),
});

export const accountProofAnswer: z.ZodType<AccountProof> = z.object({
  account: hex,
  anchor,
  evidence: z.object({
    relayHeader: hex,
    headProof: z.array(hex),
    paraHeader: hex,
    electorateProof: z.array(hex),
    finality: z
      .object({ proof: hex, setId: z.string().regex(/^\d{1,20}$/), authorities: hex })
      .exactOptional(),
    layout: z.unknown().optional(),
  }),
  storageKeys: z.array(hex),
  values: z.array(hex.nullable()),
  nodes: z.array(hex),
  power: planck,
});

export const substituteAnswer: z.ZodType<SubstituteInstruction> = z.object({
  paraId: count,
  blockNumber: count,
  codeHash: hex,
  code: hex,
  text: z.string(),
});

export const eventAnswer: z.ZodType<ServiceEvent> = z
  .object({
    id: count,
    at: z.int(),
    paraId: count,
    relayBlock: count.nullable(),
    type: z.string(),
    severity: z.enum(SEVERITIES).optional().catch(undefined),
    message: z.string(),
    data: z.record(z.string(), z.unknown()),
  })
  // Services of earlier versions send none, and later ones may know more of them.
  .transform((event) => ({ ...event, severity: event.severity ?? severityOf(event) }));

export const retryAnswer = z.object({ ok: z.literal(true) });

export const errorAnswer = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
});
