import type { Holder } from '../../devnet/keys.ts';
import type { Network } from '../../devnet/network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createParaReader } from '../../src/chain/para/para-reader.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { hashCode } from '../../src/code/inspect.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { CountedVote, Proposal } from '../../src/domain/round/round.ts';
import { openingBlock, roundId } from '../../src/domain/round/round-id.ts';
import { openClock } from '../../src/domain/round/tally.ts';
import type { Hex } from '../../src/domain/units.ts';
import { blake2b256 } from '../../src/proof/index.ts';
import { proveAnchorHead } from '../../src/voting/anchor-proof.ts';
import { proposalHash } from '../../src/voting/ballots/proposal-hash.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { proposalText, voteText } from '../../src/voting/ballots/texts.ts';
import { writeEvidence } from '../../src/voting/evidence/writer.ts';
import { collectElectorate, collectPower } from '../../src/voting/power/proven-power.ts';

/**
 * The evidence bundle of a vote in which every holder says aye to `code`, on the para's last head, without a service:
 * anchor, powers and proofs come from the nodes of the network.
 */
export async function heldVote(network: Network, policy: Policy, code: Uint8Array): Promise<string> {
  await signaturesReady();
  const endpoints = new Endpoints({ urls: [network.relay.url] });
  const para = createParaReader({ urls: [network.para.url] });
  try {
    const relay = createRelayReader({ endpoints });
    const { paras } = await relay.observe([policy.para]);
    const [observation] = paras;
    const { currentCodeHash, mostRecentContext } = observation ?? {};
    if (!observation || !currentCodeHash || !mostRecentContext) throw new Error('the para has no head');
    const head = await relay.proveHead(policy.para, observation.relay);
    const proven = proveAnchorHead(policy.para, observation.relay, head);
    const { hash: anchor, stateRoot } = proven.head;
    const fetch = (keys: readonly Uint8Array[]) => para.prove(proven.head, keys);
    const electorate = await collectElectorate(policy, stateRoot, fetch);
    const nodes = new Map<Hex, Uint8Array>();
    const now = observation.relay.number;
    const opening = openingBlock({ mostRecentContext }, policy.stall, null);
    const relayGenesis = policy.relayGenesis as Hex;
    const parts = {
      relayGenesis,
      paraId: policy.para,
      policy: policyHash(policy),
      anchor,
      opening,
      counter: 1,
    };
    const id = roundId(parts);
    const proposal = proposalOf(policy, anchor, id, code, network.holders[0], now);
    const votes: CountedVote[] = [];
    for (const holder of network.holders) {
      const power = await collectPower(policy, holder.account, stateRoot, fetch);
      for (const node of power.nodes) nodes.set(toHex(blake2b256(node)), node);
      votes.push(voteOf(policy, proposal, holder, power.power, now));
    }
    const { specName, specVersion } = await para.runtimeVersion(proven.head);
    let bundle = '';
    const lines = writeEvidence({
      policy,
      optIn: null,
      anchor: {
        relay: proven.relay,
        head: proven.head,
        mostRecentContext,
        codeHash: currentCodeHash,
        runtime: { specName, specVersion },
      },
      evidence: { ...proven.evidence, electorateProof: electorate.nodes.map(toHex) },
      finality: null,
      round: 1,
      named: { id, opening },
      clock: { ...openClock(now, policy.voting), quorateSince: now },
      decidedAt: now + policy.voting.longestBlocks,
      proposals: [proposal],
      votes,
      nodeOf: async (hash) => nodes.get(toHex(hash)) ?? null,
    });
    for await (const line of lines) bundle += line;
    return bundle;
  } finally {
    await Promise.all([endpoints.close(), para.close()]);
  }
}

function proposalOf(
  policy: Policy,
  anchor: Hex,
  id: Hex,
  code: Uint8Array,
  proposer: Holder | undefined,
  admittedAt: number,
): Proposal {
  if (!proposer) throw new Error('the network has no holders');
  const content = {
    relayGenesis: policy.relayGenesis as Hex,
    paraId: policy.para,
    anchor,
    round: 1,
    roundId: id,
    codeHash: hashCode(code),
    text: 'Goes on with the bad value.',
    proposer: proposer.account,
  };
  const runtime = { specName: 'pararescue-devnet-para', specVersion: 3 };
  const hash = proposalHash(content);
  const signature = signerFromUri(proposer.uri).sign(proposalText({ ...content, hash }));
  return { ...content, hash, signature, scheme: 'sr25519', codeSize: code.length, runtime, admittedAt };
}

function voteOf(policy: Policy, proposal: Proposal, holder: Holder, power: bigint, at: number): CountedVote {
  const signer = signerFromUri(holder.uri);
  const ballot = {
    relayGenesis: policy.relayGenesis as Hex,
    paraId: policy.para,
    anchor: proposal.anchor,
    round: 1,
    roundId: proposal.roundId,
    proposal: proposal.hash,
    choice: 'aye',
    account: holder.account,
    sequence: 1,
  } as const;
  return {
    ...ballot,
    signature: signer.sign(voteText(ballot)),
    scheme: signer.scheme,
    power,
    admittedAt: at,
  };
}
