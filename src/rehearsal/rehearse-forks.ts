import { cryptoWaitReady } from '@polkadot/util-crypto';
import { readItem, typesOf } from '../blocks/chain-types.ts';
import { pointOf } from '../blocks/point.ts';
import { encodeText } from '../bytes/bytes.ts';
import { type Hex, toHex } from '../bytes/hex.ts';
import { MalformedBytes } from '../bytes/reader.ts';
import { partsOf } from '../code/compare.ts';
import { pvfObstacles } from '../code/pvf/obstacles.ts';
import { unpackCode } from '../code/zstd.ts';
import type { ParaObservation } from '../domain/chain/observation.ts';
import { RescueError } from '../domain/errors.ts';
import { type Policy, policySchema } from '../domain/policy/policy.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { AccountHex } from '../domain/units.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import type { Task } from '../executor/task.ts';
import type { JobContext } from '../executor/thread/jobs.ts';
import { blake2b256 } from '../proof/index.ts';
import { type Code, codeOf, codeOfPara } from '../trial/code.ts';
import { readRelayFacts } from '../trial/relay-facts.ts';
import { actorsOf } from './actors.ts';
import { type ContractsSide, openContractsSide } from './fork/contracts-side.ts';
import { ForkedChain, type RunTask } from './fork/forked-chain.ts';
import { ForkedNetwork } from './fork/forked-network.ts';
import { ForkedPara } from './fork/forked-para.ts';
import { givenSigner } from './fork/given-signer.ts';
import { openRelaySide, type RelaySide } from './fork/relay-side.ts';
import type { RehearsalPlan } from './plan.ts';
import { CallLog } from './play/call-log.ts';
import { inOwnWords } from './play/in-own-words.ts';
import { play, type Stage } from './play/play.ts';
import type { RehearsalReport } from './report.ts';
import { reportOf } from './report-of.ts';
import { genesisOf, withManager } from './setup.ts';

/** //Alice, the first of the public development keys. */
const ALICE: AccountHex = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';

/**
 * Plays a rescue on forks that begin at these points.
 * @throws RESCUE_CHAIN_REFUSES for a para without head, code, or a registrar; RESCUE_NODE_*, RESCUE_EXECUTION_FAILED when the forks
 * cannot go on
 */
