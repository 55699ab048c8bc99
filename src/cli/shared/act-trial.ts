import type { Command } from 'commander';
import type { RelaySession } from '../../chain/relay/session.ts';
import { type Token, tokenAmount } from '../../domain/amount.ts';
import type { Acting } from '../../domain/chain/acting.ts';
import type { RelayCall } from '../../domain/chain/extrinsics.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import type { AccountHex, ParaId } from '../../domain/units.ts';
import type { RehearsalReport, RehearsedCall } from '../../rehearsal/report.ts';
import type { ActTrial } from '../../rehearsal/try-act.ts';
import type { CommandIo } from './io.ts';
import { endpointOption } from './operator-options.ts';
import { stateRows, verdictLine } from './rehearsal-text.ts';

/** Flags of acts that are tried before they are made. */
export interface TrialFlags {
  /** False for `--no-try`. */
  readonly try?: boolean;
  readonly paraNode?: readonly string[];
}

/** What came of trying an act: on a fork of the relay chain, and where nodes of the para are named as a whole rescue. */
export interface TriedAct {
  readonly kind: 'act' | 'rescue' | 'left-out' | 'impossible';
  /** Why it would not come to what it is made for; null when it would, or nobody knows. */
  readonly problem: string | null;
  /** What has to be said loudly. */
  readonly warning: string | null;
  readonly act?: Omit<ActTrial, 'call'> & { readonly call: ShortCall | null };
  readonly rescue?: Pick<
    RehearsalReport,
    'paraId' | 'verdict' | 'heads' | 'relayBlocks' | 'before' | 'after'
  > &
    Pick<RehearsalReport, 'warnings' | 'shortcuts'>;
}

/** Without the megabytes of a runtime. */
type ShortCall = Omit<RehearsedCall, 'data'>;

export function withTrialOptions(command: Command): Command {
  return command.option(
    '--no-try',
    'do not try it on a fork of the relay chain before: nothing then shows what it does',
  );
}

/** Of commands that can try what becomes of the para, too. */
export function withParaNode(command: Command): Command {
  return command.addOption(
    endpointOption(
      '--para-node <url>',
      'the para: its own label is read, and its blocks under the code are tried',
    ),
  );
}

/** Milliseconds of computing, and in all, for one act: some thousand relay blocks at most. */
const ACT_LIMITS = { computeMs: 120_000, deadlineMs: 300_000 };
/** Relay blocks after which a rescue that is tried before an act is given up: twice what the longest delay of today's chains takes. */
const MOST_BLOCKS = 3_000;
const FETCHES = { requests: 20_000, bytes: 512 * 1024 ** 2, ms: 300_000 };

export const LEFT_OUT: TriedAct = {
  kind: 'left-out',
  problem: null,
  warning: 'NOT TRIED: it was left out (--no-try), so nothing shows what this does before it is done',
};

/**
 * Tries a call of `account`, whose signature is taken as given, on a fork of the relay chain at its newest final block. What could not be tried
 * is a problem as well: whoever wants to act all the same leaves the trial out.
 */
export async function tryCall(
  session: RelaySession,
  { paraId, call, account }: { paraId: ParaId; call: RelayCall; account: AccountHex },
  io: CommandIo,
): Promise<TriedAct> {
  return bounded(async () => {
    const { createRehearsalThread, tryAct } = await import('../../rehearsal/rehearse.ts');
    const thread = createRehearsalThread(ACT_LIMITS);
    try {
      const relay = await relayPoint(session);
      const plan = { paraId, relay, call, account, mostBlocks: MOST_BLOCKS, signal: io.signal };
      const { call: made, ...act } = await tryAct(thread, plan);
      const { data: _, ...short } = made ?? { data: null };
      const shown = { ...act, call: made && (short as ShortCall) };
      return { kind: 'act', problem: act.problem, warning: null, act: shown };
    } finally {
      await thread.close();
    }
  }, io);
}

