import { fromHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { collatorsAlone } from '../../domain/policy/collator-rules.ts';
import { type Policy, policyHash } from '../../domain/policy/policy.ts';
import { trialRules } from '../../domain/policy/trial-rules.ts';
import type { CollatorBody } from '../../domain/round/collators.ts';
import type { RoundPlace } from '../../domain/round/round.ts';
import { createVoteSums } from '../../domain/round/tally.ts';
import type { Hex, Planck } from '../../domain/units.ts';
import { ProofError } from '../../proof/error.ts';
import { createProofVerifier, type ProofVerifier } from '../../proof/read-proof.ts';
import { proposalHash } from '../ballots/proposal-hash.ts';
import { signaturesReady } from '../ballots/signature.ts';
import { proposalText, voteText } from '../ballots/texts.ts';
import { electorateAt, exclusionOf, powerAt } from '../power/account-power.ts';
import { collatorsAt } from '../power/collator-set.ts';
import type { PowerLayout } from '../power/layout/power-layout.ts';
import {
  type CheckedAnchor,
  checkAnchor,
  checkFinality,
  checkLayout,
  checkOptIn,
  checkPolicy,
  type TrustedFacts,
} from './chain.ts';
import { type RepeatTrial, TrialCheck } from './check-trials.ts';
import { EndorsementCheck } from './endorsements.ts';
import { type Line, LineReader } from './format.ts';
import { linesOf } from './lines.ts';
import { type EvidenceReport, type EvidenceResult, PointBoard } from './points.ts';
import { ProxyCheck } from './proxies.ts';
import { checkRound } from './round.ts';
import { actProblem, checkSignatures, type SignatureChecker, SignatureQueue, textsOf } from './signatures.ts';
import { checkDecision, checkTally } from './tally.ts';

export interface VerifyOptions {
  readonly trusted?: TrustedFacts;
  readonly checkSignatures?: SignatureChecker;
  /** Batches of signatures under way at once; as many as the checker has threads, and some. */
  readonly signatureBatches?: number;
  /** Repeats the trials that the bundle carries; without it they are not covered. */
  readonly repeatTrial?: RepeatTrial;
  /** Told of each vote as it is read, before anything is known to hold. */
  readonly onVote?: (vote: Line<'vote'>) => void;
  /** Bytes of memory for trie nodes; 768 MiB, which is what a million votes and more take. */
  readonly nodeMemory?: number;
}

const NODE_MEMORY = 768 * 1024 * 1024;
/** What holding a node costs besides its bytes: whoever sends a bundle may send nodes of one byte. */
const NODE_COST = 200;
/** As many as a result may count. */
const MOST_PROPOSALS = 1000;

/** `verifyEvidence`, wherever it has the signatures checked. */
export type EvidenceVerifier = (
  chunks: AsyncIterable<Uint8Array>,
  options: Omit<VerifyOptions, 'checkSignatures' | 'signatureBatches'>,
) => Promise<EvidenceReport>;

/**
 * Recomputes everything in a bundle from its own bytes, in one pass: memory holds the trie nodes and the accounts'
 * last one, not the votes. Points that rest on one that fails are not covered. Reading errors of the stream are thrown.
 */
export async function verifyEvidence(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  options: VerifyOptions = {},
): Promise<EvidenceReport> {
  await signaturesReady();
  const board = new PointBoard();
  const bundle = new BundleCheck(board, options);
  const reader = new LineReader();
  let whole = false;
  try {
    for await (const text of linesOf(chunks)) {
      const pause = bundle.take(reader.next(text));
      if (pause) await pause;
    }
    reader.end();
    whole = true;
    board.holds('format', `version ${reader.version}, ${bundle.votes} votes`);
  } catch (error) {
    if (!(error instanceof RescueError) || error.code !== 'RESCUE_REQUEST_INVALID') throw error;
    board.fails('format', messageOf(error));
  }
  const result = await bundle.end(whole);
  const failed = board.failed();
  return { points: board.points(), failed, result: failed === null ? result : null };
}

class BundleCheck {
  votes = 0;
  readonly #board: PointBoard;
  readonly #trusted: TrustedFacts;
  readonly #signatures: SignatureQueue;
  readonly #onVote: (vote: Line<'vote'>) => void;
  readonly #endorsements: EndorsementCheck;
  readonly #proxies: ProxyCheck;
  readonly #trials = new TrialCheck();
  readonly #repeat: RepeatTrial | undefined;
  readonly #nodes: Uint8Array[] = [];
  readonly #proposals = new Map<Hex, Line<'proposal'>>();
  #policy: Policy | null = null;
  #anchor: Line<'anchor'> | null = null;
  #finality: Line<'finality'> | null = null;
  #layoutLine: Line<'layout'> | null = null;
  #layout: PowerLayout | null = null;
  #round: Line<'round'> | null = null;
  #checked: CheckedAnchor | null = null;
  #state: ProofVerifier | null = null;
  #electorate: Planck | null = null;
  #collators: CollatorBody | null = null;
  #sums = createVoteSums();
  #signed = 0;
  #nodeRoom: number;
  #lastProposal: Hex | '' = '';
  #lastAccount: Hex | '' = '';
  #claimed: Line<'result'> | null = null;

  constructor(board: PointBoard, options: VerifyOptions) {
    this.#board = board;
    this.#trusted = options.trusted ?? {};
    this.#onVote = options.onVote ?? (() => undefined);
    this.#repeat = options.repeatTrial;
    this.#nodeRoom = options.nodeMemory ?? NODE_MEMORY;
    this.#endorsements = new EndorsementCheck(board);
    this.#proxies = new ProxyCheck(board, this.#trusted);
    this.#signatures = new SignatureQueue(
      options.checkSignatures ?? checkSignatures,
      options.signatureBatches ?? 1,
    );
  }

  /** Lines come in the order of the format. Null unless the next line must wait. */
  take(line: Line): Promise<unknown> | null {
    switch (line.kind) {
      case 'pararescue-evidence':
        return null;
      case 'policy':
        this.#policy = checkPolicy(this.#board, line, this.#trusted);
        return null;
      case 'opt-in':
        checkOptIn(this.#board, line, this.#policy);
        return null;
      case 'anchor':
        this.#anchor = line;
        this.#checked = checkAnchor(this.#board, line, this.#policy);
        return null;
      case 'layout':
        this.#layoutLine = line;
        return null;
      case 'proxies':
        this.#proxies.takeTypes(line);
        return null;
      case 'finality':
        this.#finality = line;
        return null;
      case 'round':
        this.#round = line;
        checkRound(this.#board, line, this.#anchor?.anchor, this.#checked?.context, this.#policy);
        return null;
      case 'proposal':
        this.#takeProposal(line);
        return null;
      case 'endorsement':
        if (this.#policy && this.#round) {
          const place = this.#place(this.#policy, this.#round);
          const { decidedAt } = this.#round;
          this.#endorsements.take(line, this.#policy, place, this.#proposals, decidedAt, this.#proxies.claim);
        }
        return null;
      case 'node':
        this.#takeNode(fromHex(line.bytes));
        return null;
      case 'vote':
        return this.#takeVote(line);
      case 'result':
        this.#claimed = line;
        return null;
      case 'trial':
      case 'code':
      case 'trial-node':
        this.#trials.take(line);
        return null;
    }
  }

  /** Draws what can be drawn from all lines together; from a part of them nothing. */
  async end(whole: boolean): Promise<EvidenceResult | null> {
    const board = this.#board;
    const problem = await this.#signatures.end();
    if (!whole) return null;
    this.#openState();
    const policy = this.#policy;
    const anchor = this.#anchor;
    const round = this.#round;
    if (!policy || !anchor || !round || !this.#claimed) return null;
    board.open('opt-in', 'the bundle has no opt-in');
    checkFinality(board, anchor, this.#finality, this.#trusted);
    board.holds('proposals', `${this.#proposals.size} proposals`);
    this.#endorsements.end(policy);
    board.holds('votes', `${this.votes} votes; that none was left out is the service's word`);
    if (problem !== null) board.fails('signatures', problem);
    else board.holds('signatures', `${this.#signed} signatures`);
    const areProxies = this.#state === null || this.#proxies.end();
    const unused = this.#state?.unusedNodes() ?? 0;
    if (this.#electorate !== null && board.notHeld('votes') === null) {
      if (unused > 0)
        board.fails('powers', `${unused} trie nodes prove nothing: votes were taken out, or nodes put in`);
      board.holds('powers', `${this.votes} accounts, ${this.#nodes.length} trie nodes`);
    }
    const open = board.notHeld('electorate', 'proposals', 'endorsements', 'votes', 'signatures', 'powers');
    if (open !== null || !areProxies || this.#electorate === null) return null;

    const electorate = this.#electorate;
    const tallies = [...this.#proposals.keys()].map((proposal) =>
      this.#sums.tally(proposal, electorate, policy.voting),
    );
    checkTally(board, tallies, electorate, this.votes, this.#claimed);
    if (board.notHeld('tally') !== null) return null;
    const proposals = [...this.#proposals.values()];
    const isEndorsed = (proposal: Hex) => this.#endorsements.isEndorsed(proposal, policy);
    const input = { tallies, proposals, round, policy, isEndorsed };
    const decided = checkDecision(board, input, this.#claimed.decision);
    if (!decided) return null;
    const { relayHeader, paraHeader } = anchor;
    const rests = {
      paraId: policy.para,
      relayHeader,
      paraHeader,
      proposals: this.#proposals,
      rules: trialRules(policy),
    };
    await this.#trials.end(board, rests, this.#repeat);
    return {
      paraId: policy.para,
      relayGenesis: policy.relayGenesis as Hex,
      policy: policyHash(policy),
      relayBlock: anchor.anchor.relay.hash,
      relayNumber: anchor.anchor.relay.number,
      head: anchor.anchor.head.hash,
      headNumber: anchor.anchor.head.number,
      round: round.round,
      roundId: round.id,
      decidedAt: round.decidedAt,
      electorate,
      votes: this.votes,
      tallies,
      ...decided,
    };
  }

  #takeNode(node: Uint8Array): void {
    this.#nodeRoom -= node.length + NODE_COST;
    if (this.#nodeRoom < 0) throw tooMuch('trie nodes than votes of a million accounts need');
    this.#nodes.push(node);
  }

  #takeProposal(line: Line<'proposal'>): void {
    if (this.#proposals.size >= MOST_PROPOSALS) throw tooMuch(`than ${MOST_PROPOSALS} proposals`);
    const { hash, admittedAt } = line;
    const refuse = (problem: string) => this.#board.fails('proposals', `proposal ${hash}: ${problem}`);
    if (hash <= this.#lastProposal) refuse('it does not come after the one before it');
    this.#lastProposal = hash;
    this.#proposals.set(hash, line);
    const policy = this.#policy;
    const round = this.#round;
    if (!policy || !round) return;
    const content = { ...line, ...this.#place(policy, round) };
    const found = proposalHash(content);
    const { shortestBlocks } = policy.voting;
    if (found !== hash) refuse(`for this para, head and round it hashes to ${found}`);
    else if (admittedAt > round.decidedAt) refuse('it was admitted after the decision');
    else if (admittedAt + shortestBlocks > round.clock.closesAt)
      refuse(`admitted at ${admittedAt}, it would not have its ${shortestBlocks} blocks`);
    else {
      const unsigned = actProblem(line.proposer, line, proposalText(content), policy, this.#proxies.claim);
      if (unsigned !== null) refuse(unsigned);
    }
  }

  #place(policy: Policy, { round, id }: Line<'round'>): RoundPlace {
    const anchor = this.#anchor?.anchor.head.hash ?? '0x';
    return { paraId: policy.para, relayGenesis: policy.relayGenesis as Hex, anchor, round, roundId: id };
  }

  /** All nodes are there: hash them once, and read the electorate. */
  #openState(): void {
    if (this.#state || !this.#checked || !this.#policy) return;
    this.#layout = checkLayout(this.#board, this.#layoutLine, this.#trusted);
    this.#state = createProofVerifier(this.#checked.stateRoot, this.#nodes);
    this.#proxies.open(this.#state.get, this.#policy);
    if (!this.#layout) return;
    try {
      const electorate = electorateAt(this.#policy, this.#state.get, this.#layout);
      this.#collators = collatorsAt(this.#policy, this.#state.get, this.#layout);
      this.#sums = createVoteSums(this.#collators);
      this.#electorate = electorate;
      this.#board.holds('electorate', electorsText(electorate, this.#collators));
    } catch (error) {
      this.#board.fails('electorate', sentence(error));
    }
  }

  #takeVote(vote: Line<'vote'>): Promise<unknown> | null {
    this.#openState();
    this.votes += 1;
    this.#onVote(vote);
    const policy = this.#policy;
    const round = this.#round;
    const problem = this.#voteProblem(vote);
    if (problem !== null) this.#board.fails('votes', `vote of ${vote.account}: ${problem}`);
    this.#lastAccount = vote.account;
    if (!policy || !round) return null;
    this.#readPower(vote, policy);
    const text = voteText({ ...vote, ...this.#place(policy, round) });
    // Without a state nothing can hold, and nothing is kept.
    const claim = this.#state ? this.#proxies.claim : () => undefined;
    const texts = textsOf(vote.account, vote, text, policy, claim);
    if (typeof texts === 'string') {
      this.#board.fails('votes', `vote of ${vote.account}: ${texts}`);
      return null;
    }
    this.#signed += texts.length;
    let pause: Promise<unknown> | null = null;
    for (const signed of texts) pause = this.#signatures.add(signed) ?? pause;
    return pause;
  }

  #voteProblem({ account, proposal, admittedAt }: Line<'vote'>): string | null {
    if (account <= this.#lastAccount)
      return account === this.#lastAccount
        ? 'it is not the only one'
        : 'it does not come after the one before it';
    const proposed = this.#proposals.get(proposal);
    if (!proposed) return `no proposal of the round has the hash ${proposal}`;
    const round = this.#round;
    if (!round || !this.#policy) return null;
    const excluded = exclusionOf(this.#policy, account);
    if (excluded !== null) return `the policy gives this account no vote (${excluded})`;
    if (collatorsAlone(this.#policy) && this.#collators?.members.has(account) === false)
      return 'collators alone decide, and this account is none of them';
    if (admittedAt < proposed.admittedAt) return 'it is older than its proposal';
    if (admittedAt >= round.clock.closesAt || admittedAt > round.decidedAt)
      return `it came in at ${admittedAt}, after the end`;
    return null;
  }

  #readPower({ account, proposal, choice, power }: Line<'vote'>, policy: Policy): void {
    const state = this.#state;
    if (!state || !this.#layout) return;
    try {
      const found = collatorsAlone(policy) ? 0n : powerAt(policy, account, state.get, this.#layout);
      if (found.toString() !== power)
        this.#board.fails('powers', `${account} has power ${found}, not ${power}`);
      else if (found === 0n && !this.#collators?.members.has(account))
        this.#board.fails('powers', `${account} has no power`);
      if (this.#proposals.has(proposal)) this.#sums.add({ account, proposal, choice, power: found });
    } catch (error) {
      this.#board.fails('powers', `${account}: ${sentence(error)}`);
    }
  }
}

function electorsText(electorate: Planck, collators: CollatorBody | null): string {
  if (collators === null) return electorate.toString();
  const { members, rule } = collators;
  const voices = `${members.size} collators by ${rule.sets.join(', ')}, of whom ${rule.threshold} decide`;
  return rule.decide === 'alone' ? `${voices} alone` : `${electorate}; besides, ${voices}`;
}

function tooMuch(what: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', `The bundle has more ${what}.`);
}

function sentence(error: unknown): string {
  if (error instanceof RescueError || error instanceof ProofError) return messageOf(error);
  throw error;
}
