import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Address, ContractDecision, DecisionState } from '../../src/domain/contract/rescue-contract.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { messageOfEvent } from '../../src/domain/events.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { RoundRecord } from '../../src/domain/ports/ledger.ts';
import type { Peer } from '../../src/domain/ports/peer.ts';
import type { Hex } from '../../src/domain/units.ts';
import type { CommonPart } from '../../src/routes/contract/decision.ts';
import type { NamedRound } from '../../src/routes/contract/rescue.ts';
import { type AgreementContext, WatcherAgreement } from '../../src/routes/contract/watcher-agreement.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { hashBundle } from '../../src/voting/evidence/hash.ts';
import { type EvidenceInput, writeEvidence } from '../../src/voting/evidence/writer.ts';
import { loadRound, type OpenRound } from '../../src/voting/open-round.ts';
import { STANDARD_LAYOUT } from '../../src/voting/power/layout/power-layout.ts';
import { contractState, hash, healthyPara } from '../domain/observations.ts';
import { DECIDED_AT, sampleEvidence, samplePolicy } from '../voting/evidence-sample.ts';

const [SELF, OTHER, THIRD] = ['31', '32', '33'].map((byte): Address => `0x${byte.repeat(20)}`) as [
  Address,
  Address,
  Address,
];
const COMMON: CommonPart = {
  attempt: 0,
  messageHash: hash('3e'),
  cancelOffset: 90,
  cancelHash: hash('ce'),
};
const VOTERS = 20;

let honest: EvidenceInput;
beforeAll(async () => {
  await signaturesReady();
  honest = sampleEvidence(VOTERS);
});

/** The same round as another watcher counted it, one relay block later. */
const later = (change: Partial<EvidenceInput> = {}): EvidenceInput => ({
  ...honest,
  decidedAt: DECIDED_AT + 1,
  ...change,
});

async function* bytesOf(bundle: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const line of bundle) yield encoder.encode(line);
}

async function evidenceHash(input: EvidenceInput): Promise<Hex> {
  const hashed = hashBundle(writeEvidence(input));
  for await (const _ of hashed.chunks);
  return hashed.hash();
}

interface TestPeer extends Peer {
  asked: number;
  /** What it gives out now; null when it does not answer. */
  gives: EvidenceInput | null;
}

function peerOf(gives: EvidenceInput | null, name = 'http://peer'): TestPeer {
  const peer: TestPeer = {
    name,
    asked: 0,
    gives,
    proposals: async () => [],
    code: () => Promise.reject(new RescueError('RESCUE_NOT_FOUND', 'no code here')),
    endorsements: async () => [],
    releases: async () => [],
    votes: async () => [],
    evidence: async () => {
      peer.asked += 1;
      if (!peer.gives) throw new RescueError('RESCUE_SERVICE_UNREACHABLE', `no service answers at ${name}`);
      return bytesOf(writeEvidence(peer.gives));
    },
  };
  return peer;
}

