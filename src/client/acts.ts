import { hashCode } from '../code/inspect.ts';
import { RescueError } from '../domain/errors.ts';
import { type Policy, policyHash } from '../domain/policy/policy.ts';
import type { CountedRelease, Release, ReleaseStance } from '../domain/round/release.ts';
import type { Choice, CountedVote, OptIn, OptInMeant, Proposal } from '../domain/round/round.ts';
import type { ParaId, RelayBlock } from '../domain/units.ts';
import { proposalHash } from '../voting/ballots/proposal-hash.ts';
import type { TextSigner } from '../voting/ballots/text-signer.ts';
import { optInText, proposalText, releaseText, voteText } from '../voting/ballots/texts.ts';
import type { ServiceClient } from './service-client.ts';

/** What people do at a service with a key of their own: each act is a text that they sign. Errors are those of the client. */

/** The registrar manager opts the para in with `policy`. */
export async function optInWith(
  client: ServiceClient,
  policy: Policy,
  manager: TextSigner,
  sequence = 1,
  meant: OptInMeant = { whileStopped: false },
): Promise<OptIn> {
  const act = {
    paraId: policy.para,
    action: 'opt-in',
    relayGenesis: (await client.status()).relayGenesis,
    policy: policyHash(policy),
    sequence,
    account: manager.account,
  } as const;
  const signed = { ...act, signature: manager.sign(optInText(act)), scheme: manager.scheme };
  return client.optIn(signed, policy, meant);
}

/** Proposes a runtime for the round that is open. @throws RESCUE_STATE_REFUSES while no anchor is frozen */
export async function proposeCode(
  client: ServiceClient,
  paraId: ParaId,
  proposer: TextSigner,
  code: Uint8Array,
  text: string,
): Promise<Proposal> {
  const { anchor, round, roundId } = await client.para(paraId);
  if (!anchor || roundId === null) throw new RescueError('RESCUE_STATE_REFUSES', 'No anchor is frozen yet.');
  const statement = {
    relayGenesis: (await client.status()).relayGenesis,
    paraId,
    anchor: anchor.head.hash,
    round,
    roundId,
    codeHash: hashCode(code),
    text,
    proposer: proposer.account,
  };
  const hash = proposalHash(statement);
  return client.propose({
    paraId,
    roundId,
    code,
    codeHash: statement.codeHash,
    text,
    proposer: proposer.account,
    signature: proposer.sign(proposalText({ ...statement, hash })),
    scheme: proposer.scheme,
  });
}

/** Votes on a proposal; a higher `sequence` replaces an earlier vote of the same account. */
export async function castVote(
  client: ServiceClient,
  proposal: Proposal,
  voter: TextSigner,
  choice: Choice,
  sequence = 1,
): Promise<CountedVote> {
  const ballot = {
    relayGenesis: proposal.relayGenesis,
    paraId: proposal.paraId,
    anchor: proposal.anchor,
    round: proposal.round,
    roundId: proposal.roundId,
    proposal: proposal.hash,
    choice,
    account: voter.account,
    sequence,
  };
  return client.vote({ ...ballot, signature: voter.sign(voteText(ballot)), scheme: voter.scheme });
}

/**
 * Releases the approved decision that the service shows, or takes that back; what is so already is given back as it is. Whoever signs
 * with it trusts the service to show the decision that holders made. @throws RESCUE_STATE_REFUSES when nobody is asked
 */
export async function releaseDecision(
  client: ServiceClient,
  paraId: ParaId,
  person: TextSigner,
  terms: { readonly expires: RelayBlock; readonly stance?: ReleaseStance },
): Promise<CountedRelease> {
  const { expires, stance = 'release' } = terms;
  const view = await client.releases(paraId);
  if (view === null) throw new RescueError('RESCUE_STATE_REFUSES', 'Nothing waits to be released.');
  const known = view.statements.find(({ account }) => account === person.account);
  if (known?.stance === stance && known.expires === expires) return known;
  const sequence = (known?.sequence ?? 0) + 1;
  const release: Release = { ...view.decision, stance, expires, account: person.account, sequence };
  return client.release({ ...release, signature: person.sign(releaseText(release)), scheme: person.scheme });
}
