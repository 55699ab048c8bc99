import fc from 'fast-check';
import type { Alert } from '../../src/domain/alerts/alert.ts';
import { ALERT_NAMES } from '../../src/domain/alerts/catalogue.ts';
import { CONDITIONS } from '../../src/domain/chain/condition.ts';
import type { SignedExtrinsic } from '../../src/domain/chain/extrinsics.ts';
import { HANDOVER_CHAINS, type Handover } from '../../src/domain/chain/handover.ts';
import type { ParaHeadRef, ParaObservation, RelayBlockRef } from '../../src/domain/chain/observation.ts';
import {
  CHECKPOINT_SOURCES,
  type Checkpoint,
  type FinalityView,
  TRUSTS,
} from '../../src/domain/chain/trust.ts';
import { CAUSES, CONFIDENCES } from '../../src/domain/diagnosis/causes.ts';
import { PANIC_CAUSES } from '../../src/domain/diagnosis/panics.ts';
import { TRIAL_STAGES, type TrialVerdict } from '../../src/domain/diagnosis/trial.ts';
import { SEVERITIES } from '../../src/domain/events/kind.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import { FLEET_CAUSES } from '../../src/domain/fleet/causes.ts';
import { type Incident, type IncidentSummary, ROUND_RESULTS } from '../../src/domain/incidents/incident.ts';
import { DECIDERS } from '../../src/domain/policy/collator-rules.ts';
import type { FinalizedRecord, FollowedRecord, SetEnd } from '../../src/domain/ports/finality.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { KeptTrial, RoundRecord } from '../../src/domain/ports/ledger.ts';
import type { SavedSnapshot } from '../../src/domain/ports/snapshots.ts';
import { CHECKS, REMEDIES, RESULTS } from '../../src/domain/readiness/finding.ts';
import { type Check, READINESS, type Readiness } from '../../src/domain/readiness/readiness.ts';
import type { ActsState } from '../../src/domain/records/acts-state.ts';
import type { AcceptedLoss } from '../../src/domain/records/loss.ts';
import type { CensusRecord } from '../../src/domain/round/census.ts';
import {
  type CountedEndorsement,
  type SignedEndorsement,
  STANCES,
} from '../../src/domain/round/endorsement.ts';
import {
  type CountedRelease,
  RELEASE_ASKERS,
  RELEASE_STANCES,
  type ReleaseStanding,
} from '../../src/domain/round/release.ts';
import {
  type ActSignature,
  type Anchor,
  type AnchorEvidence,
  CHOICES,
  type ContractOptIn,
  type CountedVote,
  type JointOptIn,
  type JointSignature,
  type Proposal,
  SIGNATURE_SCHEMES,
  type SignatureScheme,
  type SignedBallot,
  type SignedOptIn,
} from '../../src/domain/round/round.ts';
import type { RoundClock } from '../../src/domain/round/tally.ts';
import { ROUTE_NAMES } from '../../src/domain/route/route.ts';
import type { ChangedEntry, ItemDifference, StateDifference } from '../../src/domain/trial/difference.ts';
import { OUTCOMES, type ProposalTrial, type TrialSummary } from '../../src/domain/trial/proposal-trial.ts';
import { CODE_SOURCES, type TriedCode } from '../../src/domain/trial/report.ts';
import type { Hex } from '../../src/domain/units.ts';
import { type EndpointStatus, STANDINGS } from '../../src/domain/views/endpoints.ts';
import type { FleetPage, FleetSummary } from '../../src/domain/views/fleet.ts';
import type { ReleaseView } from '../../src/domain/views/release.ts';
import type { ParaStatus, ServiceStatus } from '../../src/domain/views/status.ts';
import { STORE_PROBLEMS, type StoreFinding, type StoreReport } from '../../src/domain/views/store.ts';
import type {
  AccountProof,
  AccountTrial,
  ProposalBody,
  ProposalTally,
  SubstituteInstruction,
  TallyView,
  UploadInvitation,
} from '../../src/domain/views/voting.ts';
import { ACCOUNT_LENGTH, SIGNATURE_LENGTH } from '../../src/voting/ballots/signature.ts';
import { accountHex as account, hexOf, paraIds as paraId, sequences } from '../voting/ballot-arbitraries.ts';
import { routeAssessments } from './route-samples.ts';

