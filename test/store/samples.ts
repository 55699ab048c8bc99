import { blake2b } from '@noble/hashes/blake2.js';
import { toHex } from '../../src/bytes/hex.ts';
import type { NewServiceEvent } from '../../src/domain/events.ts';
import type { Incident } from '../../src/domain/incidents/incident.ts';
import { type Policy, policyHash, policySchema } from '../../src/domain/policy/policy.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { RoundKey } from '../../src/domain/ports/ledger.ts';
import type {
  Anchor,
  AnchorEvidence,
  CountedVote,
  OwnSignature,
  Proposal,
  RoundPlace,
  SignedOptIn,
} from '../../src/domain/round/round.ts';
import type { PlannedCode, RescuePlan } from '../../src/domain/route/option.ts';
import type { ProposalTrial } from '../../src/domain/trial/proposal-trial.ts';
import type { Hex } from '../../src/domain/units.ts';

/** Well-formed records with recognisable contents, so that a test only states what matters to it. */

/** 32 bytes that all are `byte`. */
export function hash(byte: number): Hex {
  return bytes(32, byte);
}

/** As many bytes that all are `byte`. */
export function bytes(length: number, byte: number): Hex {
  return toHex(new Uint8Array(length).fill(byte));
}

export function blake(bytes: Uint8Array): Hex {
  return toHex(blake2b(bytes, { dkLen: 32 }));
}

/** Head of the sample's anchor. */
export const HEAD: Hex = hash(0xaa);
export const ROUND: RoundKey = { paraId: 2000, roundId: hash(0xee) };
/** What signed acts of the round name. */
export const PLACE: RoundPlace = { relayGenesis: hash(1), ...ROUND, anchor: HEAD, round: 1 };

export function samplePolicy(quorum = '10%'): Policy {
  return policySchema.parse({
    version: 1,
    relayGenesis: hash(1),
    para: 2000,
    stall: { gapBlocks: 50, graceBlocks: 5 },
    proposers: { accounts: [hash(2)], minimumPower: '340282366920938463463374607431768211455' },
    power: [{ adapter: 'system-account' }],
    voting: { shortestBlocks: 5, longestBlocks: 50, approval: '50%', quorum },
    routes: ['registrar'],
    recovery: { heads: 3 },
  });
}

/** A stall that a vote ended. */
export function sampleIncident(change: Partial<Incident> = {}): Incident {
  const at = 1_700_000_000_000;
  const approved = { proposal: hash(8), codeHash: hash(9) };
  const tally = { ayes: 90n, nays: 10n, abstains: 0n, votes: 3, electorate: 200n };
  return {
    number: 3,
    paraId: 2000,
    onset: {
      relayBlock: 60,
      at: at - 360_000,
      witnessed: false,
      head: { hash: HEAD, number: 30 },
      codeHash: hash(5),
    },
    noticed: { relayBlock: 110, at },
    trust: 'justified',
    proven: { relayBlock: 110, at },
    beliefs: {
      entries: [
        {
          relayBlock: 112,
          at: at + 12_000,
          cause: 'bad-runtime',
          sentence: 'the runtime panics',
          confidence: null,
        },
      ],
      leftOut: 2,
    },
    blind: {
      entries: [
        {
          from: { relayBlock: 120, at: at + 60_000 },
          to: { relayBlock: 150, at: at + 240_000 },
          why: 'no newer relay block',
        },
      ],
      leftOut: 0,
    },
    rounds: {
      entries: [
        {
          roundId: ROUND.roundId,
          round: 1,
          opened: { relayBlock: 115, at: at + 30_000 },
          result: 'approved',
          ended: { relayBlock: 180, at: at + 420_000 },
          approved,
          tallies: [{ proposal: hash(8), ...tally, approved: true, quorate: true }],
        },
      ],
      leftOut: 0,
    },
    route: 'registrar',
    approved,
    enacted: { relayBlock: 200, at: at + 540_000 },
    acts: {
      entries: [
        {
          event: 7,
          relayBlock: 182,
          at: at + 430_000,
          type: 'step-sent',
          message: 'sent to the relay chain: schedule the code',
          extrinsic: hash(7),
        },
      ],
      leftOut: 0,
    },
    end: {
      relayBlock: 210,
      at: at + 600_000,
      why: 'recovered',
      context: 208,
      head: { hash: hash(0xab), number: 31 },
      codeHash: hash(9),
    },
    lastEvent: 9,
    ...change,
  };
}

export function sampleOptIn(overrides: Partial<SignedOptIn> = {}): SignedOptIn {
  return {
    paraId: 2000,
    action: 'opt-in',
    relayGenesis: hash(1),
    policy: policyHash(samplePolicy()),
    sequence: 1,
    account: hash(3),
    signature: bytes(64, 0x12),
    scheme: 'sr25519',
    ...overrides,
  };
}

export function sampleAnchor(): { anchor: Anchor; evidence: AnchorEvidence } {
  return {
    anchor: {
      relay: { number: 120, hash: hash(4), stateRoot: hash(5) },
      head: { hash: HEAD, number: 30, stateRoot: hash(6) },
      mostRecentContext: 60,
      codeHash: hash(7),
      runtime: { specName: 'para', specVersion: 1001 },
    },
    evidence: {
      relayHeader: '0x00ff',
      headProof: ['0x01', '0x02'],
      paraHeader: '0x',
      electorateProof: ['0x03'],
    },
  };
}

