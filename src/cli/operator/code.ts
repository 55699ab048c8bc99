import type { ParaObservation } from '../../domain/chain/observation.ts';
import { obstacles as obstaclesOf } from '../../routes/facts.ts';
import { enactmentDelay, scheduleFacts } from '../../routes/registrar/plan.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { carryOut } from '../shared/operator-call.ts';
import { type OperatorFlags, withOperatorOptions, withRelay } from '../shared/operator-options.ts';

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
      await withRelay(flags, io, (session) => {
        const { observation, limits } = session;
        const codeHash = hashCode(blob);
        const view = { observation, limits, contract: null, approval: null, trouble: null };
        const obstacles = obstaclesOf(scheduleFacts(codeHash, blob.length), view);
        // What chain state refuses is told first; a blob that validators would reject is refused by its own error.
        const { runtime } = obstacles.length > 0 ? { runtime: null } : inspectCode(blob, limits);
        const act = {
          call: { kind: 'schedule-code', paraId: flags.para, code: blob } as const,
          obstacles,
          warnings: [
            ...(runtime ? [`the code is ${runtime.specName} ${runtime.specVersion}, hash ${codeHash}`] : []),
            limits.appliesAtExpectedBlock
              ? `it applies about ${enactmentDelay(limits)} relay blocks after it was scheduled, if the validators accept it; the next upgrade is possible ${limits.validationUpgradeCooldown} blocks later`
              : 'this relay chain applies it only with the next included head: it does not reach a para that builds no blocks',
          ],
          isDone: (now: ParaObservation) =>
            now.futureCodeHash === codeHash || now.currentCodeHash === codeHash,
          effect: `code ${codeHash} is scheduled for para ${flags.para}`,
        };
        return carryOut(session, act, flags, io);
      });
    });
};
