import { fromHex, toHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { setHeadAct } from '../../routes/registrar/manager-acts.ts';
import { neverLocked, setHeadRegrets } from '../../routes/registrar/regrets.ts';
import type { PageFlags } from '../shared/act-page.ts';
import { type TrialFlags, tryCall, withTrialOptions } from '../shared/act-trial.ts';
import { gapArgument } from '../shared/arguments.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { carryOut } from '../shared/operator-call.ts';
import {
  type OperatorFlags,
  withOperatorOptions,
  withPageOption,
  withRelayToAct,
} from '../shared/operator-options.ts';
import { readAtMost } from '../shared/read-file.ts';
import { ASKS_NOBODY } from '../shared/release-text.ts';

interface HeadFlags extends OperatorFlags, TrialFlags, PageFlags {
  readonly head: string;
  readonly gap?: number;
}

export const registerHead: RegisterCommand = (program, io) => {
  const head = program.command('head').description('the last head of a para, as its relay chain stores it');
  withPageOption(withTrialOptions(withOperatorOptions(head.command('set'))))
    .description('as the manager of an unlocked para: replace the stored head. It revives no chain')
    .requiredOption('--head <hex>', 'head data in hex, or @FILE that holds its bytes')
    .option('--move-living-head', 'set it though the para lives, which cuts off what its collators build on')
    .option(
      '--gap <blocks>',
      'relay blocks without a head after which the para counts as stopped',
      gapArgument,
    )
    .addHelpText('after', ASKS_NOBODY)
    .action(async (flags: HeadFlags) => {
      const bytes = await readHead(flags.head);
      if (bytes.length === 0) throw new RescueError('RESCUE_REQUEST_INVALID', 'the head is empty');
      const { headOf } = await import('../../chain/relay/relay-observation.ts');
      const next = headOf(toHex(bytes));
      await withRelayToAct(flags, io, (session) => {
        const { observation, limits } = session;
        const setHead = setHeadAct(flags.para, bytes);
        const account = observation.registrar?.manager ?? null;
        const act = {
          ...setHead,
          regrets: setHeadRegrets(viewOfRelay(observation, limits), flags.gap),
          ...(account !== null && {
            tryIt: () => tryCall(session, { paraId: flags.para, call: setHead.call, account }, io),
          }),
          warnings: [
            ...[neverLocked(observation)].filter((sentence) => sentence !== null),
            'this only replaces stored bytes: no code is applied by it and no block is built',
            'a skipped or rewound head breaks the message queues (DMP, HRMP) of most paras, and every voting anchor on the old head is void',
            next === null
              ? 'the head is no Substrate header: only a para that is not built with FRAME can go on from it'
              : `the para goes from block ${observation.head?.number ?? 'unknown'} to block ${next.number} (${next.hash})`,
          ],
          name: 'head set',
          words: ['head', 'set', '--head', flags.head],
          effect: `the head of para ${flags.para} is ${next?.hash ?? toHex(bytes)}`,
        };
        return carryOut(session, act, flags, io);
      });
    });
};

/** Relay chains take some ten kibibytes (`maxHeadDataSize`). */
const MOST_HEAD_BYTES = 1024 * 1024;

async function readHead(text: string): Promise<Uint8Array> {
  try {
    return text.startsWith('@') ? await readAtMost(text.slice(1), MOST_HEAD_BYTES) : fromHex(text);
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `--head must be 0x and whole bytes of hex, or @ and a file that can be read: ${messageOf(cause)}`,
      { cause },
    );
  }
}
