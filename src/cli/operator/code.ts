import type { RelaySession } from '../../chain/relay/session.ts';
import type { CodeExpectations } from '../../code/inspect.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { enactmentDelay } from '../../routes/code-upgrade.ts';
import { actObstacles, scheduleAct } from '../../routes/registrar/manager-acts.ts';
import { registerCodeTools } from '../code/commands.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { carryOut } from '../shared/operator-call.ts';
import { type OperatorFlags, withOperatorOptions, withRelayToAct } from '../shared/operator-options.ts';

interface CodeFlags extends OperatorFlags {
  readonly code: string;
  readonly specName?: string;
}

export const registerCode: RegisterCommand = (program, io) => {
  const code = program
    .command('code')
    .description('runtime code: what it is, and what the relay chain stores for a para');
  registerCodeTools(code, io);
  withOperatorOptions(code.command('schedule'))
    .description(
      'as the manager of an unlocked para: schedule new code, which validators check before it applies',
    )
    .requiredOption('--code <file>', 'the runtime, wasm or compressed wasm')
    .option(
      '--spec-name <name>',
      'take a runtime of this chain, also where the relay chain stores one of another',
    )
    .action(async (flags: CodeFlags) => {
      const blob = await readCodeFile(flags.code);
      const [{ hashCode, inspectCode }, { comparisonSentences }] = await Promise.all([
        import('../../code/inspect.ts'),
        import('../../code/compare.ts'),
      ]);
      await withRelayToAct(flags, io, async (session) => {
        const { observation, limits } = session;
        const codeHash = hashCode(blob);
        const schedule = scheduleAct(flags.para, blob, codeHash);
        // What chain state refuses is told first; a blob that validators would reject is refused by its own error.
        const isPossible = actObstacles(schedule, viewOfRelay(observation, session.limits)).length === 0;
        const facts = isPossible ? inspectCode(blob, await expectations(session, flags.specName)) : null;
        const act = {
          ...schedule,
          warnings: [
            ...(facts
              ? [`the code is ${facts.runtime.specName} ${facts.runtime.specVersion}, hash ${codeHash}`]
              : []),
            ...(facts?.comparison ? comparisonSentences(facts.comparison) : []),
            limits.appliesAtExpectedBlock
              ? `it applies about ${enactmentDelay(limits)} relay blocks after it was scheduled, if the validators accept it; the next upgrade is possible ${limits.validationUpgradeCooldown} blocks later`
              : 'this relay chain applies it only with the next included head: it does not reach a para that builds no blocks',
          ],
          words: ['code', 'schedule', '--code', flags.code],
          effect: `code ${codeHash} is scheduled for para ${flags.para}`,
        };
        return carryOut(session, act, flags, io);
      });
    });
};

/** What the code is held against: the relay chain's limits, and the code that it stores for the para. */
async function expectations(
  { observation, limits, reader }: RelaySession,
  specName: string | undefined,
): Promise<CodeExpectations> {
  const { currentCodeHash } = observation;
  return {
    maxCodeSize: limits.maxCodeSize,
    replacedCode: currentCodeHash === null ? null : await reader.storedCode(currentCodeHash),
    ...(specName === undefined ? {} : { expectSpec: { specName } }),
  };
}
