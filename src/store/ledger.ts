import { blake2b256 } from '../bytes/blake2.ts';
import { concatBytes, equalBytes } from '../bytes/bytes.ts';
import { fromHex, toHex } from '../bytes/hex.ts';
import { RescueError } from '../domain/errors.ts';
import { type Policy, policyHash } from '../domain/policy/policy.ts';
import type {
  AccountProofNodes,
  EarlierRound,
  Ledger,
  RoundKey,
  TrialToKeep,
} from '../domain/ports/ledger.ts';
import { provenAnchor } from '../domain/records/anchor.ts';
import * as ballots from '../domain/records/ballot.ts';
import { type AcceptedLoss, acceptedLoss } from '../domain/records/loss.ts';
import { optIn as optInRecord } from '../domain/records/opt-in.ts';
import { policy as policyRecord } from '../domain/records/policy.ts';
import { proposal as proposalRecord } from '../domain/records/proposal.ts';
import { countedRelease } from '../domain/records/release.ts';
import { endedRound } from '../domain/records/round.ts';
import { keptTrial } from '../domain/records/trial.ts';
import type { CountedVote, OptIn, Proposal } from '../domain/round/round.ts';
import type { Hex, ParaId } from '../domain/units.ts';
import type { Database } from './database.ts';
import { earlierEndorsement, earlierProposal, earlierRound, earlierVote } from './earlier-records.ts';
import {
  anchorKey,
  anchorsOf,
  codeKey,
  earlierActsOf,
  earlierRoundsOf,
  endorsementKey,
  endorsementsOf,
  lossesOf,
  nodeKey,
  optInKey,
  policyKey,
  proofKey,
  proposalKey,
  proposalsOf,
  releaseKey,
  releasesOf,
  roundKey,
  roundsOf,
  trialKey,
  voteKey,
  votesOf,
} from './keys.ts';
import type { Write } from './level.ts';
import { noteOfOptIn } from './notes.ts';

const HASH_BYTES = 32;
/** Policies that were read last: they are looked at with every block, and the largest take 200 ms to read and hash. */
const KEPT_POLICIES = 32;

/**
 * Opt-ins, policies, anchors, code, proposals, votes and proofs. What is stored under its hash is hashed again
 * before it is written and after it is read, so that damage on disk never becomes part of a decision.
 */
export function createLedger(database: Database): Ledger {
  const policies = new Map<Hex, Policy>();
  const keepPolicy = (hash: Hex, policy: Policy): void => {
    policies.delete(hash);
    policies.set(hash, policy);
    const [oldest] = policies.keys();
    if (policies.size > KEPT_POLICIES && oldest !== undefined) policies.delete(oldest);
  };
  return {
    optIn: (paraId) => database.read(optInKey(paraId), optInRecord),
    putOptIn: (optIn, policy) => database.exclusively(() => putOptIn(database, optIn, policy)),
    policy: async (hash) => {
      const known = policies.get(hash) ?? (await readPolicy(database, hash));
      if (known !== null) keepPolicy(hash, known);
      return known;
    },
    anchor: (paraId, head, relayBlock) => database.read(anchorKey(paraId, head, relayBlock), provenAnchor),
    anchors: (paraId, head) => database.readRange(anchorsOf(paraId, head), provenAnchor),
    putAnchor: (paraId, anchor, evidence) =>
      database.exclusively(() =>
        database.write([
          { key: anchorKey(paraId, anchor.head.hash, anchor.relay.number), value: { anchor, evidence } },
        ]),
      ),
    putProposal: (proposal, code, trial = null, proofs = []) =>
      database.exclusively(() => putProposal(database, proposal, code, trial, proofs)),
    trial: (round, proposal) => database.read(trialKey(round, proposal), keptTrial),
    proposals: (round) => database.readRange(proposalsOf(round), proposalRecord),
    code: (codeHash) => readCode(database, codeHash),
    votes: (round) => database.readRange(votesOf(round), ballots.vote),
    putVote: (vote, keys, nodes, others = []) =>
      database.exclusively(() => putVote(database, vote, [{ keys, nodes }, ...others])),
    endorsements: (round) => database.readRange(endorsementsOf(round), ballots.countedEndorsement),
    putEndorsement: (endorsement, proofs = []) =>
      database.exclusively(async () => {
        const { proposal, account, sequence } = endorsement;
        const key = endorsementKey(endorsement, proposal, account);
        const stored = await database.read(key, ballots.countedEndorsement);
        if (stored !== null && stored.sequence >= sequence) {
          throw new RescueError(
            'RESCUE_VOTE_SEQUENCE',
            `a statement of ${account} on this proposal with sequence ${stored.sequence} is already stored`,
          );
        }
        await database.write([
          { key, value: endorsement },
          ...(await proofWrites(database, endorsement, proofs)),
        ]);
      }),
    releases: (round) => database.readRange(releasesOf(round), countedRelease),
    putRelease: (release) =>
      database.exclusively(async () => {
        const { account, sequence } = release;
        const key = releaseKey(release, account);
        const stored = await database.read(key, countedRelease);
        if (stored !== null && stored.sequence >= sequence) {
          throw new RescueError(
            'RESCUE_RELEASE_INVALID',
            `a statement of ${account} on this decision with sequence ${stored.sequence} is already stored`,
          );
        }
        await database.write([{ key, value: release }]);
      }),
    putRound: (record) =>
      database.exclusively(async () => {
        const key = roundKey(record);
        if ((await database.read(key, endedRound)) === null) await database.write([{ key, value: record }]);
      }),
    rounds: (paraId) => database.readRange(roundsOf(paraId), endedRound),
    earlierRound: (paraId) => readEarlierRound(database, paraId),
    proofOf: (paraId, anchor, storageKey) => readProof(database, paraId, anchor, storageKey),
  };
}

