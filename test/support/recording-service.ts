import { setMaxListeners } from 'node:events';
import type { Handover } from '../../src/domain/chain/handover.ts';
import type { HeadPoint } from '../../src/domain/chain/head-progress.ts';
import type { Sight } from '../../src/domain/chain/sight.ts';
import type { FinalityView } from '../../src/domain/chain/trust.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import { countConditions, type FleetRow, isWell } from '../../src/domain/fleet/row.ts';
import { type Incident, type IncidentsPage, summaryOf } from '../../src/domain/incidents/incident.ts';
import type { HashedPolicy, Policy } from '../../src/domain/policy/policy.ts';
import type { CountedEndorsement, SignedEndorsement } from '../../src/domain/round/endorsement.ts';
import type { CountedRelease, SignedRelease } from '../../src/domain/round/release.ts';
import type {
  ContractOptIn,
  CountedVote,
  ManagerOptIn,
  OptInMeant,
  Proposal,
  SignedBallot,
} from '../../src/domain/round/round.ts';
import type { PlannedCode, RescuePlan } from '../../src/domain/route/option.ts';
import type { ProposalTrial } from '../../src/domain/trial/proposal-trial.ts';
import type { AccountHex, Hex, ParaId } from '../../src/domain/units.ts';
import type { ValidationPage } from '../../src/domain/validation/page.ts';
import type { FleetPage, FleetWanted } from '../../src/domain/views/fleet.ts';
import type { ReleaseView } from '../../src/domain/views/release.ts';
import type { ParaStatus, ServiceStatus } from '../../src/domain/views/status.ts';
import type { StoreReport } from '../../src/domain/views/store.ts';
import type {
  AccountProof,
  AccountTrial,
  ProposalHead,
  SubstituteInstruction,
  TallyView,
  VotesPage,
  VotesWanted,
} from '../../src/domain/views/voting.ts';
import type { EvidenceBundle, RescueService } from '../../src/recovery/rescue-service.ts';
import { byAdmission, createVoteOrder, type VoteOrder } from '../../src/voting/vote-order.ts';
import {
  blake,
  bytes,
  hash,
  ROUND,
  sampleAnchor,
  sampleIncident,
  samplePlan,
  samplePolicy,
  sampleProposal,
  sampleTrial,
  sampleVote,
} from '../store/samples.ts';

/** As of a service that follows the relay chain's voters. */
const FINALITY: FinalityView = {
  trust: 'justified',
  actable: true,
  block: 120,
  verified: 120,
  since: 1_700_000_000_000,
  blockTime: 1_700_000_000_000,
  setId: 3n,
  voters: 4,
  checkpoint: { number: 100, hash: hash(0x77), setId: 3n, source: 'endpoints' },
  agreement: null,
  trouble: null,
};

export const CODE = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/**
 * A service at the edge of the doors' tests: remembers what came in, answers with fixed data, and has an event stream
 * that tests push to. It knows para 2000 only. Nothing of the rules is in it.
 */
export class RecordingService implements RescueService {
  /** Of the para, at the registrar. */
  manager: AccountHex = hash(3);
  /** Method and arguments of every call that changes something. */
  readonly calls: [string, ...unknown[]][] = [];
  /** Thrown by the next call, whichever it is. */
  failure: Error | null = null;
  readonly log: ServiceEvent[] = [];
  /** All paras. */
  rows: FleetRow[] = [];
  storedVotes: CountedVote[] = [];
  /** Heads of proposals that came in without their code. */
  readonly announced: ProposalHead[] = [];
  proposed: Proposal[] = [sampleProposal(CODE)];
  anchored = true;
  happened: readonly Incident[] = [sampleIncident()];
  sight: Sight = { block: 120, readAgoMs: 2_000, blockAgeMs: 20_000, limitMs: 60_000, blind: null };
  /** Whether the technical body endorsed the proposal. */
  endorsed = false;
  /** How far the decision is released. */
  released: ReleaseView | null = null;
  /** Streams that are being read now. */
  readers = 0;
  /** Id of the last event that some reader took. */
  taken = 0;
  readonly #wake = new Set<() => void>();
  #order: VoteOrder | null = null;
  #ordered: readonly CountedVote[] = [];

