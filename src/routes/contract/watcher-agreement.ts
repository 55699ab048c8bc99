import type { Address, ContractDecision, RescueContract } from '../../domain/contract/rescue-contract.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import { policyHash } from '../../domain/policy/policy.ts';
import type { Peer } from '../../domain/ports/peer.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { DecidedRound } from '../../domain/round/decided.ts';
import type { ProxyType } from '../../domain/round/round.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import { layoutOf } from '../../voting/anchor-proof.ts';
import type { RecountTrust } from '../../voting/evidence/approved-code.ts';
import { layoutHash } from '../../voting/evidence/chain.ts';
import { type EvidenceSources, roundEvidence } from '../../voting/evidence/round-evidence.ts';
import type { OpenRound } from '../../voting/open-round.ts';
import { type CommonPart, decisionOf, isSameEnd } from './decision.ts';
import type { ReadView } from './plan.ts';
import { type Finding, recount } from './recount.ts';
import type { NamedRound } from './rescue.ts';
import type { WatchedContract } from './watched-contract.ts';

export interface AgreementContext extends EvidenceSources {
  readonly peers: readonly Peer[];
  readonly relay: Pick<RelayReader, 'isFinalized'>;
  readonly tell: TellOfPara;
}

/** What another watcher can make this one do: one look at the bundles of all peers in so many relay blocks. */
const ASK_AGAIN: RelayBlock = 10;
/** Relay blocks for which a watcher stays with a decision that gets no further, while it could support another one. */
const STAY: RelayBlock = 10;

/** What an agreement needs of a watched contract. */
interface AgreementContract extends Pick<WatchedContract, 'self'> {
  readonly contract: Pick<RescueContract, 'address' | 'decision' | 'idOf'>;
}

interface Candidate {
  readonly decision: ContractDecision;
  /** Whether it leaves out no vote of this watcher. */
  readonly complete: boolean;
}

interface Choice {
  readonly decision: ContractDecision;
  readonly id: Hex;
}

/**
 * Finds the decision that this watcher supports. Watchers count alone, and their bundles differ in small things, such as
 * the relay block of the anchor; so one that finds another's decision on chain fetches that bundle, recomputes it, and
 * supports it instead of its own if it comes to the same end and leaves out no vote that this watcher has.
 * 1. Of several such decisions it takes the one with the lowest id: watchers that attested at the same time come together.
 * 2. When that leads nowhere, each of two may have a vote that the other one lacks. What was decided is the same, so the
 *    lowest id is taken whether or not a vote is missing.
 * 3. When that leads nowhere either, because others cannot check this one (its service is out of their reach), it yields
 *    to one of theirs that it could check, and does not come back.
 * A decision that had enough support and lost it is one like the others: a watcher that withdraws, and gives its bundle to
 * nobody, must not keep the others from coming together on another one.
 */
export class WatcherAgreement {
  readonly #context: AgreementContext;
  readonly #findings = new Map<Hex, Finding | null>();
  /** Relay block at which the peers were last asked because of what this watcher attested. */
  readonly #asked = new Map<Address, RelayBlock>();
  /** Peers whose evidence held are asked first: others may only cost time. */
  readonly #helpful = new Set<Peer>();
  readonly #left = new Set<Hex>();
  #held: { readonly id: Hex; readonly since: RelayBlock } | null = null;
  #own: Finding | null = null;

  constructor(context: AgreementContext) {
    this.#context = context;
  }