/** Its anchor is the first one on the head: that of format 2, which had one a head. */
async function readEarlierRound(database: Database, paraId: ParaId): Promise<EarlierRound | null> {
  const ended = await database.readRange(earlierRoundsOf(paraId), earlierRound);
  const last = ended.toSorted((a, b) => b.decidedAt - a.decidedAt)[0];
  const frozen = last && (await database.readRange(anchorsOf(paraId, last.anchor), provenAnchor, 1))[0];
  if (!last || !frozen) return null;
  return {
    ...last,
    anchoredAt: frozen.anchor.relay.number,
    proposals: await database.readRange(earlierActsOf('earlierProposal', last), earlierProposal),
    endorsements: await database.readRange(earlierActsOf('earlierEndorsement', last), earlierEndorsement),
    votes: await database.readRange(earlierActsOf('earlierVote', last), earlierVote),
  };
}

async function putOptIn(database: Database, optIn: OptIn, policy: Policy | null): Promise<void> {
  const key = optInKey(optIn.paraId);
  const stored = await database.read(key, optInRecord);
  if (stored !== null && stored.sequence >= optIn.sequence) {
    throw new RescueError(
      'RESCUE_OPT_IN_INVALID',
      `para ${optIn.paraId} already has an ${stored.action} with sequence ${stored.sequence}: sign again with a higher one`,
      { details: { paraId: optIn.paraId, sequence: stored.sequence } },
    );
  }
  requireAboveLost(optIn, stored, await database.readRange(lossesOf(optIn.paraId), acceptedLoss));
  const writes: Write[] = [{ key, value: optIn, ...noteOfOptIn(optIn) }];
  if (policy !== null) {
    if (policyHash(policy) !== optIn.policy) {
      throw new RescueError(
        'RESCUE_OPT_IN_INVALID',
        `the opt-in names policy ${optIn.policy}, but the policy that came with it hashes to ${policyHash(policy)}`,
      );
    }
    writes.push({ key: policyKey(optIn.policy), value: policy });
  } else if (optIn.action === 'opt-in') {
    throw new RescueError('RESCUE_OPT_IN_INVALID', 'an opt-in comes with the policy that it names');
  }
  await database.write(writes);
}

/** An opt-in or opt-out that got lost is not undone by one that was signed before it, nor by a contract that knows nothing of it. */
function requireAboveLost(optIn: OptIn, stored: OptIn | null, losses: readonly AcceptedLoss[]): void {
  const lost = losses.flatMap((loss) => loss.optIn ?? []);
  const sequence = Math.max(-1, ...lost.map((act) => act.sequence));
  const { paraId } = optIn;
  if (!('contract' in optIn) && optIn.sequence <= sequence) {
    throw new RescueError(
      'RESCUE_OPT_IN_INVALID',
      `an act of para ${paraId} with sequence ${sequence} was acknowledged and lost: sign again with a higher one`,
      { details: { paraId, sequence } },
    );
  }
  if ('contract' in optIn && stored === null && lost.at(-1)?.leftByManager) {
    throw new RescueError(
      'RESCUE_OPT_IN_INVALID',
      `the registrar manager of para ${paraId} had opted out when its acts were lost: it has to opt in again`,
      { details: { paraId } },
    );
  }
}

async function readPolicy(database: Database, hash: Hex): Promise<Policy | null> {
  const policy = await database.read(policyKey(hash), policyRecord);
  if (policy !== null && policyHash(policy) !== hash) {
    throw database.corrupt(policyKey(hash), `it hashes to ${policyHash(policy)}`);
  }
  return policy;
}

