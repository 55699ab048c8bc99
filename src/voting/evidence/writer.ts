import { fromHex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { collatorsAlone } from '../../domain/policy/collator-rules.ts';
import { type Policy, policyHash } from '../../domain/policy/policy.ts';
import { type CountedEndorsement, isEndorsed } from '../../domain/round/endorsement.ts';
import {
  type ActSignature,
  type Anchor,
  type AnchorEvidence,
  type CountedVote,
  type ManagerOptIn,
  type Proposal,
  type ProxyType,
  signatureOf,
} from '../../domain/round/round.ts';
import type { RoundId } from '../../domain/round/round-id.ts';
import { createVoteSums, decideRound, type RoundClock } from '../../domain/round/tally.ts';
import type { AccountHex, Hex, RelayBlock } from '../../domain/units.ts';
import { type ArchivedNodes, proofFromArchive, readArchived } from '../../proof/archived-proof.ts';
import { type AuthoritySet, decodeAuthorities } from '../../proof/grandpa-codec.ts';
import { blake2b256 } from '../../proof/hash.ts';
import { parasContextKey, parasHeadsKey, verifyElectors } from '../anchor-proof.ts';
import { signersOf } from '../ballots/signers.ts';
import { electorateKeys, powerKeys, type StorageLookup } from '../power/account-power.ts';
import { type PowerLayout, STANDARD_LAYOUT } from '../power/layout/power-layout.ts';
import { rateOf } from '../power/rated.ts';
import { proxiesKey } from '../proxies/proven-proxies.ts';
import { layoutHash } from './chain.ts';
import { EARLIER_VERSION, EVIDENCE_VERSION, encodeLine, type Line, PLAIN_VERSION } from './format.ts';
import { countedTypes } from './proxies.ts';
import { tallyLine } from './tally.ts';

/** That the anchor's relay block is final. */
export interface FinalityEvidence {
  /** An answer of `grandpa_proveFinality` for the block, or a justification of the block itself. */
  readonly form: 'finality-proof' | 'justification';
  readonly proof: Uint8Array;
  /** The voters at that block. */
  readonly set: AuthoritySet;
}

/** The finality proof that was recorded with an anchor. @throws ProofError for voters that are no list */
export function finalityOf({ finality }: AnchorEvidence): FinalityEvidence | null {
  if (!finality) return null;
  const authorities = decodeAuthorities(fromHex(finality.authorities));
  const set = { setId: BigInt(finality.setId), authorities };
  return { form: 'finality-proof', proof: fromHex(finality.proof), set };
}

/** The round's id stands in the bundle once. */
type Unnamed<Act> = Act extends unknown ? Omit<Act, 'roundId'> : never;

/** Everything that one round is recomputed from. */
export interface EvidenceInput {
  readonly policy: Policy;
  /** Only what the manager signed can be shown to others. */
  readonly optIn: ManagerOptIn | null;
  readonly anchor: Anchor;
  readonly evidence: AnchorEvidence;
  /** The standard one when left out. */
  readonly layout?: PowerLayout;
  /** Of the para at the anchor. */
  readonly proxyTypes?: readonly ProxyType[];
  readonly finality: FinalityEvidence | null;
  /** Number of the round within its opening. */
  readonly round: number;
  /** Null for a round that was decided before rounds had ids: its bundle is of the version of then. */
  readonly named: { readonly id: RoundId; readonly opening: RelayBlock } | null;
  readonly clock: RoundClock;
  /** Relay block at which the decision fell, or the last one seen while the round is open. */
  readonly decidedAt: RelayBlock;
  readonly proposals: readonly Unnamed<Proposal>[];
  readonly endorsements?: readonly Unnamed<CountedEndorsement>[];
  /** One an account. */
  readonly votes: readonly Unnamed<CountedVote>[];
  /**
   * A trie node or hashed value of the para's state by its hash, such as `CensusStore.node`: it has those of every vote
   * that was counted.
   */
  readonly nodeOf: ArchivedNodes;
}

/**
 * The bundle, line by line: the same input gives the same bytes. Nodes that prove nothing are left out. It states what
 * the votes add up to by itself; it does not check signatures, which were checked at admission.
 * @throws RESCUE_PROOF_INVALID when the anchor's evidence does not hold or the nodes of a vote are missing; nothing was
 * given out then
 */
export async function* writeEvidence(input: EvidenceInput): AsyncGenerator<string> {
  const { policy, optIn, anchor, evidence, finality, round, named, clock, decidedAt } = input;
  const { electorate, collators } = verifyElectors(policy.para, anchor, evidence, policy, input.layout);
  const proposals = input.proposals.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const votes = input.votes.toSorted((a, b) => (a.account < b.account ? -1 : 1));
  const proxied = proxiedAccounts(input);
  const nodes = await collectNodes(input, votes, proxied);
  const relayNodes = await headProof(policy.para, anchor, evidence, named !== null);

  yield encodeLine({ kind: 'pararescue-evidence', version: versionOf(input) });
  yield encodeLine({ kind: 'policy', hash: policyHash(policy), policy });
  if (optIn?.action === 'opt-in') {
    // When it was recorded is this service's word, and not part of what was signed.
    const { whileStopped: _, ...signed } = optIn;
    yield encodeLine({ kind: 'opt-in', ...signed, action: optIn.action });
  }
  yield encodeLine({
    kind: 'anchor',
    anchor: {
      relay: anchor.relay,
      head: anchor.head,
      mostRecentContext: anchor.mostRecentContext,
      codeHash: anchor.codeHash,
      runtime: anchor.runtime,
    },
    relayHeader: evidence.relayHeader,
    headProof: relayNodes.map(toHex),
    paraHeader: evidence.paraHeader,
  });
  const { layout = STANDARD_LAYOUT } = input;
  if (layoutHash(layout) !== layoutHash(STANDARD_LAYOUT)) yield encodeLine({ kind: 'layout', layout });
  if (proxied.size > 0) {
    const types = countedTypes(input.proxyTypes ?? [], policy);
    yield encodeLine({ kind: 'proxies', types: types.map(({ index, name }) => ({ index, name })) });
  }
  if (finality) yield encodeLine(finalityLine(finality));
  yield encodeLine({ kind: 'round', ...named, round, clock, decidedAt });
  for (const proposal of proposals) yield encodeLine(proposalLine(proposal));
  const statements = endorsementLines(input.endorsements ?? [], proposals);
  for (const line of statements) yield encodeLine(line);
  for (const bytes of nodes) yield encodeLine({ kind: 'node', bytes });

  const sums = createVoteSums(collators);
  for (const vote of votes) {
    const { account, proposal, choice, sequence, power, admittedAt } = vote;
    sums.add(vote);
    const cast = { account, proposal, choice, sequence, ...signatureOf(vote), admittedAt };
    yield encodeLine({ kind: 'vote', ...cast, power: power.toString() });
  }
  const tallies = proposals.map(({ hash }) => sums.tally(hash, electorate, policy.voting));
  const candidates = tallies.map((tally, index) => ({
    ...tally,
    admittedAt: proposals[index]?.admittedAt ?? 0,
    endorsed: isEndorsed(tally.proposal, statements, policy.endorsement),
  }));
  const decision = decideRound(candidates, clock, decidedAt, policy.voting, policy.endorsement);
  yield encodeLine({
    kind: 'result',
    electorate: electorate.toString(),
    votes: votes.length,
    tallies: tallies.map(tallyLine),
    decision: decision.kind === 'approved' ? approval(decision.proposal, proposals) : { kind: decision.kind },
  });
}

/** The lowest version that holds everything: whoever has an earlier program reads what says nothing new, and all services write the same. */
function versionOf({
  named,
  policy,
  votes,
  proposals,
  endorsements = [],
}: EvidenceInput): typeof EARLIER_VERSION | typeof PLAIN_VERSION | typeof EVIDENCE_VERSION {
  if (named === null) return EARLIER_VERSION;
  const isJoint = (act: ActSignature) => 'signatures' in act;
  const { signers, collators, power } = policy;
  const isCountedAsBefore =
    collators === undefined &&
    power.every((source) => rateOf(source) === undefined && source.adapter !== 'nomination-pools');
  const isPlain =
    signers === undefined && isCountedAsBefore && ![...votes, ...proposals, ...endorsements].some(isJoint);
  return isPlain ? PLAIN_VERSION : EVIDENCE_VERSION;
}

/** Accounts for which others signed: their proxies are proven. */
function proxiedAccounts({ votes, proposals, endorsements = [] }: EvidenceInput): Set<AccountHex> {
  const acts = [
    ...votes,
    ...endorsements,
    ...proposals.map((proposal) => ({ account: proposal.proposer, ...signatureOf(proposal) })),
  ];
  const isForOther = (act: { readonly account: AccountHex } & ActSignature) =>
    'signatures' in act && signersOf(act.account, act, 'RESCUE_PROOF_INVALID').signer !== act.account;
  return new Set(acts.filter(isForOther).map(({ account }) => account));
}

function proposalLine(proposal: Unnamed<Proposal>): Line<'proposal'> {
  const { hash, codeHash, codeSize, runtime, text, proposer, admittedAt } = proposal;
  const said = { hash, codeHash, codeSize, runtime, text, proposer, admittedAt };
  return { kind: 'proposal', ...said, ...signatureOf(proposal) };
}

function approval(proposal: Hex, proposals: readonly Unnamed<Proposal>[]): Line<'result'>['decision'] {
  const found = proposals.find(({ hash }) => hash === proposal);
  if (!found) throw new RescueError('RESCUE_INTERNAL', `The approved proposal ${proposal} is unknown.`);
  return { kind: 'approved', proposal, codeHash: found.codeHash };
}

/** Of each member's statements on a proposal the latest. */
function endorsementLines(
  all: readonly Unnamed<CountedEndorsement>[],
  proposals: readonly Unnamed<Proposal>[],
): Line<'endorsement'>[] {
  const latest = new Map<string, Unnamed<CountedEndorsement>>();
  for (const statement of all) {
    const name = `${statement.account} ${statement.proposal}`;
    const known = proposals.some(({ hash }) => hash === statement.proposal);
    if (known && statement.sequence > (latest.get(name)?.sequence ?? -1)) latest.set(name, statement);
  }
  const sorted = [...latest].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, statement]) => {
    const { account, proposal, stance, sequence, admittedAt } = statement;
    const said = { account, proposal, stance, sequence, admittedAt };
    return { kind: 'endorsement', ...said, ...signatureOf(statement) } as const;
  });
}

