import { encodeText } from '../../bytes/bytes.ts';
import { hashCode } from '../../code/inspect.ts';
import { requireActable } from '../../domain/chain/actable.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import { isNodeTrouble, RescueError } from '../../domain/errors.ts';
import type { CensusStore } from '../../domain/ports/census.ts';
import type { AccountProofNodes, Ledger } from '../../domain/ports/ledger.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import { type Proposal, type RoundPlace, signatureOf } from '../../domain/round/round.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import type { ProposalHead } from '../../domain/views/voting.ts';
import { otherOwnCode } from '../../readiness/own-code.ts';
import { proposalHash } from '../../voting/ballots/proposal-hash.ts';
import { neededSigners, signedTexts } from '../../voting/ballots/signers.ts';
import { requireSpeaker } from '../../voting/ballots/speaker.ts';
import { proposalText } from '../../voting/ballots/texts.ts';
import { type OpenRound, placeOf } from '../../voting/open-round.ts';
import type { EventHub } from '../event-hub.ts';
import type { ParaTracker } from '../para/tracker.ts';
import { readAccountPower } from './account-power-reader.ts';
import type { CodeDesk } from './code-desk.ts';
import { delegatesAt } from './delegates.ts';
import { requireRoute } from './require-route.ts';
import { shownChanges } from './shown-changes.ts';
import type { SignatureDesk } from './signature-desk.ts';
import { tryProposal } from './try-proposal.ts';

export interface ProposalContext {
  readonly relay: RelayReader;
  readonly ledger: Ledger;
  readonly census: Pick<CensusStore, 'node'>;
  readonly hub: EventHub;
  /** Where code is unpacked and looked into. */
  readonly codeDesk: CodeDesk;
  readonly desk: Pick<SignatureDesk, 'lookups' | 'verify'>;
}

/** Most bytes of a proposal's text. */
const MAX_PROPOSAL_TEXT = 10_000;
/** Most proposals in a round: each stores a whole runtime. */
export const MAX_PROPOSALS = 16;
/** Most of them of one proposer, who could otherwise keep all others from proposing. */
const MAX_OF_ONE = 4;

interface CheckedHead {
  readonly openRound: OpenRound;
  readonly statement: RoundPlace & Pick<Proposal, 'codeHash' | 'text' | 'proposer'>;
  readonly hash: Hex;
  readonly known: Proposal | null;
  /** What proves that whoever signed speaks for the proposer. */
  readonly speakers: readonly AccountProofNodes[];
}

/** Everything but the code, which is large: only somebody who may propose makes the service take and unpack it. */
async function checkHead(
  context: ProposalContext,
  tracker: ParaTracker,
  head: ProposalHead,
  sender: string | null,
): Promise<CheckedHead> {
  if (encodeText(head.text).length > MAX_PROPOSAL_TEXT || head.text.trim() === '') {
    throw invalid(`The text must say something, in at most ${MAX_PROPOSAL_TEXT} bytes.`);
  }
  const openRound = await tracker.queue.run(() => requireOpenRound(tracker));
  requireRoute(
    tracker,
    'No allowed route could carry a decision out, so no proposal is taken until that has changed (withoutRoute in the policy)',
  );
  const { roundId } = openRound.key;
  if (head.roundId !== roundId) {
    throw invalid(
      `The proposal is signed for the round with id ${head.roundId}, but the open one is ${roundId}: sign it again for that one.`,
    );
  }
  const statement = {
    ...placeOf(openRound),
    codeHash: head.codeHash,
    text: head.text,
    proposer: head.proposer,
  };
  const hash = proposalHash(statement);
  const signers = neededSigners(head.proposer, head, 'RESCUE_PROPOSAL_INVALID');
  const text = proposalText({ ...statement, hash });
  const client = sender ?? head.proposer;
  // A multisig has up to a hundred, and all their forms together take longer than anybody should wait.
  await context.desk.verify(
    signedTexts(signers, text, openRound.policy.signers?.ethereum),
    head.proposer,
    client,
  );
  const known = openRound.proposals().find((proposal) => proposal.hash === hash) ?? null;
  const speakers: AccountProofNodes[] = [];
  const delegates = delegatesAt(context, tracker, openRound, client, speakers);
  await requireSpeaker(head.proposer, signers, delegates, 'RESCUE_PROPOSAL_INVALID');
  if (known === null) {
    await requireProposer(context, tracker, openRound, head.proposer);
    requireRoom(openRound, head.proposer);
    context.codeDesk.requireWelcome(head.proposer);
  }
  return { openRound, statement, hash, known, speakers };
}

/** Checks all of a proposal but its code; see `RescueService.announce`. */
export async function announceProposal(
  context: ProposalContext,
  tracker: ParaTracker,
  head: ProposalHead,
  sender: string | null,
): Promise<{ readonly hash: Hex; readonly proposal: Proposal | null }> {
  const { hash, known } = await checkHead(context, tracker, head, sender);
  return { hash, proposal: known };
}

