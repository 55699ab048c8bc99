import { appendFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Network } from '../../devnet/network.ts';
import { castVote, proposeCode, releaseDecision } from '../../src/client/acts.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import type { JournalEntry } from '../../src/domain/ports/journal.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { differencesOf } from '../../src/domain/validation/differences.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { signerFromUri, type TextSigner } from '../../src/voting/ballots/text-signer.ts';
import { createRandom } from '../proof/proof-mutations.ts';
import { type Killer, MortalService } from './mortal-service.ts';

/** What every route's rescue goes through in the machine, in order. */
const STATES = [
  'stalled',
  'optInRescue',
  'voting',
  'upgrading.planning',
  'upgrading.carryingOut',
  'upgrading.awaitingFirstHeads',
  'upgrading.relocking',
  'healthy',
];
/** What a service that saw a rescue to its end wrote last. */
const LAST_ENDS = ['after incident ended', 'after page closed'];
const VOTERS = 4;

/** Blocks come by themselves: lives of the service begin and end at any moment between them. */
const BLOCK_MS = 150;
/** While none serves, which may be long on a busy machine, and which more blocks would make longer. */
const BLOCK_MS_UNSEEN = 1000;

interface MortalOptions {
  readonly config: object;
  readonly env: Readonly<Record<string, string>>;
  /** Of `STORIES`. */
  readonly seed: number | null;
  /**
   * From which step on the service dies. Up to the approval all routes go the same way; a story that begins to die there leaves that
   * part to the others, but for the campaign. From the act on: only around what its route journals, and what comes of it.
   */
  readonly diesFrom?: 'opt-in' | 'approval' | 'act';
}

/** Starts the service that dies at every persisted step, and lets the network build blocks. */
export async function startMortalService(
  network: Network,
  folder: string,
  { config, env, seed, diesFrom = 'opt-in' }: MortalOptions,
): Promise<MortalService> {
  const file = join(folder, 'config.json');
  const rest = { database: 'database', http: { port: 0 }, log: { level: 'error' } };
  await writeFile(file, JSON.stringify({ ...config, ...rest }));
  const spared = diesFrom === 'opt-in' || seed !== null ? [] : bothSides(sparedSteps(network, diesFrom));
  const service = new MortalService(file, env, spared, killerOf(seed));
  network.on('produced', () => service.poke());
  service.onServes = (serves) => network.run(serves ? BLOCK_MS : BLOCK_MS_UNSEEN);
  network.run(BLOCK_MS_UNSEEN);
  service.start();
  return service;
}

/**
 * Stories of the campaign that bench/kills.ts runs, each by a seed of its own; a single one, without a seed, otherwise. Those with
 * a seed also end lives at moments between the steps.
 */
export const STORIES: readonly (number | null)[] = process.env.PARARESCUE_KILL_SEEDS
  ? process.env.PARARESCUE_KILL_SEEDS.split(',').map(Number)
  : [null];

/**
 * How long a story may take. On a busy machine a life takes many times as long to begin, and the campaign's stories have more of them,
 * while the chain goes on: only what never ends is a fault.
 */
export const STORY = process.env.PARARESCUE_KILL_SEEDS
  ? { timeoutMs: 3 * 3_600_000, blocks: 100_000 }
  : { timeoutMs: 600_000, blocks: 2000 };

function killerOf(seed: number | null): Killer | undefined {
  if (seed === null) return undefined;
  const random = createRandom(seed);
  return { most: 40, nextMs: () => random.below(1500) };
}

/** Tells the campaign how many lives a story took. */
export function reportDeaths({ deaths }: MortalService): void {
  const file = process.env.PARARESCUE_KILL_FIGURES;
  if (file) appendFileSync(file, `${deaths}\n`);
}

/** Only all voters together are a quorum, and restarts must not run into the end of the round. */
export function patientPolicy(policy: Policy): Policy {
  return { ...policy, voting: { ...policy.voting, quorum: '45%', longestBlocks: STORY.blocks + 3000 } };
}