export function sampleProposal(code: Uint8Array, overrides: Partial<Proposal> = {}): Proposal {
  return {
    hash: hash(8),
    ...PLACE,
    codeHash: blake(code),
    codeSize: code.length,
    runtime: { specName: 'para', specVersion: 1001 },
    text: 'mends the fees',
    proposer: hash(2),
    signature: bytes(64, 0xcd),
    scheme: 'sr25519',
    admittedAt: 130,
    ...overrides,
  };
}

export function sampleVote(overrides: Partial<CountedVote & OwnSignature> = {}): CountedVote & OwnSignature {
  return {
    ...PLACE,
    proposal: hash(8),
    choice: 'aye',
    account: hash(9),
    sequence: 1,
    signature: bytes(64, 0xab),
    scheme: 'sr25519',
    power: 340282366920938463463374607431768211455n,
    admittedAt: 131,
    ...overrides,
  };
}

export function sampleEntry(key: string, overrides: Partial<JournalEntry> = {}): JournalEntry {
  const extrinsic = {
    bytes: '0xdeadbeef',
    hash: hash(10),
    signer: hash(3),
    nonce: 7,
    birth: 100,
    death: 164,
    callHash: hash(11),
    method: 'registrar.scheduleCodeUpgrade',
  } as const;
  return { key, status: 'signed', extrinsic, lost: [], note: null, ...overrides };
}

export function sampleEvent(message: string, paraId = 2000): NewServiceEvent {
  return { paraId, relayBlock: 120, type: 'stalled', severity: 'info', message, data: { age: 60 } };
}

/** One block that the sample's code built, and a balance that its migration doubled. */
export function sampleTrial(code: Uint8Array): ProposalTrial {
  const described = { hash: blake(code), version: { specName: 'para', specVersion: 1001 } };
  return {
    relayHeader: bytes(120, 31),
    watched: ['0x26aa'],
    report: {
      paraId: 2000,
      head: { number: 30, hash: HEAD },
      relayParent: { number: 120, hash: hash(4) },
      code: { from: 'proposal', ...described },
      validationCode: { from: 'proposal', ...described },
      wanted: 1,
      blocks: [
        {
          number: 31,
          hash: hash(90),
          stateRoot: hash(91),
          extrinsicsRoot: hash(92),
          extrinsics: 2,
          weight: { refTime: 2n ** 60n, proofSize: 4_000n },
          povBytes: 9_000,
          upwardMessages: 1,
          horizontalMessages: 0,
          newCode: null,
        },
      ],
      verdict: { kind: 'accepted' },
      maxPovBytes: 5_000_000,
      warnings: [],
      shortcuts: ["the authors' seals are taken as given: their keys are not here"],
    },
    difference: {
      issuance: { before: 2n ** 100n, after: 2n ** 100n + 5n },
      accounts: { changed: 1, before: 5n, after: 10n },
      first: [
        {
          name: 'Balances.TotalIssuance',
          added: 0,
          changed: 1,
          removed: 0,
          entries: [{ key: '0xc2', of: [], before: '5', after: '10' }],
        },
      ],
      once: [],
      routine: [{ name: 'System.Number', keys: 1 }],
      hidden: 0,
    },
  };
}

/** A plan with one way that works, for this code or for none. */
export function samplePlan(code: PlannedCode | null): RescuePlan {
  return {
    paraId: 2000,
    relay: { number: 120, hash: hash(9) },
    token: { symbol: 'UNIT', decimals: 12 },
    head: { hash: hash(3), number: 30, stateRoot: hash(4) },
    currentCodeHash: hash(5),
    label: { specName: 'para', specVersion: 2 },
    code,
    codeMust: ['be labelled para 2'],
    guards: [{ check: 'living', result: 'ok', sentence: 'it has stopped', fix: null, remedy: null }],
    options: [
      {
        way: 'registrar',
        route: 'registrar',
        result: 'works',
        summary: 'the manager has the code scheduled',
        reasons: [],
        helps: [],
        findings: [],
        steps: [
          {
            title: 'schedule the code',
            chain: 'relay chain',
            origin: 'signed by the manager',
            signer: hash(7),
            call: {
              method: 'registrar.scheduleCodeUpgrade',
              args: [{ name: 'para', value: '2000' }],
              hash: null,
              length: 12,
              data: null,
              around: { head: '0x4600', codeHash: hash(6), tail: '0x' },
              note: null,
            },
            before: [{ text: 'the para is unlocked', holds: true }],
            after: [{ text: 'the code is scheduled', holds: null }],
            expectedBlocks: 2,
          },
        ],
        expectedBlocks: 2,
        waitsFor: 'collators',
        costs: [{ what: 'fee', kind: 'fee', amount: '7', text: '0.000000000007 UNIT', account: hash(7) }],
        dependsOn: [],
        risks: [],
      },
    ],
    result: 'possible',
  };
}