function finalityLine({ form, proof, set }: FinalityEvidence): Line<'finality'> {
  const authorities = set.authorities.map(({ id, weight }) => ({ id: toHex(id), weight: weight.toString() }));
  return { kind: 'finality', form, proof: toHex(proof), setId: set.setId.toString(), authorities };
}

/** Of the head, and of its context where the anchor has the nodes for it. */
async function headProof(
  para: number,
  anchor: Anchor,
  evidence: AnchorEvidence,
  withContext: boolean,
): Promise<Uint8Array[]> {
  const known = byHash(evidence.headProof.map(fromHex));
  const nodeOf: ArchivedNodes = async (hash) => known.get(toHex(hash)) ?? null;
  const prove = (...keys: readonly Uint8Array[]) =>
    proofFromArchive(fromHex(anchor.relay.stateRoot), keys, nodeOf);
  const both = withContext ? await prove(parasHeadsKey(para), parasContextKey(para)) : null;
  return both ?? (await prove(parasHeadsKey(para))) ?? [];
}

/** Pointers in storage lead one step on; more rounds would be a defect. */
const MOST_ROUNDS = 4;

/** The nodes of the electorate, of all votes and of all proxies that signed, each once, as sorted hex. */
async function collectNodes(
  { policy, anchor, evidence, layout, nodeOf }: EvidenceInput,
  votes: readonly Pick<CountedVote, 'account'>[],
  proxied: ReadonlySet<AccountHex>,
): Promise<Hex[]> {
  const stateRoot = fromHex(anchor.head.stateRoot);
  const used = new Map<string, Uint8Array>();
  const electorate = byHash(evidence.electorateProof.map(fromHex));
  const either: ArchivedNodes = async (hash) => electorate.get(toHex(hash)) ?? nodeOf(hash);

  /** Reads all keys, also those that only the values of others tell. */
  const read = async (
    what: string,
    keysOf: (known: StorageLookup) => readonly Uint8Array[],
  ): Promise<void> => {
    const values = new Map<Hex, Uint8Array | null>();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const keys = keysOf((key) => values.get(toHex(key)) ?? null).filter((key) => !values.has(toHex(key)));
      if (keys.length === 0) return;
      for (const key of keys) {
        const value = await readArchived(stateRoot, key, either, used);
        if (value === undefined) {
          throw new RescueError(
            'RESCUE_PROOF_INVALID',
            `The trie nodes that prove ${what} are not all there, so the bundle cannot be made.`,
          );
        }
        values.set(toHex(key), value);
      }
    }
  };
  await read('the electorate', (known) => electorateKeys(policy, layout, known));
  if (!collatorsAlone(policy))
    for (const { account } of votes)
      await read(`the power of ${account}`, (known) => powerKeys(policy, account, layout, known));
  for (const account of proxied) await read(`the proxies of ${account}`, () => [proxiesKey(account)]);
  return [...used.values()].map(toHex).sort();
}

function byHash(nodes: readonly Uint8Array[]): Map<string, Uint8Array> {
  return new Map(nodes.map((node) => [toHex(blake2b256(node)), node]));
}
