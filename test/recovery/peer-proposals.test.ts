import { beforeAll, describe, expect, it } from 'vitest';
import { hashCode } from '../../src/code/inspect.ts';
import { createSerialQueue } from '../../src/domain/concurrency/serial-queue.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { messageOfEvent, type Tell } from '../../src/domain/events.ts';
import type { Peer } from '../../src/domain/ports/peer.ts';
import type { CountedEndorsement, SignedEndorsement } from '../../src/domain/round/endorsement.ts';
import { type Proposal, signatureOf } from '../../src/domain/round/round.ts';
import type { ProposalHead } from '../../src/domain/views/voting.ts';
import { boundedTell } from '../../src/recovery/bounded-tell.ts';
import { ProposalExchange, type ProposalTracker } from '../../src/recovery/peers/proposals.ts';
import { proposalHash } from '../../src/voting/ballots/proposal-hash.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { proposalText } from '../../src/voting/ballots/texts.ts';
import { hash, PLACE, ROUND, sampleAnchor, samplePolicy } from '../store/samples.ts';

const CODE = Uint8Array.of(1, 2, 3);
const STRANGER = hash(41);
const live = () => new AbortController().signal;

beforeAll(() => signaturesReady());

function signedProposal(text: string, code: Uint8Array = CODE): Proposal {
  const proposer = signerFromUri('//Proposer');
  const content = {
    ...PLACE,
    codeHash: hashCode(code),
    text,
    proposer: proposer.account,
  };
  const id = proposalHash(content);
  return {
    ...content,
    hash: id,
    signature: proposer.sign(proposalText({ ...content, hash: id })),
    scheme: proposer.scheme,
    codeSize: code.length,
    runtime: { specName: 'para', specVersion: 1001 },
    admittedAt: 130,
  };
}

function endorsementOf(proposal: Proposal, sequence: number): CountedEndorsement {
  return {
    ...PLACE,
    proposal: proposal.hash,
    stance: 'endorse',
    account: hash(40),
    sequence,
    signature: '0x0a',
    scheme: 'sr25519',
    admittedAt: 131,
  };
}

function open(state = 'voting') {
  const proposals: Proposal[] = [];
  const endorsements: CountedEndorsement[] = [];
  const offered: (ProposalHead & { code: Uint8Array })[] = [];
  const endorsed: { readonly endorsement: SignedEndorsement; readonly sender: string }[] = [];
  const told: string[] = [];
  const seen = { state, refusal: null as RescueError | null };
  const tracker: ProposalTracker = {
    para: { id: ROUND.paraId },
    queue: createSerialQueue(),
    runner: { state: () => seen.state },
    openRound: async () => ({
      policy: samplePolicy(),
      key: ROUND,
      anchor: sampleAnchor().anchor,
      proposals: () => proposals,
      endorsements: () => endorsements,
    }),
  };
  const clock = { now: 0 };
  const tell: Tell = (_para, name, data) => void told.push(`${name}: ${messageOfEvent(name, data)}`);
  const exchange = new ProposalExchange({
    hub: { tell: boundedTell(tell, () => clock.now) },
    propose: async (head, fetchCode) => {
      const code = await fetchCode();
      offered.push({ ...head, code });
      if (seen.refusal) throw seen.refusal;
      const admitted = signedProposal(head.text, code);
      proposals.push(admitted);
      return admitted;
    },
    endorse: async (endorsement, sender) => {
      if (endorsement.account === STRANGER) throw new RescueError('RESCUE_VOTE_INVALID', 'no member');
      endorsed.push({ endorsement, sender });
      const counted = { ...endorsement, admittedAt: 200 };
      endorsements.push(counted);
      return counted;
    },
  });
  return { tracker, exchange, proposals, endorsements, offered, endorsed, told, seen, clock };
}

function peerOf(
  proposals: readonly Proposal[],
  endorsements: readonly CountedEndorsement[] = [],
  code: Uint8Array = CODE,
): Peer & { readonly fetched: string[] } {
  const fetched: string[] = [];
  return {
    name: 'http://peer',
    fetched,
    proposals: async () => proposals,
    code: async (codeHash) => {
      fetched.push(codeHash);
      return code;
    },
    endorsements: async () => endorsements,
    releases: async () => [],
    votes: async () => [],
    evidence: () => Promise.reject(new RescueError('RESCUE_SERVICE_UNREACHABLE', 'no evidence here')),
  };
}