/** Checks and admits a proposal; see `RescueService.propose`. */
export async function admitProposal(
  context: ProposalContext,
  tracker: ParaTracker,
  head: ProposalHead,
  fetchCode: () => Promise<Uint8Array>,
): Promise<Proposal> {
  const { relay, ledger, hub } = context;
  const {
    openRound,
    statement,
    hash,
    known: admitted,
    speakers,
  } = await checkHead(context, tracker, head, null);
  if (admitted) return admitted;
  const { anchor } = openRound;
  const code = await fetchCode();
  const [{ maxCodeSize }, replacedCode, ownCode] = await Promise.all([
    relay.limits(),
    replacedBy(relay, anchor.codeHash),
    otherOwnCode(tracker.para.reader, anchor.head, anchor.codeHash),
  ]);
  const expectations = {
    maxCodeSize,
    currentCodeHash: anchor.codeHash,
    replacedCode,
    ownCode,
    expectSpec: anchor.runtime,
  };
  if (hashCode(code) !== head.codeHash) {
    throw invalid(`The code has hash ${hashCode(code)}, but ${head.codeHash} was signed.`);
  }
  const { facts, trial } = await context.codeDesk.examine(code, expectations, head.proposer, () =>
    tryProposal(
      { ledger, tryProposal: tracker.para.tryProposal },
      openRound,
      { codeHash: head.codeHash, code, proposer: head.proposer },
      laterBlock(tracker, openRound),
    ),
  );

  const changes = shownChanges(facts);
  return tracker.queue.run(async () => {
    const present = await requireOpenRound(tracker);
    if (present.key.roundId !== openRound.key.roundId) {
      throw new RescueError('RESCUE_STATE_REFUSES', 'The round ended while the proposal was being checked.');
    }
    const known = present.proposals().find((proposal) => proposal.hash === hash);
    if (known) return known;
    requireRoom(present, head.proposer);
    const proposal: Proposal = {
      ...statement,
      hash,
      ...signatureOf(head),
      codeSize: facts.size,
      runtime: { specName: facts.runtime.specName, specVersion: facts.runtime.specVersion },
      admittedAt: tracker.latest()?.observation.relay.number ?? anchor.relay.number,
      trial: trial.summary,
      ...(changes && { changes }),
    };
    await ledger.putProposal(proposal, code, trial.kept, speakers);
    present.addProposal(proposal);
    hub.tell(tracker.para.id, 'proposal-admitted', {
      proposal: hash,
      codeHash: facts.codeHash,
      codeSize: facts.size,
      runtime: proposal.runtime,
      proposer: head.proposer,
      text: head.text,
      outcome: trial.summary.outcome,
      trial: trial.summary.sentence,
    });
    await tracker.review();
    return proposal;
  });
}

/** The newest relay block that this service saw, if the anchor's head is still the last one there. */
function laterBlock(tracker: ParaTracker, { anchor }: OpenRound): RelayBlockRef | null {
  const seen = tracker.latest()?.observation;
  return seen?.actable && seen.head?.hash === anchor.head.hash ? seen.relay : null;
}

/** The code that the relay chain stores, to compare with; null when no node gives it now, and then nothing is compared. */
async function replacedBy(relay: RelayReader, codeHash: Hex): Promise<Uint8Array | null> {
  try {
    return await relay.storedCode(codeHash);
  } catch (error) {
    if (isNodeTrouble(error)) return null;
    throw error;
  }
}

function requireRoom(openRound: OpenRound, proposer: AccountHex): void {
  const proposals = openRound.proposals();
  if (proposals.length >= MAX_PROPOSALS) {
    throw invalid(`This round already has ${MAX_PROPOSALS} proposals; vote on those.`);
  }
  const own = proposals.filter((proposal) => proposal.proposer === proposer);
  if (own.length < MAX_OF_ONE) return;
  throw invalid(`Account ${proposer} has made ${MAX_OF_ONE} proposals in this round: leave the others room.`);
}

/** Proposals are taken once the anchor is frozen, and while a new one would still get its shortest voting time. */
async function requireOpenRound(tracker: ParaTracker): Promise<OpenRound> {
  const state = tracker.runner.state();
  const openRound = state === 'optInRescue' || state === 'voting' ? await tracker.openRound() : null;
  if (!openRound) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      `The para is in state ${state}; proposals are taken in optInRescue, once the last head is proven, and in voting.`,
    );
  }
  const { clock } = tracker.runner.context();
  const seen = tracker.latest()?.observation;
  if (seen) requireActable(seen);
  const now = seen?.relay.number ?? 0;
  if (clock && now + openRound.policy.voting.shortestBlocks > clock.closesAt) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      `The round closes at relay block ${clock.closesAt}; a proposal admitted now (${now}) would not have its ${openRound.policy.voting.shortestBlocks} blocks.`,
    );
  }
  return openRound;
}

async function requireProposer(
  context: ProposalContext,
  tracker: ParaTracker,
  openRound: OpenRound,
  proposer: AccountHex,
): Promise<void> {
  const { accounts, minimumPower, collators } = openRound.policy.proposers;
  if (accounts.includes(proposer)) return;
  if (collators && openRound.collators?.members.has(proposer)) return;
  if (minimumPower === undefined)
    throw invalid(
      `The policy lets only named accounts${collators ? ' and collators' : ''} propose, not ${proposer}.`,
    );
  const { power } = await readAccountPower(context, tracker, openRound, proposer);
  if (power < BigInt(minimumPower)) {
    throw invalid(
      `Account ${proposer} has voting power ${power} at the last head; proposing needs ${minimumPower}.`,
    );
  }
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_PROPOSAL_INVALID', sentence);
}