export async function rehearseForks(
  wanted: RehearsalPlan,
  { run, step, progress: onProgress }: Pick<JobContext, 'run' | 'step' | 'progress'>,
): Promise<RehearsalReport> {
  await cryptoWaitReady();
  const plan = { ...wanted, asManager: wanted.asManager ?? (await run(assumedManager(wanted))) };
  const { paraId, given } = plan;
  const genesisHash = await run(genesisOf(plan.relay));
  requireSameChain(plan, genesisHash);
  const own = await run(codeOfPara(plan.para.state));
  if (!own.runtime) throw new RescueError('RESCUE_CHAIN_REFUSES', "The para's own code is no runtime.");
  const origin =
    plan.asManager === null ? plan.relay : await run(withManager(plan.relay, paraId, plan.asManager));
  const { validationCode } = await run(readRelayFacts(origin, paraId));
  const proposed = codeOf('proposal', plan.code);
  const relay = new ForkedChain({ origin, genesisHash, given, run });
  const point = { ...plan.para, runtime: own.runtime };
  const para = new ForkedPara(
    paraId,
    new ForkedChain({ origin: point, genesisHash: point.hash, given, run }),
  );
  para.substitute = proposed.runtime;
  const accept = proposed.runtime !== null && isAccepted(plan.code, validationCode);
  const verdict = { codeHash: proposed.described.hash, accept };
  const chain = plan.contracts && (await run(contractsPara(plan.contracts, { given, run })));
  const network = new ForkedNetwork({
    relay,
    paras: chain ? [chain, para] : [para],
    living: chain ? [chain] : [],
    verdict,
    mostBlocks: plan.mostBlocks,
    onBlock: step,
  });
  const closing: (() => Promise<void>)[] = [];
  try {
    const side = await openRelaySide(relay);
    closing.push(side.close);
    const terms = plan.policy?.contract;
    const contracts =
      chain && terms ? await openContractsSide(chain.chain, chain.id, terms.address as Hex) : null;
    if (contracts) closing.push(contracts.close);
    const [observation] = (await side.reader.observe([paraId])).paras;
    if (!observation) throw new RescueError('RESCUE_INTERNAL', 'The relay reader gave no observation.');
    const stage = await stageOf(plan, {
      network,
      para,
      side,
      contracts,
      observation,
      own,
      proposed,
      onProgress,
    });
    const first = await play(stage);
    // Nobody has the manager's own key where others act for it.
    const played = plan.acting === null ? await inOwnWords(stage, first, plan.code) : first;
    return reportOf({ plan, stage, played, own, proposed, stored: validationCode });
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

interface Found {
  readonly network: ForkedNetwork;
  readonly para: ForkedPara;
  readonly side: RelaySide;
  readonly contracts: ContractsSide | null;
  readonly observation: ParaObservation;
  readonly own: Code;
  readonly proposed: Code;
  readonly onProgress: Stage['onProgress'];
}

async function stageOf(plan: RehearsalPlan, found: Found): Promise<Stage> {
  const { network, side, contracts, observation } = found;
  const { code, given, acting } = plan;
  const calls = new CallLog();
  const manager = observation.registrar?.manager ?? null;
  const signer = manager === null ? { account: null, pair: null } : givenSigner(manager, given);
  const managers = calls.recording(side.submitter(signer), network.relay, 'relay chain');
  const rescue = rescueOf(plan, found);
  const actors = await actorsOf({
    relay: network.relay,
    ...{ side, contracts, rescue, code, calls, given, managers, acting },
  });
  return { ...found, rescue, actors, calls, submitter: managers };
}

/** The contracts chain goes on by its own code. */
function* contractsPara(
  { id, point }: NonNullable<RehearsalPlan['contracts']>,
  setting: { readonly given: GivenSignatures; readonly run: RunTask },
): Task<ForkedPara> {
  const origin = yield* pointOf(point.header, point.state);
  const genesisHash = yield* genesisOf(origin);
  return new ForkedPara(id, new ForkedChain({ ...setting, origin, genesisHash }));
}

/** Chain specs know no manager of a para that is put into them: who acts is it, or one whose key everybody has. */
function* assumedManager({ onSpecs, relay, paraId, acting }: RehearsalPlan): Task<AccountHex | null> {
  if (!onSpecs) return null;
  const types = yield* typesOf(relay);
  if (!types.has('registrar', 'paras')) return null;
  return (yield* readItem(relay.state, types, 'registrar', 'paras', paraId)) === null
    ? (acting?.multisig?.account ?? acting?.signer ?? ALICE)
    : null;
}

/** What holders would have decided, had the para died at its head. */
function rescueOf(plan: RehearsalPlan, { network, observation, own, proposed }: Found): DecidedRound {
  const { head, relay, mostRecentContext, currentCodeHash } = observation;
  if (head === null || currentCodeHash === null) {
    throw new RescueError('RESCUE_CHAIN_REFUSES', 'The relay chain stores no head and no code of the para.');
  }
  const genesis = network.relay.genesisHash;
  return {
    paraId: plan.paraId,
    anchor: {
      relay,
      head,
      mostRecentContext: mostRecentContext ?? 0,
      codeHash: currentCodeHash,
      runtime: own.described.version ?? { specName: '', specVersion: 0 },
    },
    round: 1,
    roundId: toHex(blake2b256(encodeText(`rehearsal on ${head.hash}`))),
    approved: { proposal: toHex(blake2b256(encodeText('rehearsal'))), codeHash: proposed.described.hash },
    policy: plan.policy ?? defaultPolicy(genesis, plan.paraId),
  };
}

function defaultPolicy(relayGenesis: Hex, para: number): Policy {
  return policySchema.parse({
    version: 1,
    relayGenesis,
    para,
    stall: { gapBlocks: 600, graceBlocks: 600 },
    proposers: { minimumPower: '1' },
    power: [{ adapter: 'system-account' }],
    voting: { shortestBlocks: 1, longestBlocks: 1, approval: '50%', quorum: '0%' },
    routes: ['registrar'],
    recovery: { heads: 3, lockAgain: true },
  });
}

/** @throws RESCUE_POLICY_INVALID for the policy of another para or relay chain */
function requireSameChain({ policy, paraId, onSpecs }: RehearsalPlan, genesis: Hex): void {
  if (policy === null) return;
  if (policy.para !== paraId) {
    throw new RescueError(
      'RESCUE_POLICY_INVALID',
      `The policy is one of para ${policy.para}, not of ${paraId}.`,
    );
  }
  // A para that is put into a spec makes another first block of it.
  if (policy.relayGenesis === genesis || onSpecs) return;
  throw new RescueError(
    'RESCUE_POLICY_INVALID',
    `The policy is for the relay chain ${policy.relayGenesis}, and this one is ${genesis}.`,
  );
}

/** What validators come to who prepare the code: imports of the code that they run for the para now are offered to it. */
export function isAccepted(code: Uint8Array, stored: Uint8Array): boolean {
  try {
    const alsoOffered = partsOf(unpackCode(stored)).imports;
    return pvfObstacles(unpackCode(code), { alsoOffered }).length === 0;
  } catch (error) {
    if (error instanceof MalformedBytes) return false;
    throw error;
  }
}