/** Records and views with any values that their types allow and that a service could write. */

const hash = hexOf(32);
const bytes: fc.Arbitrary<Hex> = fc.integer({ min: 0, max: 40 }).chain(hexOf);
const count = fc.maxSafeNat();
const block = count;
const u32 = paraId;
const planck = fc.oneof(
  fc.bigInt({ min: 0n, max: 1n << 140n }),
  fc.constantFrom(0n, 2n ** 53n + 1n, 10n ** 59n),
);
const text = fc.string({ unit: 'grapheme' });
const orNull = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);
const orUnknown = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const few = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(value, { maxLength: 3 });
/** What JSON gives back unchanged: without -0. */
const json = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));
const data = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), json, { maxKeys: 3, noNullPrototype: true });

/** An account and a signature as the scheme has them. */
const signer: fc.Arbitrary<{ account: Hex; signature: Hex; scheme: SignatureScheme }> = fc
  .constantFrom(...SIGNATURE_SCHEMES)
  .chain((scheme) =>
    fc.record({
      account: hexOf(ACCOUNT_LENGTH[scheme]),
      signature: hexOf(SIGNATURE_LENGTH[scheme]),
      scheme: fc.constant(scheme),
    }),
  );
const both = <A extends object, B extends object>(a: fc.Arbitrary<A>, b: fc.Arbitrary<B>) =>
  fc.tuple(a, b).map(([left, right]): A & B => ({ ...left, ...right }));

/** Signatures of others for an account, as far as a record tells. */
const jointSignatures: fc.Arbitrary<JointSignature> = fc.record({
  multisig: fc.option(
    fc.record({
      signatories: fc.array(hash, { maxLength: 3 }),
      threshold: fc.integer({ min: 1, max: 100 }),
    }),
  ),
  signatures: fc.array(signer, { maxLength: 3 }),
});
const jointSigner = both(fc.record({ account: hash }), jointSignatures);

const bound = fc.record({
  relayGenesis: hash,
  paraId,
  anchor: hash,
  round: u32,
  roundId: hash,
  proposal: hash,
  sequence: sequences,
});
const choice = fc.record({ choice: fc.constantFrom(...CHOICES) });
export const ownBallots = both(both(bound, signer), choice);
export const jointBallots = both(both(bound, jointSigner), choice);
export const signedBallots = fc.oneof<fc.Arbitrary<SignedBallot>[]>(ownBallots, jointBallots);
export const votes: fc.Arbitrary<CountedVote> = both(
  signedBallots,
  fc.record(
    { power: planck, collator: fc.constant(true as const), admittedAt: block },
    { requiredKeys: ['power', 'admittedAt'] },
  ),
);
const stance = fc.record({ stance: fc.constantFrom(...STANCES) });
export const ownEndorsements = both(both(bound, signer), stance);
export const jointEndorsements = both(both(bound, jointSigner), stance);
export const signedEndorsements = fc.oneof<fc.Arbitrary<SignedEndorsement>[]>(
  ownEndorsements,
  jointEndorsements,
);
export const endorsements: fc.Arbitrary<CountedEndorsement> = both(
  signedEndorsements,
  fc.record({ admittedAt: block }),
);

const withCollators = fc.record(
  {
    collators: fc.record({
      decide: fc.constantFrom(...DECIDERS),
      size: count,
      needed: count,
      ayes: count,
      nays: count,
      abstains: count,
      approved: fc.boolean(),
    }),
  },
  { requiredKeys: [] },
);