async function putProposal(
  database: Database,
  proposal: Proposal,
  code: Uint8Array,
  kept: TrialToKeep | null,
  proofs: readonly AccountProofNodes[],
): Promise<void> {
  const key = proposalKey(proposal, proposal.hash);
  if ((await database.read(key, proposalRecord)) !== null) return;
  const codeHash = toHex(hashOf(code));
  if (codeHash !== proposal.codeHash) {
    throw new RescueError(
      'RESCUE_CODE_INVALID',
      `the proposal names code ${proposal.codeHash}, but the blob hashes to ${codeHash}`,
    );
  }
  await database.write([
    { key, value: proposal },
    { key: codeKey(codeHash), value: code },
    ...(kept ? await trialWrites(database, proposal, kept) : []),
    ...(await proofWrites(database, proposal, proofs)),
  ]);
}

async function trialWrites(
  database: Database,
  proposal: Proposal,
  { trial, entries, nodes, fresh }: TrialToKeep,
): Promise<Write[]> {
  const keys = fresh.map(({ bytes }) => nodeKey(hashOf(bytes)));
  const known = await database.readManyBytes(keys);
  return [
    { key: trialKey(proposal, proposal.hash), value: { trial, entries, nodes } },
    ...fresh.flatMap(({ bytes }, index): Write[] => {
      const key = keys[index];
      return key === undefined || known[index] !== null ? [] : [{ key, value: bytes }];
    }),
  ];
}

async function readCode(database: Database, codeHash: Hex): Promise<Uint8Array | null> {
  const key = codeKey(codeHash);
  const code = await database.readBytes(key);
  if (code !== null && toHex(hashOf(code)) !== codeHash) {
    throw database.corrupt(key, `it hashes to ${toHex(hashOf(code))}`);
  }
  return code;
}

async function putVote(
  database: Database,
  vote: CountedVote,
  proofs: readonly AccountProofNodes[],
): Promise<void> {
  const round: RoundKey = vote;
  const key = voteKey(round, vote.account);
  const counted = await database.read(key, ballots.vote);
  if (counted !== null && counted.sequence >= vote.sequence) {
    throw new RescueError(
      'RESCUE_VOTE_SEQUENCE',
      `${vote.account} already voted with sequence ${counted.sequence}: a later vote needs a higher one`,
      { details: { account: vote.account, sequence: counted.sequence } },
    );
  }
  await database.write([{ key, value: vote }, ...(await proofWrites(database, vote, proofs))]);
}

/** Each node once, and for each storage key which of them prove it. */
async function proofWrites(
  database: Database,
  { paraId, anchor }: { readonly paraId: ParaId; readonly anchor: Hex },
  proofs: readonly AccountProofNodes[],
): Promise<Write[]> {
  const fresh = new Map<Hex, Uint8Array>();
  const lists = proofs.flatMap(({ keys, nodes }): Write[] => {
    const hashes = nodes.map(hashOf);
    for (const [index, node] of nodes.entries()) {
      const hash = hashes[index];
      if (hash !== undefined) fresh.set(toHex(hash), node);
    }
    const list = concatBytes(...hashes);
    return keys.map((storageKey) => ({ key: proofKey(paraId, anchor, storageKey), value: list }));
  });
  const nodeKeys = [...fresh.keys()].map((hash) => nodeKey(fromHex(hash)));
  const known = await database.readManyBytes(nodeKeys);
  const nodes = [...fresh.values()].flatMap((value, index): Write[] => {
    const key = nodeKeys[index];
    return key === undefined || known[index] !== null ? [] : [{ key, value }];
  });
  return [...lists, ...nodes];
}

async function readProof(
  database: Database,
  paraId: ParaId,
  anchor: Hex,
  storageKey: Hex,
): Promise<readonly Uint8Array[] | null> {
  const key = proofKey(paraId, anchor, storageKey);
  const list = await database.readBytes(key);
  if (list === null) return null;
  if (list.length % HASH_BYTES !== 0)
    throw database.corrupt(key, `${list.length} bytes are not a list of hashes`);
  const keys: Uint8Array[] = [];
  for (let at = 0; at < list.length; at += HASH_BYTES) keys.push(nodeKey(list.subarray(at, at + HASH_BYTES)));
  const nodes = await database.readManyBytes(keys);
  return nodes.map((node, index) => {
    const at = keys[index] ?? key;
    if (node === null) throw database.corrupt(at, 'a proof names this trie node, but it is missing');
    if (!equalBytes(hashOf(node), at.subarray(1))) throw database.corrupt(at, 'its bytes have another hash');
    return node;
  });
}

function hashOf(bytes: Uint8Array): Uint8Array {
  return blake2b256(bytes);
}
