import type { Network } from '../../devnet/network.ts';
import { proposeCode } from '../client/acts.ts';
import type { ServiceClient } from '../client/service-client.ts';
import { RescueError } from '../domain/errors.ts';
import type { ServiceEvent } from '../domain/events.ts';
import type { Proposal } from '../domain/round/round.ts';
import type { Hex } from '../domain/units.ts';
import { signerFromUri } from '../voting/ballots/text-signer.ts';
import { verifyEvidence } from '../voting/evidence/verifier.ts';
import { type ChainWatch, watchChain } from './chain-watch.ts';
import { shortHash } from './electors.ts';
import { type Follower, followPara } from './follower.ts';
import type { Narrator } from './narrator.ts';

/** The parts that both stories have in common: how the para dies, what is proposed, and how it comes back. */
export interface Stage {
  readonly network: Network;
  /** The service that the story follows. */
  readonly client: ServiceClient;
  readonly narrator: Narrator;
  readonly signal: AbortSignal;
}

export interface StageHands extends Stage {
  readonly follower: Follower;
  readonly watch: ChainWatch;
  /** A chapter begins. */
  readonly mark: (chapter: string) => void;
  /** Milliseconds that each chapter took. */
  readonly durations: () => Record<string, number>;
}

/** Where a story takes place: a network of these chains, closed when it is over. */
export async function openPlace<Place extends Network>(
  narrator: Narrator,
  chains: string,
  start: () => Promise<Place>,
  onClose: OnClose,
): Promise<Place> {
  narrator.tell('chapter', `An embedded network starts: ${chains}.`);
  const network = await start();
  onClose(() => network.close());
  const { relay, para, contracts } = network;
  const urls = { relay: relay.url, para: para.url, ...(contracts && { contracts: contracts.url }) };
  const more = contracts ? `, contracts chain ${contracts.url}` : '';
  narrator.tell(
    'network',
    `relay chain ${relay.url}, para ${para.url}${more}: any Polkadot client connects`,
    urls,
  );
  return network;
}

/** What a story opens is closed when it is over, the last first. */
export type OnClose = (close: () => Promise<unknown>) => void;

/** What the stories begin with once their services run. */
export async function handsOf(stage: Stage): Promise<StageHands> {
  const { network, client, narrator, signal } = stage;
  const { paraId } = network;
  const { mark, durations } = createMarks(narrator);
  const follower = followPara(client, paraId, {
    initial: (await client.para(paraId)).state,
    signal,
    onEvent: (event) => tellEvent(narrator, event),
  });
  const watch = watchChain({ network, client, narrator, paraId });
  return { ...stage, follower, watch, mark, durations };
}

export interface DemoSummary {
  /** Every state of the machine, in the order visited. */
  readonly states: readonly string[];
  /** Milliseconds spent in each chapter. */
  readonly durations: Readonly<Record<string, number>>;
  readonly hashes: Readonly<Record<string, Hex>>;
}

/** An upgrade kills the para; until the rescue is open and its anchor frozen. Returns the hash of the broken code. */
export async function breakPara(stage: StageHands): Promise<Hex> {
  const { network, client, narrator, follower, watch, mark } = stage;
  narrator.tell('chapter', 'An ordinary upgrade ships a broken runtime.');
  const { codeHash } = await network.faults.breakRuntime();
  narrator.tell(
    'upgrade',
    `the relay chain took over code ${shortHash(codeHash)}: it panics three blocks on`,
    { codeHash },
  );
  await follower.reached('stalled');
  mark('stalled');
  narrator.tell(
    'chapter',
    'The para is dead. The service says why, waits for the grace, and opens the rescue.',
  );
  // What the service infers at once gives way to what it sees when it has tried the next block.
  await watch.until(
    ({ diagnosis: known, state }) =>
      known !== null && (known.sentence.includes('panics') || state !== 'stalled'),
  );
  const { diagnosis } = await client.para(network.paraId);
  if (diagnosis) narrator.tell('diagnosis', `${diagnosis.cause}: ${diagnosis.sentence}`, { ...diagnosis });
  await follower.reached('optInRescue');
  mark('optInRescue');
  await watch.until((para) => para.anchor !== null);
  return codeHash;
}