const decisions = both(bound, fc.record({ codeHash: hash, policy: hash }));
export const signedReleases = both(
  both(decisions, signer),
  fc.record({ stance: fc.constantFrom(...RELEASE_STANCES), expires: block }),
);
export const releases: fc.Arbitrary<CountedRelease> = both(signedReleases, fc.record({ admittedAt: block }));
export const releasedDecisions = decisions.map(({ sequence: _, ...decision }) => decision);
export const releaseStandings: fc.Arbitrary<ReleaseStanding> = fc.record({
  by: fc.constantFrom(...RELEASE_ASKERS),
  threshold: count,
  released: few(account),
  open: few(account),
});
export const releaseViews: fc.Arbitrary<ReleaseView> = fc.record({
  decision: releasedDecisions,
  standings: few(releaseStandings),
  released: fc.boolean(),
  begun: fc.boolean(),
  statements: few(releases),
  sentence: text,
});

const runtime = fc.record({ specName: text, specVersion: u32 });
const ownProposer = signer.map(({ account: proposer, ...rest }) => ({ proposer, ...rest }));
const jointProposer = both(fc.record({ proposer: hash }), jointSignatures);
export const trialSummaries: fc.Arbitrary<TrialSummary> = fc.record({
  outcome: fc.constantFrom(...OUTCOMES),
  blocks: count,
  wanted: count,
  relayBlock: orNull(block),
  sentence: text,
});
export const proposals: fc.Arbitrary<Proposal> = both(
  fc.record({ trial: trialSummaries, changes: few(text) }, { requiredKeys: [] }),
  both(
    fc.oneof<fc.Arbitrary<{ proposer: Hex } & ActSignature>[]>(ownProposer, jointProposer),
    fc.record({
      hash,
      relayGenesis: hash,
      paraId,
      anchor: hash,
      round: u32,
      roundId: hash,
      codeHash: hash,
      codeSize: count,
      runtime,
      text,
      admittedAt: block,
    }),
  ),
);
const proposed = fc.record({ roundId: hash, codeHash: hash, text });
export const ownProposalBodies = both(ownProposer, proposed);
export const jointProposalBodies = both(jointProposer, proposed);
export const proposalBodies = fc.oneof<fc.Arbitrary<ProposalBody>[]>(ownProposalBodies, jointProposalBodies);
export const uploadInvitations: fc.Arbitrary<UploadInvitation> = fc.record({
  hash,
  codeHash: hash,
  upload: fc.constant('/v1/uploads/00112233445566778899aabbccddeeff'),
});

const act = fc.record({
  paraId,
  action: fc.constantFrom('opt-in' as const, 'opt-out' as const),
  relayGenesis: hash,
  policy: hash,
  sequence: sequences,
});
export const signedOptIns: fc.Arbitrary<SignedOptIn> = both(act, signer);
export const jointOptIns: fc.Arbitrary<JointOptIn> = both(act, jointSigner);
export const contractOptIns: fc.Arbitrary<ContractOptIn> = both(
  act,
  fc.record({ contract: fc.record({ genesis: hash, address: hexOf(20) }) }),
);

export const relayBlocks: fc.Arbitrary<RelayBlockRef> = fc.record({ number: block, hash, stateRoot: hash });
export const heads: fc.Arbitrary<ParaHeadRef> = fc.record({ hash, number: block, stateRoot: hash });
export const anchors: fc.Arbitrary<Anchor> = fc.record({
  relay: relayBlocks,
  head: heads,
  mostRecentContext: block,
  codeHash: hash,
  runtime,
});
export const anchorEvidence: fc.Arbitrary<AnchorEvidence> = fc.record(
  {
    relayHeader: bytes,
    headProof: few(bytes),
    paraHeader: bytes,
    electorateProof: few(bytes),
    finality: fc.record({
      proof: bytes,
      setId: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(String),
      authorities: bytes,
    }),
    layout: json,
  },
  { requiredKeys: ['relayHeader', 'headProof', 'paraHeader', 'electorateProof'] },
);

