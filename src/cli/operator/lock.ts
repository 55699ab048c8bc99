import type { Command } from 'commander';
import { USUAL_GAP, whyNotStopped } from '../../domain/chain/living.ts';
import { managerObstacles } from '../../domain/chain/manager.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { lockAct } from '../../routes/registrar/manager-acts.ts';
import { lockRegrets, neverLocked } from '../../routes/registrar/regrets.ts';
import { preparedPageCall } from '../../routes/validation/page-call.ts';
import { beginActPage, type PageFlags } from '../shared/act-page.ts';
import { type TrialFlags, tryCall, withTrialOptions } from '../shared/act-trial.ts';
import { dryRunText } from '../shared/act-view.ts';
import { gapArgument } from '../shared/arguments.ts';
import { callText, viewOf } from '../shared/call-view.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { carryOut } from '../shared/operator-call.ts';
import {
  type OperatorFlags,
  type RelayFlags,
  withOperatorOptions,
  withPageOption,
  withRelay,
  withRelayOptions,
  withRelayToAct,
} from '../shared/operator-options.ts';
import { facts } from '../shared/table.ts';

export const registerLock: RegisterCommand = (program, io) => {
  const lock = program
    .command('lock')
    .description("the registrar's lock of a para: whether its manager may act");
  registerLockStatus(lock, io);
  withPageOption(withTrialOptions(withOperatorOptions(lock.command('add'))))
    .description(
      'as the manager: lock the para, after which only governance or the para itself can unlock it',
    )
    .option('--lock-stopped-para', 'lock it though it has stopped, after which its manager cannot rescue it')
    .option(
      '--gap <blocks>',
      `relay blocks without a head after which the para counts as stopped: ${USUAL_GAP} at most`,
      gapArgument,
    )
    .action((flags: LockFlags) => addLock(flags, io));
  withPageOption(withOperatorOptions(lock.command('remove')))
    .description('prepare the call with which the para (by XCM) or governance takes the lock off')
    .action((flags: LockFlags) => removeLock(flags, io));
};

function registerLockStatus(lock: Command, io: CommandIo): void {
  withRelayOptions(lock.command('status'))
    .description('show manager and lock at the newest finalized relay block')
    .action((flags: RelayFlags) =>
      withRelay(flags, io, async ({ observation }) => {
        const { paraId, relay, registrar, lifecycle } = observation;
        const status = {
          paraId,
          relayBlock: relay.number,
          lifecycle,
          manager: registrar?.manager ?? null,
          locked: registrar?.locked ?? null,
          managerMayAct: registrar ? registrar.locked !== true : false,
          /** Whether that lasts when heads are included. */
          lasts: registrar ? registrar.locked !== null : false,
        };
        io.stdout(
          flags.json
            ? jsonText(status)
            : facts([
                ['para', `${paraId} (${lifecycle ?? 'not registered'})`],
                ['manager', status.manager],
                ['lock', lockSentence(observation)],
                ['relay', `block ${relay.number}, ${relay.hash}`],
              ]),
        );
      }),
    );
}

interface LockFlags extends OperatorFlags, TrialFlags, PageFlags {
  readonly gap?: number;
}

function addLock(flags: LockFlags, io: CommandIo): Promise<void> {
  return withRelayToAct(flags, io, (session) => {
    const { observation, limits } = session;
    const lock = lockAct(flags.para);
    const account = observation.registrar?.manager ?? null;
    const act = {
      ...lock,
      regrets: lockRegrets(viewOfRelay(observation, limits), flags.gap),
      ...(account !== null && {
        tryIt: () => tryCall(session, { paraId: flags.para, call: lock.call, account }, io),
      }),
      warnings: [
        'once locked, only governance or the living para itself can unlock it: if it dies locked, its manager cannot rescue it',
      ],
      name: 'lock add',
      words: ['lock', 'add'],
      effect: `para ${flags.para} is locked`,
    };
    return carryOut(session, act, flags, io);
  });
}

const NOT_TRIED =
  "not on a fork, where nobody could sign it either: the dry run is the relay chain's runtime, as root or the para would have it run";

/** No signed account may remove a lock, so this only prepares; whoever may do it learns how. */
function removeLock(flags: LockFlags, io: CommandIo): Promise<void> {
  return withRelay(flags, io, async (session) => {
    const { endpoints, finalized, submitter, observation, limits } = session;
    const { dryRunCall } = await import('../../chain/extrinsics/call-dry-run.ts');
    const { paraId, registrar } = observation;
    const prepared = await submitter.prepare({ kind: 'remove-lock', paraId });
    const dryRun = await dryRunCall(endpoints, prepared.data, 'root', finalized);
    const view = viewOf(prepared, undefined);
    const isStopped =
      observation.mostRecentContext !== null && whyNotStopped(observation, flags.gap) === null;
    const ways = [
      `the living para${isStopped ? ', which it is not now,' : ''} sends, from its root or governance, an XCM to the relay chain (parents 1, interior Here) that pays for its execution and holds Transact { origin_kind: Native, call: ${prepared.data} }`,
      `governance of the relay chain dispatches the same call as root; its hash is ${prepared.hash}`,
    ];
    const locked = registrar?.locked ?? null;
    const change = `locked: ${locked} → false, which heads of the para leave alone`;
    io.stdout(
      flags.json
        ? jsonText({ ...view, dryRunAsRoot: dryRun, locked, change, ways })
        : `${callText(view)}dry run    as root: ${dryRunText(dryRun)}\nchanges    ${change}\ntried      ${NOT_TRIED}\n${ways.map((way) => `way        ${way}\n`).join('')}`,
    );
    if (!registrar) refuse(managerObstacles(observation).join('; '));
    const open = neverLocked(observation);
    if (open !== null) io.stderr(`warning: ${open}\n`);
    if (registrar.locked === false) refuse(`there is nothing to remove: ${lockSentence(observation)}`);
    await beginActPage(
      session,
      flags,
      {
        name: 'lock remove',
        title: 'take the registrar lock off, by the para itself or by root',
        call: preparedPageCall(prepared, {
          chain: 'relay chain',
          origin: 'the para, or root',
          signer: 'the para by XCM, or governance',
        }),
        before: [],
        after: [{ kind: 'registrar-unlocked' }],
        notes: [...ways, `dry run as root: ${dryRunText(dryRun)}`],
      },
      viewOfRelay(observation, limits),
    );
    // Nothing locks it yet: that the call is there to be sent is all that was asked for.
    if (!flags.dryRun && registrar.locked)
      refuse('no signed account may remove a lock, only the para itself or root: see the ways above');
  });
}

function refuse(reason: string): never {
  throw new RescueError('RESCUE_CHAIN_REFUSES', reason);
}

function lockSentence({ registrar }: ParaObservation): string {
  if (registrar === undefined) return 'this relay chain has no registrar with the legacy calls';
  if (registrar === null) return 'none, the registrar has no entry for the para';
  if (registrar.locked === null) {
    return 'null, not safe yet: never locked, and the next included head locks it; "pararescue lock remove" is the call to send';
  }
  return registrar.locked
    ? 'locked: the manager may not act'
    : 'open: unlocked on purpose, the manager may act';
}