/** A holder proposes the fixed runtime, until votes are taken. */
export async function proposeFix({ network, client, follower, mark }: StageHands): Promise<Proposal> {
  const [proposer] = network.holders;
  if (!proposer) throw new RescueError('RESCUE_DEVNET_FAILED', 'The embedded network has no holders.');
  const proposal = await proposeCode(
    client,
    network.paraId,
    signerFromUri(proposer.uri),
    await network.artifacts.read('para-fixed'),
    'The last upgrade computes a window that ends before it begins. This runtime takes the bad value and goes on.',
  );
  await follower.reached('voting');
  mark('voting');
  return proposal;
}

/** From the votes to the living para; `chapter` says who carries the decision out. */
export async function carryOut(
  stage: StageHands,
  proposal: Proposal,
  brokenCode: Hex,
  chapter: string,
): Promise<DemoSummary> {
  const { narrator, follower, watch, mark, durations } = stage;
  await follower.reached('upgrading');
  mark('upgrading');
  await checkEvidence(stage);
  narrator.tell('chapter', chapter);
  await recover(stage);
  watch.stop();
  return {
    states: follower.visited(),
    durations: durations(),
    hashes: {
      anchor: proposal.anchor,
      proposal: proposal.hash,
      brokenCode,
      rescueCode: proposal.codeHash,
    },
  };
}

/** Anybody can download the evidence and recompute the vote without trusting the service. */
async function checkEvidence({ client, network, narrator }: Stage): Promise<void> {
  const { failed, points, result } = await verifyEvidence(await client.evidence(network.paraId));
  if (failed !== null || result === null) {
    throw new RescueError('RESCUE_PROOF_INVALID', `The evidence fails at ${failed ?? 'its end'}.`);
  }
  const holding = points.filter(({ status }) => status === 'holds').length;
  narrator.tell(
    'evidence',
    `recomputed from the downloaded evidence alone: ${holding} points hold, the decision is "${result.decision.kind}"`,
    {
      points: points.map(({ point, status }) => ({ point, status })),
      votes: result.votes,
      head: result.head,
    },
  );
}

/** From the scheduled code to a para that builds again. */
async function recover({ network, client, narrator, follower, mark }: StageHands): Promise<void> {
  await follower.reached('upgrading.awaitingFirstHeads');
  const substitute = await client.substitute(network.paraId);
  network.installSubstitute(substitute.blockNumber, await client.code(substitute.codeHash));
  narrator.tell(
    'substitute',
    `collators took the code as a substitute from block ${substitute.blockNumber} on`,
    {
      blockNumber: substitute.blockNumber,
      codeHash: substitute.codeHash,
    },
  );
  await follower.told('code-enacted');
  narrator.tell(
    'chapter',
    'The relay chain switched the code without any para block. The para builds again.',
  );
  await follower.reached('healthy');
  mark('recovered');
}

/** A service's own events as lines of the story; votes are told by those who cast them. */
export function tellEvent(narrator: Narrator, event: ServiceEvent): void {
  if (event.type === 'vote-counted') return;
  narrator.tell(event.type === 'state-changed' ? 'state' : event.type, event.message, {
    relayBlock: event.relayBlock,
    ...event.data,
  });
}

/** Chapters and when they began, in milliseconds. */
function createMarks(narrator: Narrator): {
  readonly mark: (chapter: string) => void;
  readonly durations: () => Record<string, number>;
} {
  const marks: [chapter: string, at: number][] = [['prepared', 0]];
  return {
    mark: (chapter) => void marks.push([chapter, narrator.elapsed()]),
    durations: () =>
      Object.fromEntries(
        marks.slice(1).map(([, at], index): [string, number] => {
          const [chapter = '', from = 0] = marks[index] ?? [];
          return [chapter, at - from];
        }),
      ),
  };
}