export const clocks: fc.Arbitrary<RoundClock> = fc.record({
  openedAt: block,
  closesAt: block,
  quorateSince: orNull(block),
  extended: fc.boolean(),
});
export const endedRounds: fc.Arbitrary<RoundRecord> = fc.record({
  paraId,
  roundId: hash,
  anchor: hash,
  anchoredAt: block,
  opening: block,
  round: u32,
  policy: hash,
  clock: clocks,
  decidedAt: block,
});

export const extrinsics: fc.Arbitrary<SignedExtrinsic> = fc.record({
  bytes,
  hash,
  signer: account,
  nonce: count,
  birth: block,
  death: block,
  callHash: hash,
  method: text,
});
export const journalEntries: fc.Arbitrary<JournalEntry> = fc.record({
  key: fc.tuple(paraId, text).map(([id, rest]) => `${id}/${rest}`),
  status: fc.constantFrom('signed', 'sent', 'done', 'failed'),
  extrinsic: extrinsics,
  lost: few(extrinsics),
  note: orNull(text),
});

export const censuses: fc.Arbitrary<CensusRecord> = fc.record({
  stateRoot: hash,
  maps: few(fc.record({ prefix: bytes, after: orNull(bytes), keys: count, done: fc.boolean() })),
  nodes: count,
  bytes: count,
  complete: fc.boolean(),
});

const problems = fc.constantFrom(...STORE_PROBLEMS);

export const actsStates: fc.Arbitrary<ActsState> = fc.record({
  database: text,
  last: count,
  durable: count,
  tail: few(text),
});

export const storeFindings: fc.Arbitrary<StoreFinding> = fc.record({
  paraId: orNull(paraId),
  what: text,
  problem: problems,
  count,
  since: orNull(fc.maxSafeInteger()),
  until: orNull(fc.maxSafeInteger()),
  examples: few(text),
  holds: fc.constantFrom('nobody', 'para', 'all'),
  sentence: text,
});

export const acceptedLosses: fc.Arbitrary<AcceptedLoss> = fc.record({
  paraId,
  acceptedAt: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  round: count,
  optIn: orNull(fc.record({ leftByManager: fc.boolean(), sequence: count })),
  resumedAt: orNull(count),
  lost: few(storeFindings),
});

export const storeReports: fc.Arbitrary<StoreReport> = fc.record({
  format: count,
  records: count,
  bytes: count,
  lastAct: count,
  paras: few(fc.record({ paraId, kind: text, count })),
  findings: few(storeFindings),
});

export const events: fc.Arbitrary<ServiceEvent> = fc.record({
  id: count,
  at: fc.maxSafeInteger(),
  paraId: orNull(paraId),
  relayBlock: orNull(block),
  type: text,
  severity: fc.constantFrom(...SEVERITIES),
  message: text,
  data,
});

export const snapshots: fc.Arbitrary<SavedSnapshot> = fc.record({
  machine: text,
  version: fc.nat(),
  savedAt: fc.maxSafeInteger(),
  snapshot: json,
});

export const observations: fc.Arbitrary<ParaObservation> = fc.record({
  paraId,
  relay: relayBlocks,
  relayBest: block,
  trust: fc.constantFrom(...TRUSTS),
  actable: fc.boolean(),
  headData: orNull(bytes),
  head: orNull(heads),
  mostRecentContext: orNull(block),
  lifecycle: orNull(text),
  currentCodeHash: orNull(hash),
  futureCodeHash: orNull(hash),
  futureCodeUpgrade: orNull(block),
  futureCodeUpgradeAt: orUnknown(orNull(block)),
  upgradeGoAhead: fc.constantFrom(null, 'GoAhead', 'Abort'),
  upgradeRestriction: fc.constantFrom(null, 'Present'),
  upgradeCooldownUntil: orNull(block),
  pvfVotes: few(hash),
  authorizedCode: orUnknown(orNull(fc.record({ codeHash: hash, expireAt: block }))),
  registrar: orUnknown(
    orNull(fc.record({ manager: account, deposit: planck, locked: orNull(fc.boolean()) })),
  ),
  hasCore: orUnknown(fc.boolean()),
  disputesFrozen: orUnknown(orNull(block)),
});