/** The opted in para dies; holders propose and vote, and collators take the code that they approved. */
export async function decideRescue(network: Network, service: MortalService): Promise<void> {
  const { paraId } = network;
  await network.faults.breakRuntime();
  const fixed = await network.artifacts.read('para-fixed');
  const voters = votersOf(network).map(({ uri }) => signerFromUri(uri));
  const [proposer] = voters;
  if (!proposer) throw new Error('no voters');
  await service.insist((client) =>
    proposeCode(client, paraId, proposer, fixed, 'Goes on with the bad value.'),
  );
  for (const voter of voters) {
    await service.insist(async (client) => {
      // An earlier life may have counted the vote and died before it could say so.
      if ((await client.votes(paraId)).some(({ account }) => account === voter.account)) return;
      const [proposal] = await client.proposals(paraId);
      if (!proposal) throw new Error('the admitted proposal was lost');
      await castVote(client, proposal, voter, 'aye');
    });
  }
  const substitute = await service.insist((client) => client.substitute(paraId));
  network.installSubstitute(substitute?.blockNumber ?? 0, fixed);
}

/**
 * Two of the people release the decision, each in as many lives as it takes; `before` is called while that of one of them is missing.
 */
export async function releaseRescue(
  { paraId }: Network,
  service: MortalService,
  people: readonly TextSigner[],
  before: () => void,
): Promise<void> {
  for (const person of people) {
    before();
    const terms = { expires: STORY.blocks + 1_000_000 };
    await service.insist((client) => releaseDecision(client, paraId, person, terms));
  }
}

/** Until the registrar's lock is on again. */
export function untilLocked(network: Network): Promise<void> {
  const isLocked = () =>
    (network.readRelay('registrar', 'paras', network.paraId) as { locked: boolean | null }).locked === true;
  return network.produceUntil(isLocked, STORY.blocks, 'the lock being added again');
}

/** Until the para is healthy for the service, and one more life that nothing ends has found all of it complete. */
export async function outliveRescue(network: Network, service: MortalService): Promise<void> {
  const { paraId } = network;
  for (let state = ''; state !== 'healthy'; ) {
    state = (await service.insist(async (client) => (await client.para(paraId)).state)) ?? '';
  }
  await network.produceUntil(
    async () => {
      const reached = [...service.spared, ...service.ends];
      if (!LAST_ENDS.every((end) => reached.includes(end))) return false;
      // A life for which no end is planned writes its last records at its own pace.
      const para = await service.insist((client) => client.para(paraId));
      const page = await service.insist((client) => client.page(paraId));
      return para?.incident?.end != null && page?.result.kind === 'done';
    },
    STORY.blocks,
    'the last planned end',
  );
  const { incident } = (await service.insist((client) => client.para(paraId))) ?? {};
  const tally = await service.insist((client) => client.tally(paraId));
  expect(incident).toMatchObject({ number: 1, round: { result: 'approved' }, end: { why: 'recovered' } });
  expect(tally).toMatchObject({
    roundId: incident?.round?.roundId,
    tallies: [{ votes: VOTERS }],
    ended: { approved: incident?.approved?.proposal },
  });
  await service.stop();
}

/** Each step was survived just before and just after its write, once. `journalled` names the route's steps, `also` what this story has besides. */
export function expectDeaths(
  network: Network,
  { ends, spared }: MortalService,
  journalled: readonly string[],
  also: readonly string[] = [],
): void {
  const steps = [
    ...stepsToApproval(network),
    ...stepsFromApproval(),
    'code-enacted',
    'incident ended',
    ...also,
    ...journalled.flatMap((step) => ['signed', 'sent', 'done'].map((status) => `journal ${step} ${status}`)),
  ];
  expect([...spared, ...ends].sort()).toEqual(bothSides(steps).sort());
}

function sparedSteps(network: Network, diesFrom: 'approval' | 'act'): string[] {
  const common = stepsToApproval(network);
  return diesFrom === 'act' ? [...common, ...stepsFromApproval()] : common;
}

function stepsFromApproval(): string[] {
  const states = STATES.slice(STATES.indexOf('upgrading.planning')).map((state) => `state ${state}`);
  return [...states, 'page planned', 'page closed'];
}

function stepsToApproval(network: Network): string[] {
  return [
    'opt-in',
    'incident begun',
    'anchor',
    'proposal',
    ...votersOf(network).map(({ account }) => `vote ${account}`),
    'round',
    ...STATES.slice(0, STATES.indexOf('upgrading.planning')).map((state) => `state ${state}`),
  ];
}

function bothSides(steps: readonly string[]): string[] {
  return steps.flatMap((step) => [`before ${step}`, `after ${step}`]);
}

/**
 * The approved code is current, the machine went its way once, and every vote counts.
 * @param without states that this story has no reason to go through
 * @returns the journal
 */