/** Plays the whole rescue with this code, by the registrar's route, on forks of both chains; by the manager's own key without `acting`. */
export async function tryRescue(
  session: RelaySession,
  {
    paraId,
    code,
    urls,
    acting,
  }: { paraId: ParaId; code: Uint8Array; urls: readonly string[]; acting: Acting | null },
  io: CommandIo,
): Promise<TriedAct> {
  return bounded(async () => {
    const [{ createRehearsalThread, rehearsePara }, { openTrialPoints }, { Endpoints }] = await Promise.all([
      import('../../rehearsal/rehearse.ts'),
      import('../../trial/fork-points.ts'),
      import('../../chain/nodes/endpoints.ts'),
    ]);
    const para = new Endpoints({ urls });
    const thread = createRehearsalThread(ACT_LIMITS);
    try {
      const { bytes } = await session.finalized();
      const chains = { relay: session.endpoints, para };
      const points = await openTrialPoints(paraId, bytes, chains, { limits: FETCHES });
      const options = { code, policy: null, asManager: null, acting };
      const within = { mostBlocks: MOST_BLOCKS, signal: io.signal };
      const report = await rehearsePara(thread, {
        ...options,
        ...within,
        ...points,
        paraId,
        contracts: null,
      });
      const { verdict, heads, relayBlocks, before, after, warnings, shortcuts } = report;
      const problem = verdict.kind === 'lives' ? null : verdictLine(report);
      const rescue = { paraId, verdict, heads, relayBlocks, before, after, warnings, shortcuts };
      return { kind: 'rescue', problem, warning: null, rescue };
    } finally {
      await Promise.all([thread.close(), para.close()]);
    }
  }, io);
}

async function relayPoint({ endpoints, finalized }: RelaySession) {
  const [{ forkPoint }, { endpointsSource }] = await Promise.all([
    import('../../trial/fork-points.ts'),
    import('../../chain/fork/endpoints-source.ts'),
  ]);
  const { bytes } = await finalized();
  return forkPoint([endpointsSource(endpoints)], bytes, { limits: FETCHES });
}

async function bounded(work: () => Promise<TriedAct>, io: CommandIo): Promise<TriedAct> {
  try {
    return await work();
  } catch (error) {
    if (io.signal.aborted || !(error instanceof RescueError) || error.code === 'RESCUE_INTERNAL') throw error;
    const problem = `it could not be tried on a fork (${messageOf(error)}); --no-try does it untried`;
    return { kind: 'impossible', problem, warning: null };
  }
}

/** Label and value, for people. */
/** What a validation page says of the trial. */
export function triedNotes(tried: TriedAct | null): string[] {
  if (tried?.rescue)
    return [`tried before as a whole rescue on forks of both chains: ${verdictLine(tried.rescue)}`];
  if (!tried?.act) return [];
  const { relay, paid, relayBlocks } = tried.act;
  const time = relayBlocks > 1 ? `, ${blocksAndHours(relayBlocks)} later` : '';
  return [
    `tried before on a fork of relay block ${relay.number} (${relay.hash}): it does what it is made for${time}, and costs the account that signs ${paid} planck`,
  ];
}

export async function triedLines(tried: TriedAct, token: Token): Promise<[string, string | null][]> {
  const { act, rescue } = tried;
  if (rescue) return [['tried', `the whole rescue on forks of both chains: ${verdictLine(rescue)}`]];
  if (!act) return [['tried', tried.problem ?? tried.warning]];
  const changed = (await stateRows(act.before, act.after)).filter(([, , after]) => after !== 'the same');
  const end = act.problem === null ? 'it does what it is made for' : `it fails: ${act.problem}`;
  const time = act.relayBlocks > 1 ? `, ${blocksAndHours(act.relayBlocks)} later` : '';
  return [
    ['tried', `on a fork of relay block ${act.relay.number}: ${end}${time}`],
    ...changed.map(([name = '', before = '', after = '']): [string, string] => [
      `  ${name}`,
      `${before} → ${after}`,
    ]),
    ['costs', `${tokenAmount(BigInt(act.paid), token)} of the account that signs`],
  ];
}