  /**
   * @throws RESCUE_INTERNAL when this watcher's own evidence does not show its decision
   */
  async choose(
    watched: AgreementContract,
    input: NamedRound,
    openRound: OpenRound,
    {
      contract: { state },
      observation,
    }: Pick<ReadView, 'observation'> & {
      readonly contract: Pick<ReadView['contract'], 'state'>;
    },
    common: CommonPart,
  ): Promise<Choice> {
    const now = observation.relay.number;
    const own = decisionOf((await this.#ownFinding(input)).vote, common);
    const ownId = await watched.contract.idOf(own);
    const held = state.watchers.find(({ address }) => address === watched.self)?.supports ?? null;
    const support = new Map<Hex, number>();
    const candidates = new Map<Hex, Candidate>();
    for (const { address, supports: id } of state.watchers) {
      if (id === null) continue;
      support.set(id, (support.get(id) ?? 0) + 1);
      if (candidates.has(id)) continue;
      const candidate =
        id === ownId
          ? { decision: own, complete: true }
          : await this.#candidate(watched, input, openRound, common, { id, address, now });
      if (candidate) candidates.set(id, candidate);
    }
    const id = this.#pick(candidates, held, support, now) ?? ownId;
    return { decision: candidates.get(id)?.decision ?? own, id };
  }

  /** Undefined when there is none but its own. */
  #pick(
    candidates: ReadonlyMap<Hex, Candidate>,
    held: Hex | null,
    support: ReadonlyMap<Hex, number>,
    now: RelayBlock,
  ): Hex | undefined {
    if (held !== null && this.#held?.id !== held) this.#held = { id: held, since: now };
    const stayed = held === null || !this.#held ? 0 : now - this.#held.since;
    const known = [...candidates].filter(([, { complete }]) => complete || stayed >= STAY).map(([id]) => id);
    const fresh = known.filter((id) => !this.#left.has(id));
    const ids = (fresh.length > 0 ? fresh : known).sort();
    if (held === null || !ids.includes(held) || stayed < 2 * STAY) return ids[0];
    const strength = (id: Hex) => support.get(id) ?? 0;
    const other = ids.find((id) => id !== held && strength(id) >= strength(held));
    if (other !== undefined) this.#left.add(held);
    return other ?? ids[0];
  }

  /** The decision with this id, when this watcher can support it. */
  async #candidate(
    watched: AgreementContract,
    input: NamedRound,
    openRound: OpenRound,
    common: CommonPart,
    { id, address, now }: { readonly id: Hex; readonly address: Address; readonly now: RelayBlock },
  ): Promise<Candidate | null> {
    const seen = await watched.contract.decision(id);
    if (!seen || seen.forbidden || !isSameEnd(expectedEnd(input, common), seen.decision)) return null;
    // Checked before it was attested with this key; its bundle may be out of reach after a restart.
    if (address === watched.self) return { decision: seen.decision, complete: true };
    const finding = await this.#fetch(input, openRound, seen.decision.evidenceHash, address, now);
    if (!finding) return null;
    const decision = decisionOf(finding.vote, common);
    if ((await watched.contract.idOf(decision)) !== id) return null;
    return { decision, complete: finding.missing === null };
  }

  async #ownFinding(input: DecidedRound): Promise<Finding> {
    if (this.#own) return this.#own;
    const { paraId, anchor, round, roundId, policy } = input;
    const records = await this.#context.ledger.rounds(paraId);
    const record = records.find((entry) => entry.roundId === roundId);
    if (!record) {
      throw new RescueError(
        'RESCUE_STORE_CORRUPT',
        `The record of round ${round} on ${anchor.head.hash} is missing.`,
      );
    }
    const { layout, proxyTypes } = await this.#ownReading(input);
    const own = input.anchor.relay.hash;
    const isFinal: RecountTrust['isFinal'] = async ({ hash }) => hash === own;
    const trust = { layout, proxyTypes, isFinal };
    const finding = await recount(input, await roundEvidence(this.#context, record), trust, null);
    if ('problem' in finding) {
      throw new RescueError(
        'RESCUE_INTERNAL',
        `This service's own evidence of round ${round} under policy ${policyHash(policy)} does not hold: ${finding.problem}.`,
      );
    }
    this.#own = finding;
    return finding;
  }

  /** What the bundle with this hash shows; null when no peer gives it out, or it cannot be supported. */
  async #fetch(
    input: DecidedRound,
    openRound: OpenRound,
    evidenceHash: Hex,
    by: Address,
    now: RelayBlock,
  ): Promise<Finding | null> {
    const known = this.#findings.get(evidenceHash);
    if (known !== undefined) return known;
    if (now < (this.#asked.get(by) ?? -ASK_AGAIN) + ASK_AGAIN) return null;
    this.#asked.set(by, now);
    const { peers } = this.#context;
    for (const peer of [...this.#helpful, ...peers.filter((one) => !this.#helpful.has(one))]) {
      let unanswered: unknown;
      const isFinal: RecountTrust['isFinal'] = (block) =>
        this.#context.relay.isFinalized(block).catch((error: unknown) => {
          unanswered = error;
          throw error;
        });
      try {
        const trust = {
          layout: layoutHash(openRound.layout),
          proxyTypes: typesByName(openRound.proxyTypes),
          isFinal,
        };
        const finding = await recount(input, await peer.evidence(input.paraId), trust, openRound);
        if ('problem' in finding) {
          this.#note(peer, finding.evidenceHash, null, finding.problem);
          continue;
        }
        this.#helpful.add(peer);
        this.#note(peer, finding.vote.evidenceHash, finding, finding.missing);
        if (finding.vote.evidenceHash === evidenceHash) break;
      } catch (error) {
        // What this watcher's own node does not say is no fault of the peer, whose bundle is asked for again.
        if (error === unanswered) {
          this.#asked.delete(by);
          throw error;
        }
        const reason = messageOf(error);
        this.#context.tell('peer-trouble', { trouble: 'no-evidence', peer: peer.name, reason });
      }
    }
    return this.#findings.get(evidenceHash) ?? null;
  }

  /** How this watcher itself reads balances and proxies: a bundle may name its own layout, and so its own powers. */
  async #ownReading({
    paraId,
    anchor,
  }: DecidedRound): Promise<Required<Pick<RecountTrust, 'layout' | 'proxyTypes'>>> {
    const stored = await this.#context.ledger.anchor(paraId, anchor.head.hash, anchor.relay.number);
    if (stored) {
      const { evidence } = stored;
      return { layout: layoutHash(layoutOf(evidence)), proxyTypes: typesByName(evidence.proxyTypes ?? []) };
    }
    throw new RescueError('RESCUE_STORE_CORRUPT', `The evidence of anchor ${anchor.head.hash} is missing.`);
  }

  #note(peer: Peer, evidenceHash: Hex, finding: Finding | null, reason: string | null): void {
    if (this.#findings.get(evidenceHash) !== undefined) return;
    this.#findings.set(evidenceHash, finding);
    const supported = finding !== null;
    this.#context.tell('evidence-checked', { evidenceHash, peer: peer.name, supported, reason });
  }
}

function expectedEnd({ anchor, roundId, approved }: NamedRound, common: CommonPart) {
  return { ...common, anchorHead: anchor.head.hash, roundId, codeHash: approved.codeHash };
}

function typesByName(types: readonly ProxyType[]): Readonly<Record<string, number>> {
  return Object.fromEntries(types.map(({ name, index }) => [name, index]));
}
