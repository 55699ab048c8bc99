import type { Command } from 'commander';
import { ERA_PERIOD } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AcceptedLoss } from '../../domain/records/loss.ts';
import type { ParaId } from '../../domain/units.ts';
import { paraArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo } from '../shared/io.ts';
import { findingLines, withCopy, withStore } from '../shared/store-folder.ts';

interface Flags {
  readonly database: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `pararescue store accept-loss`: shown first, on a copy, and done at a second word. */
export function registerAcceptLoss(store: Command, io: CommandIo): void {
  store
    .command('accept-loss <para...>')
    .description(
      'let paras that are held go on without the acts that are missing, while no service runs: their open rounds are void; without --yes it only shows what that means',
    )
    .requiredOption('--database <folder>', 'folder of the database')
    .option('--yes', 'do it, after it was shown')
    .option('--json', 'print JSON for machines')
    .action(async (given: readonly string[], flags: Flags) => {
      const paras = [...new Set(given.map(paraArgument))];
      const { losses, withoutEvidence } = flags.yes
        ? await withStore(flags.database, ({ acceptLoss }) => acceptLoss(paras))
        : await withCopy(flags.database, ({ planLoss }) => planLoss(paras));
      io.stdout(
        flags.json
          ? jsonText({ accepted: flags.yes === true, losses, withoutEvidence })
          : losses.map((loss) => lossText(loss, withoutEvidence)).join(''),
      );
      if (flags.yes) return;
      throw new RescueError(
        'RESCUE_REQUEST_INVALID',
        'nothing was changed: if no backup is left, repeat the command with --yes to accept this',
      );
    });
}

function lossText(
  { paraId, round, optIn, lost }: AcceptedLoss,
  withoutEvidence: Readonly<Record<ParaId, number>>,
): string {
  const rounds = withoutEvidence[paraId] ?? 0;
  const effects = [
    `what was signed in rounds up to ${round} on the present head is void, and so is a decision that was being carried out: holders propose and vote again, in round ${round + 1} or later`,
    `calls that were signed before may still reach the chain; none is sent again, and none is signed before they cannot any more (${ERA_PERIOD} relay blocks after the service started)`,
    'a lock that was to be put back on the para has to be put back by hand',
    ...(optIn === null
      ? []
      : [
          'the para is not opted in until its registrar manager signs again, with a higher sequence, or its contract says so',
        ]),
    ...(rounds === 0
      ? []
      : [`the evidence of ${rounds} ended round${rounds === 1 ? '' : 's'} is given out no more`]),
    'services of others that lost nothing go on with the rounds that are void here',
  ];
  return `para ${paraId}, lost:\n${findingLines(lost)}what it means to go on without that:\n${effects.map((effect) => `  - ${effect}\n`).join('')}`;
}
