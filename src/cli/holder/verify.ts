import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { grouped } from '../../domain/amount.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { Hex } from '../../domain/units.ts';
import type { EvidenceReport } from '../../voting/evidence/points.ts';
import { hashArgument, proxyTypeArgument } from '../shared/arguments.ts';
import { readBundleFile } from '../shared/bundle-file.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { counted, megabytes } from '../shared/progress.ts';
import { roundText } from '../shared/round-text.ts';

interface VerifyFlags {
  readonly relayBlock?: Hex;
  readonly policy?: Hex;
  readonly authorities?: Hex;
  readonly layout?: Hex;
  readonly proxyType?: Readonly<Record<string, number>>;
  readonly threads: number;
  readonly json?: boolean;
}

/** `pararescue verify FILE`: needs no service, no node and no network. */
export const registerVerify: RegisterCommand = (program, io) => {
  program
    .command('verify')
    .description('recompute a vote from its evidence bundle, offline, and say point by point what holds')
    .argument('<file>', 'the bundle, or - for the standard input')
    .option(
      '--relay-block <hash>',
      'hash of the relay block, as a node that you trust has finalized it',
      hashArgument,
    )
    .option('--policy <hash>', 'hash of the policy that the para opted in with', hashArgument)
    .option('--authorities <hash>', 'blake2-256 of Grandpa.Authorities at the relay block', hashArgument)
    .option('--layout <hash>', "hash of the para's storage layout, taken from its metadata", hashArgument)
    .option(
      '--proxy-type <name=index>',
      "a type of proxies as the para's metadata numbers it, such as Governance=3; as often as you know one",
      proxyTypeArgument,
    )
    .option('--threads <n>', 'threads that check signatures', threadsArgument, availableParallelism())
    .option('--json', 'print JSON for machines')
    .action(async (file: string, flags: VerifyFlags) => {
      const report = await verifyFile(file, flags, io);
      io.stdout(flags.json ? jsonText({ ok: report.failed === null, ...report }) : reportText(report));
      const failed = report.points.find(({ point }) => point === report.failed);
      if (failed) {
        throw new RescueError(
          'RESCUE_PROOF_INVALID',
          `The bundle fails at ${failed.point}: ${printable(failed.detail)}`,
          { details: { point: failed.point } },
        );
      }
    });
};

/** Signatures are checked on threads. */
async function verifyFile(
  file: string,
  { relayBlock, policy, authorities, layout, proxyType, threads }: VerifyFlags,
  io: CommandIo,
): Promise<EvidenceReport> {
  let votes = 0;
  const { verifyOnThreads } = await import('../../threads/verify-on-threads.ts');
  const trusted = {
    ...(relayBlock && { relayBlock }),
    ...(policy && { policy }),
    ...(authorities && { authorities }),
    ...(layout && { layout }),
    ...(proxyType && { proxyTypes: proxyType }),
  };
  const size = file === '-' ? null : ((await stat(file).catch(() => null))?.size ?? null);
  const chunks = counted(
    file === '-' ? process.stdin : readBundleFile(file, io.signal),
    io,
    (bytes) => `${megabytes(bytes, size)} read, ${votes} votes`,
  );
  const [{ createTrialThread }, { repeatTrial }] = await Promise.all([
    import('../../trial/try-para.ts'),
    import('../../trial/repeat.ts'),
  ]);
  const thread = createTrialThread();
  try {
    return await verifyOnThreads(
      chunks,
      {
        trusted,
        onVote: () => {
          votes += 1;
        },
        repeatTrial: (trial) => {
          io.progress('a trial is done again');
          return repeatTrial(thread, trial);
        },
      },
      threads,
    );
  } finally {
    await thread.close();
  }
}

function whoText({ electorate, tallies }: NonNullable<EvidenceReport['result']>): string {
  const collators = tallies[0]?.collators;
  if (collators?.decide === 'alone') return `${collators.size} collators`;
  return `electorate ${grouped(electorate)}${collators ? ` and ${collators.size} collators` : ''}`;
}

function threadsArgument(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 256) return count;
  throw new InvalidArgumentError('a number of threads is a whole number from 1 to 256.');
}

const STATUS = { holds: 'holds', fails: 'FAILS', 'not covered': 'not covered' } as const;

function reportText({ points, failed, result }: EvidenceReport): string {
  const lines = points.map(
    ({ title, status, detail }) =>
      `${STATUS[status].padEnd(11)}  ${title}\n             ${printable(detail)}\n`,
  );
  if (result) {
    lines.push(
      `\npara ${result.paraId}, round ${roundText(result)} of head ${result.head}\n`,
      `${whoText(result)}, ${result.votes} votes\n`,
      result.decision.kind === 'approved'
        ? `approved: proposal ${result.decision.proposal}, code ${result.codeHash}\n`
        : `${result.decision.kind}: no code is approved\n`,
    );
  }
  const open = points.filter(({ status }) => status === 'not covered');
  if (failed === null && open.length > 0) {
    lines.push(`for you to check elsewhere: ${open.map(({ point }) => point).join(', ')}\n`);
  }
  return lines.join('');
}
