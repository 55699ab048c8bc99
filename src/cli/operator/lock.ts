import type { Command } from 'commander';
import { managerObstacles } from '../../domain/chain/manager.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { lockAct } from '../../routes/registrar/manager-acts.ts';
import { callText, viewOf } from '../shared/call-view.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { carryOut, dryRunText } from '../shared/operator-call.ts';
import {
  type OperatorFlags,
  type RelayFlags,
  withOperatorOptions,
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
  withOperatorOptions(lock.command('add'))
    .description(
      'as the manager: lock the para, after which only governance or the para itself can unlock it',
    )
    .action((flags: OperatorFlags) => addLock(flags, io));
  withOperatorOptions(lock.command('remove'))
    .description('prepare the call with which the para (by XCM) or governance takes the lock off')
    .action((flags: OperatorFlags) => removeLock(flags, io));
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

function addLock(flags: OperatorFlags, io: CommandIo): Promise<void> {
  return withRelayToAct(flags, io, (session) => {
    const act = {
      ...lockAct(flags.para),
      warnings: [
        'once locked, only governance or the living para itself can unlock it: if it dies locked, its manager cannot rescue it',
      ],
      words: ['lock', 'add'],
      effect: `para ${flags.para} is locked`,
    };
    return carryOut(session, act, flags, io);
  });
}

/** No signed account may remove a lock, so this only prepares; whoever may do it learns how. */
function removeLock(flags: OperatorFlags, io: CommandIo): Promise<void> {
  return withRelay(flags, io, async ({ endpoints, finalized, submitter, observation }) => {
    const { dryRunCall } = await import('../../chain/extrinsics/call-dry-run.ts');
    const { paraId, registrar } = observation;
    const prepared = await submitter.prepare({ kind: 'remove-lock', paraId });
    const dryRun = await dryRunCall(endpoints, prepared.data, 'root', finalized);
    const view = viewOf(prepared, undefined);
    const ways = [
      `the living para sends, from its root or governance, an XCM to the relay chain (parents 1, interior Here) that pays for its execution and holds Transact { origin_kind: Native, call: ${prepared.data} }`,
      `governance of the relay chain dispatches the same call as root; its hash is ${prepared.hash}`,
    ];
    io.stdout(
      flags.json
        ? jsonText({ ...view, dryRunAsRoot: dryRun, locked: registrar?.locked ?? null, ways })
        : `${callText(view)}dry run    as root: ${dryRunText(dryRun)}\n${ways.map((way) => `way        ${way}\n`).join('')}`,
    );
    if (!registrar) refuse(managerObstacles(observation).join('; '));
    // Never locked does not last: sent now, the same call keeps the next head from locking the para.
    if (registrar.locked === false) refuse(`there is nothing to remove: ${lockSentence(observation)}`);
    if (!flags.dryRun)
      refuse('no signed account may remove a lock, only the para itself or root: see the ways above');
  });
}

function refuse(reason: string): never {
  throw new RescueError('RESCUE_CHAIN_REFUSES', reason);
}

function lockSentence({ registrar }: ParaObservation): string {
  if (registrar === undefined) return 'this relay chain has no registrar with the legacy calls';
  if (registrar === null) return 'none, the registrar has no entry for the para';
  if (registrar.locked === null) return 'open: never locked, and the first included head locks it';
  return registrar.locked
    ? 'locked: the manager may not act'
    : 'open: unlocked on purpose, the manager may act';
}
