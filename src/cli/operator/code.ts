import { viewOfRelay } from '../../domain/route/view.ts';
import { enactmentDelay } from '../../routes/code-upgrade.ts';
import { actObstacles, scheduleAct } from '../../routes/registrar/manager-acts.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { carryOut } from '../shared/operator-call.ts';
import { type OperatorFlags, withOperatorOptions, withRelayToAct } from '../shared/operator-options.ts';

interface CodeFlags extends OperatorFlags {
  readonly code: string;
}

export const registerCode: RegisterCommand = (program, io) => {
  const code = program.command('code').description('the validation code of a para on its relay chain');
  withOperatorOptions(code.command('schedule'))
    .description(
      'as the manager of an unlocked para: schedule new code, which validators check before it applies',
    )
    .requiredOption('--code <file>', 'the runtime, wasm or compressed wasm')
    .action(async (flags: CodeFlags) => {
      const blob = await readCodeFile(flags.code);
      const { hashCode, inspectCode } = await import('../../code/inspect.ts');
      await withRelayToAct(flags, io, (session) => {
        const { observation, limits } = session;
        const codeHash = hashCode(blob);
        const schedule = scheduleAct(flags.para, blob, codeHash);
        // What chain state refuses is told first; a blob that validators would reject is refused by its own error.
        const isPossible = actObstacles(schedule, viewOfRelay(observation, session.limits)).length === 0;
        const { runtime } = isPossible ? inspectCode(blob, limits) : { runtime: null };
        const act = {
          ...schedule,
          warnings: [
            ...(runtime ? [`the code is ${runtime.specName} ${runtime.specVersion}, hash ${codeHash}`] : []),
            limits.appliesAtExpectedBlock
              ? `it applies about ${enactmentDelay(limits)} relay blocks after it was scheduled, if the validators accept it; the next upgrade is possible ${limits.validationUpgradeCooldown} blocks later`
              : 'this relay chain applies it only with the next included head: it does not reach a para that builds no blocks',
          ],
          effect: `code ${codeHash} is scheduled for para ${flags.para}`,
        };
        return carryOut(session, act, flags, io);
      });
    });
};