describe('exchange of proposals with a peer', () => {
  it('admits what the peer has, with its code, and asks for neither again', async () => {
    const { tracker, exchange, offered } = open('optInRescue');
    const proposal = signedProposal('mends it');
    const peer = peerOf([proposal]);
    await exchange.fetch(peer, tracker, live());
    await exchange.fetch(peer, tracker, live());
    expect(offered).toEqual([
      {
        ...ROUND,
        codeHash: proposal.codeHash,
        code: CODE,
        text: 'mends it',
        proposer: proposal.proposer,
        ...signatureOf(proposal),
      },
    ]);
    expect(peer.fetched).toEqual([proposal.codeHash]);
  });

  it.each(['healthy', 'stalled', 'upgrading.carryingOut', 'escalated'])(
    'asks for nothing in %s',
    async (state) => {
      const { tracker, exchange, offered } = open(state);
      const peer = peerOf([signedProposal('mends it')]);
      await exchange.fetch(peer, tracker, live());
      expect([offered, peer.fetched]).toEqual([[], []]);
    },
  );

  it('fetches no code for a proposal of another round, with another hash or signed by somebody else', async () => {
    const { tracker, exchange, offered, told } = open();
    const good = signedProposal('mends it');
    const other = signedProposal('mends more');
    const peer = peerOf([
      { ...good, round: PLACE.round + 1, roundId: hash(78) },
      { ...good, anchor: hash(77), roundId: hash(79) },
      { ...good, text: 'says something else' },
      { ...other, ...signatureOf(good) },
    ]);
    await exchange.fetch(peer, tracker, live());
    expect([offered, peer.fetched]).toEqual([[], []]);
    expect(told).toEqual([
      expect.stringContaining(`is in round ${hash(78)}, this service in ${ROUND.roundId} on the same head`),
      expect.stringContaining('It has another hash'),
      expect.stringContaining('The sr25519 signature'),
    ]);
  });

  it('refuses code that is not the one proposed', async () => {
    const { tracker, exchange, offered, told } = open();
    const peer = peerOf([signedProposal('mends it')], [], Uint8Array.of(9));
    await exchange.fetch(peer, tracker, live());
    expect(offered).toEqual([]);
    expect(told[0]).toContain('another hash');
  });

  it('tells of a refusal once, and tries again what was refused for a passing reason', async () => {
    const { tracker, exchange, offered, told, seen, proposals } = open();
    const peer = peerOf([signedProposal('mends it')]);
    seen.refusal = new RescueError('RESCUE_STATE_REFUSES', 'the round is just ending');
    await exchange.fetch(peer, tracker, live());
    expect(told).toEqual([]);
    seen.refusal = null;
    await exchange.fetch(peer, tracker, live());
    expect(proposals).toHaveLength(1);
    seen.refusal = new RescueError('RESCUE_PROPOSAL_INVALID', 'its proposer may not propose');
    const bad = peerOf([signedProposal('by a stranger')]);
    await exchange.fetch(bad, tracker, live());
    await exchange.fetch(bad, tracker, live());
    expect(offered).toHaveLength(3);
    expect(told).toEqual([expect.stringContaining('may not propose')]);
  });

  it('takes a bounded number of bad proposals from one peer in a round', async () => {
    const { tracker, exchange, offered, told } = open();
    const bad = Array.from({ length: 100 }, (_, index) => ({
      ...signedProposal(`number ${index}`),
      text: 'changed',
    })).map((proposal, index) => ({ ...proposal, hash: hash(100 + index) }));
    await exchange.fetch(peerOf(bad), tracker, live());
    expect(offered).toEqual([]);
    expect(told).toHaveLength(16);
  });

  it('tells of a peer that is in another round with each proposal some twenty times an hour', async () => {
    const { tracker, exchange, told, clock } = open();
    const others = Array.from({ length: 1000 }, (_, index) => ({
      ...signedProposal('of another round'),
      roundId: hash(1000 + index),
    }));
    await exchange.fetch(peerOf(others), tracker, live());
    await exchange.fetch(peerOf(others), tracker, live());
    expect(told).toHaveLength(20);
    clock.now = 3_600_001;
    await exchange.fetch(peerOf(others), tracker, live());
    expect(told).toHaveLength(40);
  });

  it('takes what the technical body says, newer than it knows, in voting only', async () => {
    const { tracker, exchange, endorsed, seen } = open('optInRescue');
    const proposal = signedProposal('mends it');
    const wrong = { ...endorsementOf(proposal, 1), account: STRANGER };
    const peer = peerOf([proposal], [wrong, endorsementOf(proposal, 3)]);
    await exchange.fetch(peer, tracker, live());
    expect(endorsed).toEqual([]);
    seen.state = 'voting';
    await exchange.fetch(peer, tracker, live());
    await exchange.fetch(peer, tracker, live());
    await exchange.fetch(peerOf([], [endorsementOf(proposal, 2)]), tracker, live());
    const { admittedAt: _, ...signed } = endorsementOf(proposal, 3);
    expect(endorsed).toEqual([{ endorsement: signed, sender: 'http://peer' }]);
  });

  it('is not ended by a peer that is down', async () => {
    const { tracker, exchange, told } = open();
    const down = () => Promise.reject(new RescueError('RESCUE_SERVICE_UNREACHABLE', 'nobody answers'));
    await exchange.fetch({ ...peerOf([]), proposals: down }, tracker, live());
    expect(told).toEqual([]);
  });
});