const statedFacts = few(
  fc.record({
    what: text,
    where: text,
    value: text,
    relayBlock: orNull(block),
    paraBlock: orNull(block),
    confidence: fc.constantFrom(...CONFIDENCES),
  }),
);
const causes = {
  cause: fc.constantFrom(...CAUSES),
  sentence: text,
};
export const diagnoses: fc.Arbitrary<NonNullable<ParaStatus['diagnosis']>> = fc.record({
  ...causes,
  curableByCode: fc.boolean(),
  confidence: orUnknown(fc.constantFrom(...CONFIDENCES)),
  facts: orUnknown(statedFacts),
  remedies: orUnknown(few(text)),
  warnings: orUnknown(few(text)),
  also: orUnknown(
    few(fc.record({ ...causes, confidence: fc.constantFrom(...CONFIDENCES), facts: statedFacts })),
  ),
  unknown: orUnknown(few(text)),
  triedAt: orUnknown(orNull(block)),
  helps: orUnknown(text),
  avoid: orUnknown(text),
});

export const alerts: fc.Arbitrary<Alert> = fc.record({
  key: fc.string({ minLength: 1, unit: 'grapheme' }),
  name: fc.constantFrom(...ALERT_NAMES),
  severity: fc.constantFrom('warning' as const, 'critical' as const),
  paraId: orNull(paraId),
  paraName: orNull(text),
  incident: orNull(count),
  summary: text,
  since: fc.maxSafeInteger(),
  seen: fc.maxSafeInteger(),
  goneSince: orNull(fc.maxSafeInteger()),
  resolvedAt: orNull(fc.maxSafeInteger()),
  told: few(fc.record({ hook: text, id: text })),
});

export const alertsRead = fc.record({ lastEvent: count });

export const authorisationsTold = fc.record({
  known: orNull(fc.record({ codeHash: hash, expireAt: block, warned: fc.boolean() })),
});

const moments = fc.record({ relayBlock: orNull(block), at: fc.maxSafeInteger() });
const approvals = orNull(fc.record({ proposal: hash, codeHash: hash }));
const headRefs = orNull(fc.record({ hash, number: block }));
const kept = <T>(entry: fc.Arbitrary<T>) => fc.record({ entries: few(entry), leftOut: count });
const beliefs = both(moments, fc.record({ cause: text, sentence: text, confidence: orNull(text) }));
const incidentRounds = fc.record({
  roundId: hash,
  round: u32,
  opened: moments,
  result: fc.constantFrom(...ROUND_RESULTS),
  ended: orNull(moments),
  approved: approvals,
  tallies: orNull(
    few(
      both(
        withCollators,
        fc.record({
          proposal: hash,
          ayes: planck,
          nays: planck,
          abstains: planck,
          votes: count,
          electorate: planck,
          approved: fc.boolean(),
          quorate: fc.boolean(),
        }),
      ),
    ),
  ),
});
const incidentParts = {
  number: count,
  onset: fc.record({
    relayBlock: orNull(block),
    at: orNull(fc.maxSafeInteger()),
    witnessed: fc.boolean(),
    head: headRefs,
    codeHash: orNull(hash),
  }),
  noticed: moments,
  proven: orNull(moments),
  route: orNull(text),
  approved: approvals,
  enacted: orNull(moments),
  end: orNull(
    both(
      moments,
      fc.record({
        why: fc.constantFrom('recovered' as const, 'refuted' as const),
        context: orNull(block),
        head: headRefs,
        codeHash: orNull(hash),
        locked: fc.option(fc.boolean(), { nil: undefined }),
        aftercare: fc.option(few(text), { nil: undefined }),
      }),
    ),
  ),
};
export const incidents: fc.Arbitrary<Incident> = fc.record({
  ...incidentParts,
  paraId,
  trust: fc.constantFrom(...TRUSTS),
  beliefs: kept(beliefs),
  blind: kept(fc.record({ from: moments, to: orNull(moments), why: text })),
  rounds: kept(incidentRounds),
  acts: kept(both(moments, fc.record({ event: count, type: text, message: text, extrinsic: orNull(hash) }))),
  lastEvent: count,
  lockAgain: fc.option(fc.boolean(), { nil: undefined }),
});
export const incidentSummaries: fc.Arbitrary<IncidentSummary> = fc.record({
  ...incidentParts,
  belief: orNull(beliefs),
  round: orNull(incidentRounds),
});