  push(message: string, paraId: ParaId | null = 2000): void {
    const id = this.log.length + 1;
    const event = { type: 'noted', severity: 'info', message, data: {} } as const;
    this.log.push({ id, at: 1_700_000_000_000, paraId, relayBlock: 120, ...event });
    for (const wake of this.#wake) wake();
  }

  status(): ServiceStatus {
    this.#fail();
    return {
      relayGenesis: hash(1),
      relay: { finalized: 120, best: 122 },
      sight: this.sight,
      finality: FINALITY,
      paras: [this.#para()],
    };
  }

  para(paraId: ParaId): ParaStatus {
    this.#known(paraId);
    return this.#para();
  }

  heads(paraId: ParaId): readonly HeadPoint[] {
    this.#known(paraId);
    return [{ relayBlock: 119, at: 1_700_000_000_000, number: 29 }];
  }

  fleet({ after = -1, limit = 1000, troubled = false }: FleetWanted = {}): FleetPage {
    this.#fail();
    const rows = this.rows.filter((row) => row.paraId > after && !(troubled && isWell(row)));
    const page = rows.slice(0, limit);
    const next = page.length < rows.length ? (page.at(-1)?.paraId ?? null) : null;
    const { blind } = this.sight;
    return {
      watches: 'all',
      block: 120,
      trust: 'justified',
      proven: true,
      blind,
      paras: this.rows.length,
      conditions: countConditions(this.rows.map(({ condition }) => condition)),
      troubles: [],
      rows: page,
      next,
    };
  }

  async policy(paraId: ParaId): Promise<Policy | null> {
    this.#known(paraId);
    return samplePolicy();
  }

  async optIn(optIn: ManagerOptIn, offered: HashedPolicy | null): Promise<ManagerOptIn> {
    this.#known(optIn.paraId);
    this.calls.push(['optIn', optIn, offered?.policy ?? null]);
    return optIn;
  }

  async adoptPolicy(paraId: ParaId, { policy }: HashedPolicy, meant?: OptInMeant): Promise<ContractOptIn> {
    this.#known(paraId);
    this.calls.push(['adoptPolicy', paraId, policy, ...(meant?.whileStopped ? [meant] : [])]);
    const contract = { genesis: hash(20), address: bytes(20, 21) };
    return { paraId, action: 'opt-in', relayGenesis: hash(1), policy: hash(12), sequence: 1, contract };
  }

  async announce(head: ProposalHead): Promise<{ hash: Hex; proposal: Proposal | null }> {
    this.#known(head.paraId);
    this.announced.push(head);
    return { hash: hash(8), proposal: null };
  }

  async propose(head: ProposalHead, fetchCode: () => Promise<Uint8Array>): Promise<Proposal> {
    this.#known(head.paraId);
    const code = await fetchCode();
    this.calls.push(['propose', head, code]);
    return sampleProposal(code, { text: head.text, proposer: head.proposer });
  }

  async proposals(paraId: ParaId): Promise<readonly Proposal[]> {
    this.#known(paraId);
    return this.proposed;
  }

  async trial(paraId: ParaId, _proposal: Hex): Promise<ProposalTrial> {
    this.#known(paraId);
    return sampleTrial(CODE);
  }

  async accountTrial(paraId: ParaId, proposal: Hex, account: Hex): Promise<AccountTrial> {
    this.#known(paraId);
    const entry = { key: '0x26aa', before: '0x05', after: '0x0a' } as const;
    return { account, proposal, before: 5n, after: 10n, changes: [entry], unknown: null };
  }

  async code(codeHash: Hex): Promise<Uint8Array> {
    this.#fail();
    if (codeHash === blake(CODE)) return CODE;
    throw new RescueError('RESCUE_NOT_FOUND', `no code ${codeHash}`);
  }

  async vote(ballot: SignedBallot): Promise<CountedVote> {
    this.#known(ballot.paraId);
    this.calls.push(['vote', ballot]);
    return { ...ballot, power: sampleVote().power, admittedAt: 131 };
  }

  async votes(paraId: ParaId, wanted: VotesWanted = {}): Promise<VotesPage> {
    this.#known(paraId);
    if (this.#order === null || this.#ordered !== this.storedVotes) {
      this.#ordered = this.storedVotes;
      this.#order = createVoteOrder();
      for (const vote of this.storedVotes.toSorted(byAdmission)) this.#order.add(vote, undefined);
    }
    return this.#order.page(wanted);
  }

  async tally(paraId: ParaId): Promise<TallyView> {
    this.#known(paraId);
    const sums = { ayes: 2n ** 100n, nays: 1n, abstains: 0n, votes: 2, electorate: 2n ** 101n };
    return {
      paraId,
      anchor: sampleAnchor().anchor.head.hash,
      round: 1,
      roundId: ROUND.roundId,
      electorate: sums.electorate,
      clock: { openedAt: 120, closesAt: 170, quorateSince: null, extended: false },
      tallies: [
        {
          proposal: hash(8),
          ...sums,
          approved: true,
          quorate: false,
          admittedAt: 130,
          endorsed: this.endorsed,
          canPassFrom: this.endorsed ? 132 : 135,
        },
      ],
    };
  }

  async incidents({ paraId = 2000 }: { readonly paraId?: ParaId | undefined } = {}): Promise<IncidentsPage> {
    this.#known(paraId);
    return { incidents: this.happened, next: null };
  }

  async incident(number: number): Promise<Incident> {
    this.#fail();
    const found = this.happened.find((one) => one.number === number);
    if (found) return found;
    throw new RescueError('RESCUE_NOT_FOUND', `There is no incident ${number}.`);
  }

  page = async (paraId: ParaId, _roundId?: Hex): Promise<ValidationPage> => {
    this.#known(paraId);
    throw new RescueError('RESCUE_NOT_FOUND', 'no decision was carried out');
  };

  async accountProof(paraId: ParaId, account: Hex): Promise<AccountProof> {
    this.#known(paraId);
    const proof = { storageKeys: ['0x26aa'], values: [null], nodes: ['0x00'], power: 0n } as const;
    return { account, ...sampleAnchor(), ...proof };
  }

  async plan(paraId: ParaId, code: PlannedCode | null): Promise<RescuePlan> {
    this.#known(paraId);
    return samplePlan(code);
  }

  async handover(paraId: ParaId): Promise<Handover> {
    this.#known(paraId);
    return {
      title: 'schedule code',
      effect: 'code is scheduled',
      method: 'registrar.scheduleCodeUpgrade',
      args: {},
      callHash: hash(31),
      length: 1,
      data: '0x00',
      by: this.manager,
      multisig: null,
      link: null,
      hints: ['the call is too long for a link'],
      commands: [{ by: this.manager, command: 'pararescue code schedule --para 2000' }],
    };
  }

  async substitute(paraId: ParaId): Promise<SubstituteInstruction> {
    this.#known(paraId);
    return {
      paraId,
      blockNumber: 30,
      codeHash: blake(CODE),
      code: '0x0061736d01000000',
      text: 'restart the nodes',
    };
  }

  async endorse(endorsement: SignedEndorsement): Promise<CountedEndorsement> {
    this.#known(endorsement.paraId);
    this.calls.push(['endorse', endorsement]);
    return { ...endorsement, admittedAt: 130 };
  }

  async endorsements(paraId: ParaId): Promise<readonly CountedEndorsement[]> {
    this.#known(paraId);
    return [];
  }

  async release(release: SignedRelease): Promise<CountedRelease> {
    this.#known(release.paraId);
    this.calls.push(['release', release]);
    return { ...release, admittedAt: 130 };
  }

  async releases(paraId: ParaId): Promise<ReleaseView | null> {
    this.#known(paraId);
    return this.released;
  }

  async evidence(paraId: ParaId): Promise<EvidenceBundle> {
    this.#known(paraId);
    return {
      version: '1',
      lines: async () =>
        (async function* () {
          yield '{"kind":"pararescue-evidence","version":1}\n';
          yield '{"kind":"policy"}\n';
        })(),
    };
  }

  async retry(paraId: ParaId, wanted?: { readonly newRound: boolean }): Promise<void> {
    this.#known(paraId);
    this.calls.push(['retry', paraId, wanted]);
  }

  async checkStore(): Promise<StoreReport> {
    this.calls.push(['checkStore']);
    return { format: 4, records: 3, bytes: 300, lastAct: 2, paras: [], findings: [] };
  }

  async *backupStore(): AsyncGenerator<Uint8Array> {
    this.calls.push(['backupStore']);
    yield new TextEncoder().encode('pararescue backup 1\n');
    if (this.failure) throw this.failure;
  }

  async *events(after: number, signal: AbortSignal): AsyncGenerator<ServiceEvent> {
    setMaxListeners(0, signal);
    this.readers += 1;
    try {
      for (let next = after; !signal.aborted; ) {
        const event = this.log[next];
        if (event === undefined) {
          await this.#pushed(signal);
          continue;
        }
        next = event.id;
        this.taken = Math.max(this.taken, event.id);
        yield event;
      }
    } finally {
      this.readers -= 1;
    }
  }

  #pushed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake.delete(wake);
        resolve();
      };
      this.#wake.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  #known(paraId: ParaId): void {
    this.#fail();
    if (paraId !== 2000)
      throw new RescueError('RESCUE_PARA_UNKNOWN', `this service does not watch para ${paraId}`);
  }

