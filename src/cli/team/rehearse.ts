import { InvalidArgumentError } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { AccountHex, ParaId } from '../../domain/units.ts';
import type { RehearsalProgress, RehearsalReport } from '../../rehearsal/report.ts';
import type { TrialPoints } from '../../trial/fork-points.ts';
import type { ForkPoint } from '../../trial/try-para.ts';
import { actingOf } from '../shared/acting-flags.ts';
import { countArgument, paraArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import { type ForkFlags, withForkOptions, withForks } from '../shared/fork-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { endpointOption, withActingOptions, withTrustOptions } from '../shared/operator-options.ts';

interface RehearseFlags extends ForkFlags {
  readonly code: string;
  readonly policy?: string;
  readonly contracts?: readonly string[];
  readonly asManager?: string;
  readonly multisig?: string;
  readonly account?: string;
  readonly mostBlocks: number;
  readonly report?: string;
  readonly json?: boolean;
}

/** When relay chains of specs are: always the same, so that a rehearsal on them is. */
const SPEC_TIME = Date.UTC(2026, 0, 1);
/** More than a day of a relay chain. */
const USUAL_BLOCKS = 20_000;

export const registerRehearse: RegisterCommand = (program, io) => {
  const command = program
    .command('rehearse')
    .description(
      "play the rescue of a para on forks of both chains, until it lives under the code; status 1 when it doesn't",
    )
    .argument('[para]', 'para id; with --spec the one of the spec', paraArgument)
    .requiredOption('--code <file>', 'the code that holders would approve')
    .option('--policy <file>', "the para's policy; the registrar's route and three heads when left out")
    .addOption(
      endpointOption('--contracts <url>', 'the contracts chain, for a policy with the route "contract"'),
    )
    .option('--as-manager <address>', 'take this account for the manager of the unlocked para')
    .option('--most-blocks <number>', 'relay blocks after which it is given up', blocksArgument, USUAL_BLOCKS)
    .option('--report <folder>', 'write the report as Markdown and JSON, and the calls, into this folder')
    .option('--json', 'print JSON for machines');
  const whoActs = {
    multisig: 'for the manager act as many signatories of this multisig as decide, which is it or its proxy',
    account: 'this account acts for the manager, as its proxy, or as the first of the signatories',
  };
  withActingOptions(withTrustOptions(withForkOptions(command, 'rehearsal')), whoActs).action(
    async (para: ParaId | undefined, flags: RehearseFlags) => {
      const { prepareRehearsalFolder, writeRehearsal } = await import('../shared/rehearsal-folder.ts');
      if (flags.report !== undefined) await prepareRehearsalFolder(flags.report);
      const report = await rehearsed(para, flags, io);
      const { rehearsalText, verdictLine } = await import('../shared/rehearsal-text.ts');
      if (flags.report !== undefined) await writeRehearsal(flags.report, report);
      const { page: _, ...rest } = report;
      if (flags.json) io.stdout(jsonText(rest));
      else if (flags.report === undefined) io.stdout(await rehearsalText(report));
      else io.stdout(`${verdictLine(report)}\nthe report is in ${flags.report}\n`);
      requireLife(report);
    },
  );
};

function blocksArgument(text: string): number {
  const count = countArgument(text);
  if (count >= 1) return count;
  throw new InvalidArgumentError('it is a number from 1 on.');
}

async function rehearsed(
  para: ParaId | undefined,
  flags: RehearseFlags,
  io: CommandIo,
): Promise<RehearsalReport> {
  const { createRehearsalThread, rehearsePara, rehearseSpecs, REHEARSAL_FETCHES } = await import(
    '../../rehearsal/rehearse.ts'
  );
  const given = await optionsOf(flags);
  const beside = contractsChain(given.policy, flags);
  const thread = createRehearsalThread();
  let last: RehearsalProgress = { relayBlocks: 0, sentence: '' };
  const options = {
    ...given,
    mostBlocks: flags.mostBlocks,
    signal: io.signal,
    onProgress: (progress: RehearsalProgress) => {
      last = progress;
      io.stderr(`relay block +${progress.relayBlocks}: ${progress.sentence}\n`);
    },
  };
  try {
    const work = {
      onSpecs: (files: readonly Uint8Array[]) =>
        rehearseSpecs(thread, { ...options, files, paraId: para ?? null, time: SPEC_TIME }),
      onPoints: (paraId: ParaId, points: TrialPoints, point: ForkPoint | null) => {
        const contracts = beside && point ? { id: beside.id, point } : null;
        return rehearsePara(thread, { ...options, ...points, paraId, contracts });
      },
    };
    return await withForks(para, flags, io, work, { what: 'rehearse', limits: REHEARSAL_FETCHES, beside });
  } catch (error) {
    if (!io.signal.aborted) throw error;
    throw new RescueError(
      'RESCUE_REHEARSAL_FAILED',
      `The rehearsal was interrupted after ${last.relayBlocks} relay blocks.`,
      { cause: error },
    );
  } finally {
    await thread.close();
  }
}

/** The chain with the rescue contract, where the policy's routes need it. @throws RESCUE_REQUEST_INVALID when nobody named a node of it */
function contractsChain(
  policy: Policy | null,
  { contracts = [], spec, offline }: RehearseFlags,
): { readonly id: ParaId; readonly urls: readonly string[] } | null {
  if (!policy?.contract || !policy.routes.includes('contract')) return null;
  if (spec) {
    if (policy.routes.includes('registrar')) return null;
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'chain specs hold no rescue contract: rehearse the route "contract" on nodes',
    );
  }
  if (contracts.length > 0 || offline) return { id: policy.contract.chain, urls: contracts };
  throw new RescueError(
    'RESCUE_REQUEST_INVALID',
    'the policy has the route "contract": name nodes of the contracts chain with --contracts',
  );
}

async function optionsOf(flags: RehearseFlags) {
  const { code, policy, asManager, account } = flags;
  const { readPolicyFile } = await import('../../config/policy-file.ts');
  const manager = await relayAccount('--as-manager', asManager);
  const signer = await relayAccount('--account', account);
  const acting = await actingOf(flags, signer);
  if (signer !== null && acting.multisig?.signatories.includes(signer) === false) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `--account ${signer} is none of the signatories of --multisig`,
    );
  }
  return {
    code: await readCodeFile(code),
    policy: policy === undefined ? null : await readPolicyFile(policy),
    asManager: manager,
    acting: signer === null && acting.multisig === null ? null : acting,
  };
}

/** @throws RESCUE_REQUEST_INVALID for what is no account of a relay chain */
async function relayAccount(flag: string, text: string | undefined): Promise<AccountHex | null> {
  if (text === undefined) return null;
  const { readAccount } = await import('../shared/key-options.ts');
  const account = await readAccount(flag, text);
  if (account.length === 66) return account;
  throw new RescueError('RESCUE_REQUEST_INVALID', `${flag} is an account of the relay chain, of 32 bytes`);
}

/** For scripts and cron: a rescue that fails ends with status 1. @throws RESCUE_REHEARSAL_FAILED */
function requireLife({ verdict, paraId }: RehearsalReport): void {
  if (verdict.kind === 'lives') return;
  const { step, words, known } = verdict;
  throw new RescueError(
    'RESCUE_REHEARSAL_FAILED',
    `the rescue of para ${paraId} fails${step === null ? '' : ` at ${step}`}: ${known?.sentence ?? words}`,
    { details: { step } },
  );
}