export const readinessCheckRecords: fc.Arbitrary<Check> = fc.record({
  check: fc.constantFrom(...CHECKS),
  result: fc.constantFrom(...RESULTS),
  sentence: text,
  fix: orNull(text),
  remedy: orNull(fc.constantFrom(...REMEDIES)),
  routes: orNull(few(fc.constantFrom(...ROUTE_NAMES))),
  since: block,
  at: block,
});

export const readinesses: fc.Arbitrary<Readiness> = fc.record({
  result: fc.constantFrom(...READINESS),
  routes: few(
    fc.record({
      route: fc.constantFrom(...ROUTE_NAMES),
      result: fc.constantFrom('ready' as const, 'not-ready' as const, 'unknown' as const),
      reasons: few(text),
    }),
  ),
  impossible: orNull(text),
  checks: few(readinessCheckRecords),
});

export const paraStatuses: fc.Arbitrary<ParaStatus> = fc.record({
  paraId,
  name: text,
  token: orUnknown(orNull(fc.record({ symbol: text, decimals: fc.integer({ min: 0, max: 38 }) }))),
  condition: fc.record({ is: fc.constantFrom(...CONDITIONS), sentence: text }),
  state: text,
  observation: orNull(observations),
  stall: orNull(fc.record({ age: orNull(block), relayLive: fc.boolean(), stalled: fc.boolean() })),
  incident: orUnknown(orNull(incidentSummaries)),
  diagnosis: orNull(diagnoses),
  optIn: orNull(
    fc.record({ policy: hash, by: fc.constantFrom('manager' as const, 'contract' as const), account }),
  ),
  anchor: orNull(anchors),
  round: u32,
  roundId: orNull(hash),
  clock: orNull(clocks),
  proposals: orUnknown(
    few(
      both(fc.record({ hash, codeHash: hash }), fc.record({ trial: trialSummaries }, { requiredKeys: [] })),
    ),
  ),
  approved: orNull(fc.record({ proposal: hash, codeHash: hash })),
  release: orUnknown(orNull(releaseViews)),
  route: orNull(routeAssessments),
  readiness: orUnknown(orNull(readinesses)),
  advice: few(text),
  census: orNull(fc.record({ complete: fc.boolean(), entries: count })),
  trouble: orNull(fc.record({ code: text, message: text })),
});
export const endpointStatuses: fc.Arbitrary<EndpointStatus> = fc.record({
  chain: text,
  name: text,
  standing: fc.constantFrom(...STANDINGS),
  reason: orNull(text),
  score: fc.integer({ min: 0, max: 100 }),
  newest: orNull(block),
  lag: orNull(block),
  heads: orNull(fc.record({ passed: count, of: count })),
  latencyMs: orNull(count),
  answeredAgoMs: orNull(count),
  refusals: count,
  failures: count,
  malformed: count,
  lies: count,
});
const setId = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
export const checkpoints: fc.Arbitrary<Checkpoint> = fc.record({
  number: block,
  hash,
  setId,
  authorities: bytes,
  source: fc.constantFrom(...CHECKPOINT_SOURCES),
});
export const followedRecords: fc.Arbitrary<FollowedRecord> = fc.record({
  genesis: hash,
  checkpoint: checkpoints,
  setId,
  authorities: bytes,
  since: block,
  next: orNull(fc.record({ after: block, authorities: bytes })),
});
export const finalizedRecords: fc.Arbitrary<FinalizedRecord> = fc.record({ number: block, hash });
export const setEnds: fc.Arbitrary<SetEnd> = fc.record({ number: u32, hash, setId, checkpoint: hash });
export const finalityViews: fc.Arbitrary<FinalityView> = fc.record({
  trust: fc.constantFrom(...TRUSTS),
  actable: fc.boolean(),
  block: orNull(block),
  verified: orNull(block),
  since: orNull(fc.maxSafeInteger()),
  blockTime: orNull(fc.maxSafeInteger()),
  setId: orNull(setId),
  voters: orNull(count),
  checkpoint: orNull(checkpoints.map(({ authorities: _, ...view }) => view)),
  agreement: orNull(count),
  trouble: orNull(text),
});