  #fail(): void {
    const { failure } = this;
    this.failure = null;
    if (failure) throw failure;
  }

  #para(): ParaStatus {
    const { anchor } = sampleAnchor();
    return {
      paraId: 2000,
      name: 'Sample',
      condition: { is: 'stalled', sentence: 'no head of it was included for 60 relay blocks' },
      state: 'voting',
      observation: {
        paraId: 2000,
        relay: anchor.relay,
        relayBest: 122,
        trust: 'justified',
        actable: true,
        headData: '0x00',
        head: anchor.head,
        mostRecentContext: 60,
        lifecycle: 'Parachain',
        currentCodeHash: anchor.codeHash,
        futureCodeHash: null,
        futureCodeUpgrade: null,
        futureCodeUpgradeAt: undefined,
        upgradeGoAhead: null,
        upgradeRestriction: null,
        upgradeCooldownUntil: null,
        pvfVotes: [],
        authorizedCode: undefined,
        registrar: { manager: this.manager, deposit: 2n ** 70n, locked: false },
        hasCore: true,
        disputesFrozen: null,
      },
      stall: { age: 60, relayLive: true, stalled: true },
      incident: this.happened[0] ? summaryOf(this.happened[0]) : null,
      diagnosis: {
        cause: 'bad-runtime',
        curableByCode: true,
        sentence: 'the runtime panics',
        confidence: 'executed',
        facts: [
          {
            what: 'the next block, built and validated here',
            where: 'trial',
            value: 'fails when it begins: the runtime panics',
            relayBlock: 118,
            paraBlock: 40,
            confidence: 'executed',
          },
        ],
        remedies: ['patched code'],
        warnings: ['a head reset'],
        also: [
          {
            cause: 'pvf-rejected',
            confidence: 'inferred',
            sentence: 'the validators rejected the last code that was scheduled for the para',
            facts: [],
          },
        ],
        unknown: ['its message queues could not be compared with those of the relay chain'],
        triedAt: 118,
      },
      optIn: { policy: hash(12), by: 'manager', account: hash(3) },
      anchor: this.anchored ? anchor : null,
      round: 1,
      roundId: ROUND.roundId,
      clock: { openedAt: 120, closesAt: 170, quorateSince: null, extended: false },
      approved: null,
      route: { possible: false, route: 'registrar', reasons: ['the upgrade cooldown runs'] },
      advice: ['vote until relay block 170'],
      census: null,
      trouble: null,
    };
  }
}