/** One watcher with its own ledger, before a contract in which each watcher supports what `supports` says. */
async function openWatcher(
  peers: readonly Peer[],
  own: EvidenceInput = honest,
  isFinalized: (block: { readonly hash: Hex }) => Promise<boolean> = async () => true,
) {
  const { anchor, evidence, round, named } = own;
  if (named === null) throw new Error('the round has no id');
  const key = { paraId: samplePolicy.para, roundId: named.id, opening: named.opening, round };
  const proposals = own.proposals.map((one) => ({ ...one, roundId: named.id }));
  const record: RoundRecord = {
    ...key,
    anchor: anchor.head.hash,
    anchoredAt: anchor.relay.number,
    policy: policyHash(samplePolicy),
    clock: own.clock,
    decidedAt: own.decidedAt,
  };
  const ledger: AgreementContext['ledger'] = {
    optIn: async () => null,
    policy: async () => samplePolicy,
    anchor: async () => ({ anchor, evidence }),
    proposals: async () => proposals,
    endorsements: async () => [],
    votes: async () => own.votes.map((one) => ({ ...one, roundId: named.id })),
    rounds: async () => [record],
    earlierRound: async () => null,
  };
  const told: string[] = [];
  const context: AgreementContext = {
    ledger,
    peers,
    relay: { isFinalized },
    census: { node: async (wanted) => (await own.nodeOf(wanted)) ?? null },
    tell: (name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`),
  };
  const [approved] = proposals;
  if (!approved) throw new Error('the sample has no proposal');
  const input: NamedRound = {
    paraId: samplePolicy.para,
    anchor,
    round,
    roundId: named.id,
    approved: { proposal: approved.hash, codeHash: approved.codeHash },
    policy: samplePolicy,
  };
  const openRound: OpenRound = await loadRound(ledger, key, anchor, samplePolicy);

  const decisions = new Map<Hex, DecisionState>();
  const supports = new Map<Address, Hex>();
  const idOf = async (decision: ContractDecision): Promise<Hex> => {
    const text = JSON.stringify(Object.entries(decision).sort(), (_, value: unknown) => String(value));
    return `0x${createHash('sha256').update(text).digest('hex')}`;
  };
  const agreement = new WatcherAgreement(context);
  const watched = {
    self: SELF,
    contract: {
      address: `0x${'1a'.repeat(20)}` as Address,
      idOf,
      decision: async (id: Hex) => decisions.get(id) ?? null,
    },
  };
  return {
    roundId: input.roundId,
    told,
    decisions,
    supports,
    /** What this watcher would attest at relay block `now`. */
    choose: (now = 1200, common = COMMON) => {
      const watchers = [SELF, OTHER, THIRD].map((address) => ({
        address,
        supports: supports.get(address) ?? null,
      }));
      const observation = healthyPara({ relay: { number: now, hash: hash('01'), stateRoot: hash('02') } });
      const contract = { state: contractState({ watchers }) };
      return agreement.choose(watched, input, openRound, { contract, observation }, common);
    },
    /** `by` attests the decision that follows from `evidence`, or something else. */
    attest: async (by: Address, evidence: EvidenceInput | Hex, change: Partial<ContractDecision> = {}) => {
      const own = await agreement.choose(
        { ...watched, self: null },
        input,
        openRound,
        { contract: { state: contractState({ watchers: [] }) }, observation: healthyPara() },
        COMMON,
      );
      const hashed = typeof evidence === 'string' ? evidence : await evidenceHash(evidence);
      const decision: ContractDecision = { ...own.decision, evidenceHash: hashed, ...change };
      const id = await idOf(decision);
      decisions.set(id, {
        id,
        decision,
        epoch: 1n,
        support: 1,
        executableAt: null,
        vetoes: 0,
        forbidden: false,
        sent: false,
        cancelled: false,
      });
      supports.set(by, id);
      return id;
    },
  };
}

describe('agreement of a watcher with itself', () => {
  it('attests what its own evidence shows when nobody was there before', async () => {
    const { choose, roundId } = await openWatcher([]);
    const choice = await choose();
    const [approved] = honest.proposals;
    expect(choice?.decision).toEqual({
      para: 2000,
      anchorNumber: honest.anchor.head.number,
      anchorHead: honest.anchor.head.hash,
      roundId,
      policyHash: policyHash(samplePolicy),
      codeHash: approved?.codeHash,
      evidenceHash: await evidenceHash({ ...honest, optIn: null }),
      ayes: 16_000n,
      nays: 2_000n,
      abstains: 0n,
      electorate: 30_000n,
      ...COMMON,
    });
  });

  it('says that its own records are at fault when they do not show the decision', async () => {
    const nays = honest.votes.map((vote) => ({ ...vote, choice: 'nay' as const }));
    const { choose } = await openWatcher([], { ...honest, votes: nays });
    await expect(choose()).rejects.toMatchObject({ code: 'RESCUE_INTERNAL' });
  });
});

describe('agreement of watchers whose bundles differ', () => {
  it('supports what another one attested before, once its bundle was recomputed', async () => {
    const { choose, attest, told } = await openWatcher([peerOf(later())]);
    const id = await attest(OTHER, later());
    expect((await choose())?.id).toBe(id);
    expect(told).toEqual([expect.stringContaining('holds and comes to the same decision')]);
  });

  it('takes the lowest id of those that were attested at the same time, its own among them', async () => {
    const { choose, attest, supports } = await openWatcher([peerOf(later())]);
    const own = await choose();
    const id = await attest(OTHER, later());
    if (own) supports.set(SELF, own.id);
    expect((await choose())?.id).toBe([id, own?.id ?? id].sort()[0]);
  });

  it('looks at each bundle once, however many blocks pass', async () => {
    const peer = peerOf(later());
    const { choose, attest } = await openWatcher([peer]);
    await attest(OTHER, later());
    for (let now = 1200; now < 1240; now += 1) await choose(now);
    expect(peer.asked).toBe(1);
  });

  it.each<[string, Partial<ContractDecision>]>([
    ['another message', { messageHash: hash('66') }],
    ['another way back', { cancelHash: hash('66') }],
    ['another code', { codeHash: hash('66') }],
    ['another round', { roundId: hash('66') }],
    ['another attempt', { attempt: 1 }],
    ['another anchor', { anchorHead: hash('66') }],
  ])('asks nobody for the evidence of a decision with %s', async (_name, change) => {
    const peer = peerOf(later());
    const { choose, attest } = await openWatcher([peer]);
    const own = await choose();
    await attest(OTHER, later(), change);
    expect((await choose())?.id).toBe(own?.id);
    expect(peer.asked).toBe(0);
  });

  it.each<[string, Partial<ContractDecision>]>([
    ['sums that its votes do not have', { ayes: 1n }],
    ['an electorate of its own', { electorate: 16_000n }],
    ['another policy', { policyHash: hash('66') }],
  ])('does not support a decision with good evidence, but %s', async (_name, change) => {
    const { choose, attest } = await openWatcher([peerOf(later())]);
    const own = await choose();
    await attest(OTHER, later(), change);
    expect((await choose())?.id).toBe(own?.id);
  });

  it('does not support one that guardians forbade', async () => {
    const { choose, attest, decisions } = await openWatcher([peerOf(later())]);
    const own = await choose();
    const id = await attest(OTHER, later());
    const state = decisions.get(id);
    if (state) decisions.set(id, { ...state, forbidden: true });
    expect((await choose())?.id).toBe(own?.id);
  });
});

describe('agreement with a bundle that cannot be supported', () => {
  const refused = async (lie: EvidenceInput): Promise<string> => {
    const { choose, attest, told } = await openWatcher([peerOf(lie)]);
    const own = await choose();
    await attest(OTHER, lie);
    expect((await choose())?.id).toBe(own?.id);
    return told.join('; ');
  };

  it('leaves one that lacks a vote which this watcher has, as long as there is hope for another', async () => {
    const [missing, ...votes] = honest.votes;
    expect(await refused(later({ votes }))).toContain(`leaves out the vote 1 of ${missing?.account}`);
  });

  it('takes one that lacks a vote which came after its decision', async () => {
    const [late, ...votes] = honest.votes;
    if (!late) throw new Error('the sample has no votes');
    const own = { ...honest, decidedAt: 1_150, votes: [...votes, { ...late, admittedAt: 1_140 }] };
    const { choose, attest } = await openWatcher([peerOf(later({ votes }))], own);
    const id = await attest(OTHER, later({ votes }), { ayes: 15_000n });
    expect((await choose())?.id).toBe(id);
  });

  it('leaves one that reads balances by a layout of its own', async () => {
    const account = STANDARD_LAYOUT.items['System.Account'];
    if (!account) throw new Error('the standard layout has no accounts');
    const layout = { ...STANDARD_LAYOUT, items: { ...STANDARD_LAYOUT.items, 'Treasure.Account': account } };
    expect(await refused(later({ layout }))).toContain('cannot be supported');
  });

  it('leaves one that comes to another end', async () => {
    const votes = honest.votes.map((vote) => ({ ...vote, choice: 'nay' as const }));
    expect(await refused(later({ votes }))).toContain('cannot be supported');
  });

  it('leaves one with a vote that nobody signed', async () => {
    const votes = honest.votes.map((vote) => ({ ...vote, choice: 'aye' as const }));
    expect(await refused(later({ votes }))).toContain('cannot be supported');
  });
});

describe('agreement on what the relay chain has finalized', () => {
  it('leaves a bundle whose relay block is not final, though everything in it fits together', async () => {
    const asked: Hex[] = [];
    const isFinalized = async ({ hash: block }: { readonly hash: Hex }) => {
      asked.push(block);
      return false;
    };
    const { choose, attest, told } = await openWatcher([peerOf(later())], honest, isFinalized);
    const own = await choose();
    await attest(OTHER, later());
    expect((await choose())?.id).toBe(own?.id);
    expect(told.join('; ')).toMatch(/cannot be supported: .*is not the one that the relay chain finalized/);
    expect(asked).toEqual([honest.anchor.relay.hash]);
  });

  it("waits while this watcher's own node does not answer, and holds nothing against the peer", async () => {
    let answers = false;
    const isFinalized = async () => {
      if (answers) return true;
      throw new RescueError('RESCUE_NODE_UNREACHABLE', 'nobody answers');
    };
    const { choose, attest, told } = await openWatcher([peerOf(later())], honest, isFinalized);
    const id = await attest(OTHER, later());
    await expect(choose()).rejects.toMatchObject({ code: 'RESCUE_NODE_UNREACHABLE' });
    expect(told).toEqual([]);
    answers = true;
    expect((await choose(1201))?.id).toBe(id);
  });
});

describe('agreement with peers that fail or lie', () => {
  it('goes on alone while no peer answers, and asks again after a while', async () => {
    const peer = peerOf(null);
    const { choose, attest, told } = await openWatcher([peer]);
    const own = await choose();
    const id = await attest(OTHER, later());
    expect((await choose(1200))?.id).toBe(own?.id);
    expect(told).toEqual([expect.stringContaining('no service answers')]);
    peer.gives = later();
    expect((await choose(1209))?.id).toBe(own?.id);
    expect((await choose(1210))?.id).toBe(id);
  });

  it('makes a watcher that attests something new each block cost one look in ten blocks', async () => {
    const peer = peerOf(later());
    const { choose, attest } = await openWatcher([peer]);
    for (let now = 1200; now < 1230; now += 1) {
      await attest(OTHER, hash((now - 1190).toString(16).padStart(2, '0')));
      await choose(now);
    }
    expect(peer.asked).toBe(3);
  });

  it('finds an honest decision at once, whatever a lying watcher has asked for in the same block', async () => {
    const honestPeer = peerOf(null, 'http://honest');
    const { choose, attest } = await openWatcher([peerOf(null, 'http://liar'), honestPeer]);
    await attest(OTHER, hash('66'));
    await choose(1200);
    honestPeer.gives = later();
    const id = await attest(THIRD, later());
    expect((await choose(1201))?.id).toBe(id);
  });

  it('asks a peer that helped before asking the others', async () => {
    const useless = peerOf(null, 'http://useless');
    const helpful = peerOf(later(), 'http://helpful');
    const { choose, attest } = await openWatcher([useless, helpful]);
    await attest(OTHER, later());
    await choose(1200);
    helpful.gives = later({ decidedAt: DECIDED_AT + 2 });
    await attest(THIRD, helpful.gives);
    await choose(1200);
    expect([useless.asked, helpful.asked]).toEqual([1, 2]);
  });
});

describe('agreement that does not come about', () => {
  it('is found on the lowest id when each of two has a vote that the other one lacks', async () => {
    const [first, second, ...others] = honest.votes;
    if (!first || !second) throw new Error('the sample has no votes');
    const mine = { ...honest, optIn: null, votes: [first, ...others] };
    const theirs = later({ optIn: null, votes: [second, ...others] });
    const here = await openWatcher([peerOf(theirs)], mine);
    const there = await openWatcher([peerOf(mine)], theirs);
    const own = (await here.choose())?.id ?? '0x';
    const other = (await there.choose())?.id ?? '0x';
    for (const watcher of [here, there]) {
      await watcher.attest(OTHER, watcher === here ? theirs : mine);
      watcher.supports.set(SELF, watcher === here ? own : other);
    }
    expect([here.supports.get(OTHER), there.supports.get(OTHER)]).toEqual([other, own]);
    expect([(await here.choose(1200))?.id, (await there.choose(1200))?.id]).toEqual([own, other]);
    const lowest = [own, other].sort()[0];
    expect([(await here.choose(1210))?.id, (await there.choose(1210))?.id]).toEqual([lowest, lowest]);
    expect(here.told.join()).toContain('but it leaves out the vote');
  });

  /** This watcher's own decision has the lower id or the higher one, as `lower` says. */
  const held = async (lower: boolean) => {
    for (let delay = 1; ; delay += 1) {
      const other = later({ decidedAt: DECIDED_AT + delay });
      const watcher = await openWatcher([peerOf(other)]);
      const own = await watcher.choose();
      const id = await watcher.attest(OTHER, other);
      if (!own || own.id < id !== lower) continue;
      watcher.supports.set(SELF, own.id);
      return { ...watcher, own: own.id, other: id };
    }
  };

  it('yields to a decision that it could check when nobody followed its own, and stays there', async () => {
    const { choose, own, other, supports } = await held(true);
    expect((await choose(1200))?.id).toBe(own);
    expect((await choose(1219))?.id).toBe(own);
    expect((await choose(1220))?.id).toBe(other);
    supports.set(SELF, other);
    supports.set(THIRD, own);
    for (const now of [1221, 1240, 1260]) expect((await choose(now))?.id).toBe(other);
  });

  it('does not leave a decision that has more support than the other one', async () => {
    const { choose, own, supports } = await held(true);
    supports.set(THIRD, own);
    for (const now of [1200, 1230, 1260]) expect((await choose(now))?.id).toBe(own);
  });

  it('stays with what it attested before a restart, though nobody shows its evidence any more', async () => {
    const { attest, choose, supports } = await openWatcher([peerOf(null)]);
    const id = await attest(OTHER, later());
    supports.set(SELF, id);
    expect((await choose())?.id).toBe(id);
  });
});

describe('agreement on a decision that lost its support', () => {
  it('is like that on any other: the watchers that are left come together, whether or not its evidence is shown', async () => {
    for (const gives of [later(), null]) {
      const { choose, attest, supports } = await openWatcher([peerOf(gives)]);
      const own = await choose();
      supports.set(SELF, await attest(OTHER, later()));
      // The other one turns away, and gives its bundle to nobody.
      supports.delete(OTHER);
      expect((await choose())?.id).toBe(supports.get(SELF));
      supports.set(THIRD, own.id);
      const expected = [own.id, supports.get(SELF) ?? own.id].sort()[0];
      expect((await choose())?.id).toBe(expected);
    }
  });
});