const fleetSummaryShape = {
  watches: fc.constantFrom('all' as const, 'configured' as const),
  block: orNull(block),
  trust: fc.constantFrom(...TRUSTS),
  proven: fc.boolean(),
  blind: orNull(text),
  paras: count,
  conditions: fc.record({
    healthy: count,
    stalled: count,
    unknown: count,
    'no-core': count,
    idle: count,
    'never-started': count,
    'not-live': count,
    'not-registered': count,
  }),
  troubles: few(
    fc.record({
      cause: fc.constantFrom(...FLEET_CAUSES),
      since: block,
      stopped: count,
      first: few(paraId),
      lived: count,
      sentence: text,
    }),
  ),
};
export const fleetSummaries: fc.Arbitrary<FleetSummary> = fc.record(fleetSummaryShape);

/** As a client gives all pages: the last one. */
export const fleetPages: fc.Arbitrary<FleetPage> = fc.record({
  ...fleetSummaryShape,
  rows: few(
    fc.record({
      paraId,
      name: orNull(text),
      condition: fc.constantFrom(...CONDITIONS),
      sentence: text,
      age: orNull(block),
      cause: orNull(fc.constantFrom(...CAUSES)),
      configured: fc.boolean(),
    }),
  ),
  next: fc.constant(null),
});

export const serviceStatuses: fc.Arbitrary<ServiceStatus> = fc.record({
  relayGenesis: hash,
  relay: orNull(fc.record({ finalized: block, best: block })),
  sight: fc.record({
    block: orNull(block),
    readAgoMs: count,
    blockAgeMs: orNull(fc.maxSafeInteger()),
    limitMs: count,
    blind: orNull(text),
  }),
  finality: finalityViews,
  paras: few(paraStatuses),
  endpoints: orUnknown(few(endpointStatuses)),
  fleet: orUnknown(orNull(fleetSummaries)),
});

const proposalTallies: fc.Arbitrary<ProposalTally> = both(
  both(fc.record({ trial: trialSummaries }, { requiredKeys: [] }), withCollators),
  fc.record({
    proposal: hash,
    ayes: planck,
    nays: planck,
    abstains: planck,
    votes: count,
    electorate: planck,
    approved: fc.boolean(),
    quorate: fc.boolean(),
    admittedAt: block,
    endorsed: fc.boolean(),
    canPassFrom: block,
  }),
);
export const tallies: fc.Arbitrary<TallyView> = fc.record({
  paraId,
  anchor: hash,
  round: u32,
  roundId: hash,
  electorate: planck,
  collators: orUnknown(
    fc.record({
      sets: few(fc.constantFrom('Session.Validators', 'CollatorSelection.Invulnerables')),
      threshold: fc.constantFrom('3/4', '2/3'),
      decide: fc.constantFrom(...DECIDERS),
      members: few(account),
    }),
  ),
  clock: orNull(clocks),
  tallies: few(proposalTallies),
  ended: orUnknown(fc.record({ decidedAt: block, approved: orNull(hash) })),
});