export async function expectRescue(
  network: Network,
  folder: string,
  without: readonly string[] = [],
): Promise<readonly JournalEntry[]> {
  const { paraId } = network;
  expect(network.readRelay('paras', 'currentCodeHash', paraId)).toBe(await network.codeHash('para-fixed'));
  const store = await openStore(join(folder, 'database'));
  try {
    const events = await store.snapshots.eventsAfter(0, 10_000);
    const moves = events.filter(({ type }) => type === 'state-changed').map(({ data }) => data);
    expect(moves.map(({ to }) => to)).toEqual(STATES.filter((state) => !without.includes(state)));
    const roundId = String(moves.find(({ to }) => to === 'voting')?.roundId) as Hex;
    const votes = await store.ledger.votes({ paraId, roundId });
    const expected = votersOf(network).map(({ account, balance }) => ({ account, power: balance }));
    expect(votes.map(({ account, power }) => ({ account, power })).sort(byAccount)).toEqual(
      expected.sort(byAccount),
    );
    const journal = await store.journal.list(paraId);
    await expectIncident(store, network, roundId, journal);
    await expectPage(store, network, roundId, journal);
    return journal;
  } finally {
    await store.close();
  }
}

/** One incident, however often the service died meanwhile, which tells the vote, the code, the route and every extrinsic. */
async function expectIncident(
  { incidents }: Store,
  { paraId }: Network,
  roundId: Hex,
  journal: readonly JournalEntry[],
): Promise<void> {
  const { incidents: found } = await incidents.page({ paraId });
  expect(found).toHaveLength(1);
  const [incident] = found;
  const codeHash = incident?.approved?.codeHash;
  expect(incident).toMatchObject({
    number: 1,
    proven: { relayBlock: expect.any(Number) },
    rounds: {
      entries: [{ roundId, result: 'approved', approved: { codeHash }, tallies: [{ votes: VOTERS }] }],
    },
    enacted: { relayBlock: expect.any(Number) },
    end: { why: 'recovered', codeHash },
  });
  expect(incident?.beliefs.entries.map(({ cause }) => cause)).toContain('bad-runtime');
  const { entries: acts = [], leftOut } = incident?.acts ?? {};
  expect(leftOut).toBe(0);
  const events = acts.flatMap(({ event }) => event || []);
  expect(new Set(events).size).toBe(events.length);
  const told = acts.flatMap(({ extrinsic }) => extrinsic ?? []);
  for (const { extrinsic } of journal) expect(told).toContain(extrinsic.hash);
}

/** One page, begun before anything was signed and closed at the end, with every extrinsic and the block that holds it. */
async function expectPage(
  { pages }: Store,
  { paraId }: Network,
  roundId: Hex,
  journal: readonly JournalEntry[],
): Promise<void> {
  const page = await pages.get(paraId, roundId);
  expect(page?.result.kind).toBe('done');
  expect(page?.steps.map(({ outcome }) => outcome)).toEqual(page?.steps.map(() => 'done'));
  const made = page?.steps.flatMap(({ extrinsics }) => extrinsics) ?? [];
  const ended = made.filter(({ status }) => status === 'done');
  expect(ended.map(({ hash }) => hash).sort()).toEqual(journal.map(({ extrinsic }) => extrinsic.hash).sort());
  for (const { block } of ended) expect(block).toMatchObject({ number: expect.any(Number) });
  // Lives that end take their time, and what got lost with one was replaced; nothing else differs.
  const differs = page === null ? ['no page'] : differencesOf(page);
  expect(differs.filter((sentence) => !/it took \d+ relay blocks|got lost/.test(sentence))).toEqual([]);
}

/** Extrinsics of one account in all blocks of a chain, by method. */
export function methodsSentBy(chain: Chain, account: AccountHex): Record<string, number> {
  const { registry } = chain.typesOf();
  const counts: Record<string, number> = {};
  for (let number = 1; number <= chain.best.number; number += 1) {
    for (const bytes of chain.blockAt(number)?.extrinsics ?? []) {
      const extrinsic = registry.createType('Extrinsic', bytes);
      if (
        !extrinsic.isSigned ||
        registry.createType('AccountId', extrinsic.signer.toString()).toHex() !== account
      )
        continue;
      const method = `${extrinsic.method.section}.${extrinsic.method.method}`;
      counts[method] = (counts[method] ?? 0) + 1;
    }
  }
  return counts;
}

function votersOf({ holders }: Network): Network['holders'] {
  return holders.slice(-VOTERS);
}

function byAccount(a: { account: string }, b: { account: string }): number {
  return a.account < b.account ? -1 : 1;
}