const triedCodes: fc.Arbitrary<TriedCode> = fc.record({
  from: fc.constantFrom(...CODE_SOURCES),
  hash,
  version: orNull(runtime),
});
const verdicts: fc.Arbitrary<TrialVerdict> = fc.oneof(
  fc.constant({ kind: 'accepted' as const }),
  fc.record({
    kind: fc.constant('failed' as const),
    stage: fc.constantFrom(...TRIAL_STAGES),
    block: count,
    words: text,
    inherent: orNull(text),
    known: orNull(
      fc.record({
        cause: fc.constantFrom(...PANIC_CAUSES),
        sentence: text,
        helps: text,
        avoid: text,
        curableByCode: fc.boolean(),
      }),
    ),
    logs: few(text),
  }),
);
const itemDifferences: fc.Arbitrary<ItemDifference> = fc.record({
  name: text,
  added: count,
  changed: count,
  removed: count,
  entries: few(fc.record({ key: bytes, of: few(text), before: orNull(text), after: orNull(text) })),
});
const sums = { before: planck, after: planck };
const differences: fc.Arbitrary<StateDifference> = fc.record({
  issuance: orNull(fc.record(sums)),
  accounts: orNull(fc.record({ ...sums, changed: count })),
  first: few(itemDifferences),
  once: few(itemDifferences),
  routine: few(fc.record({ name: text, keys: count })),
  hidden: count,
});
const ref = { number: block, hash };
export const trials: fc.Arbitrary<ProposalTrial> = fc.record({
  relayHeader: bytes,
  watched: few(bytes),
  report: fc.record({
    paraId,
    head: fc.record(ref),
    relayParent: fc.record(ref),
    code: triedCodes,
    validationCode: triedCodes,
    wanted: count,
    blocks: few(
      fc.record({
        ...ref,
        stateRoot: hash,
        extrinsicsRoot: hash,
        extrinsics: count,
        weight: orNull(fc.record({ refTime: planck, proofSize: planck })),
        povBytes: count,
        upwardMessages: count,
        horizontalMessages: count,
        newCode: orNull(hash),
      }),
    ),
    verdict: verdicts,
    maxPovBytes: count,
    warnings: few(text),
    shortcuts: few(text),
  }),
  difference: orNull(differences),
});
export const changedEntries: fc.Arbitrary<ChangedEntry> = fc.record({
  key: bytes,
  before: orNull(bytes),
  after: orNull(bytes),
});
export const keptTrials: fc.Arbitrary<KeptTrial> = fc.record({
  trial: trials,
  entries: fc.record({ told: few(changedEntries), more: count }),
  nodes: few(hash),
});
export const accountTrials: fc.Arbitrary<AccountTrial> = fc.record({
  account,
  proposal: hash,
  before: planck,
  after: orNull(planck),
  changes: few(changedEntries),
  unknown: orNull(text),
});

export const accountProofs: fc.Arbitrary<AccountProof> = fc.record({
  account,
  anchor: anchors,
  evidence: anchorEvidence,
  storageKeys: few(bytes),
  values: few(orNull(bytes)),
  nodes: few(bytes),
  power: planck,
});

export const substitutes: fc.Arbitrary<SubstituteInstruction> = fc.record({
  paraId,
  blockNumber: block,
  codeHash: hash,
  code: bytes,
  text,
});

export const handovers: fc.Arbitrary<Handover> = fc.record({
  title: text,
  effect: text,
  chain: fc.constantFrom(...HANDOVER_CHAINS),
  method: text,
  args: fc.constant({ para: 2000 }),
  callHash: hash,
  length: block,
  data: hash,
  by: fc.option(hash),
  multisig: fc.option(
    fc.record({
      signatories: fc.array(hash, { maxLength: 3 }),
      threshold: fc.integer({ min: 1, max: 100 }),
      approvals: fc.array(hash, { maxLength: 3 }),
    }),
  ),
  link: fc.option(text),
  hints: fc.array(text, { maxLength: 2 }),
  commands: fc.array(fc.record({ by: fc.option(hash), command: text }), { maxLength: 2 }),
});
