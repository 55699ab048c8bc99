import { jsonText } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { checkpointLine, endpointOption, troubleTo } from '../shared/operator-options.ts';

interface CheckpointFlags {
  readonly relay: readonly string[];
  readonly json?: true;
}

export const registerCheckpoint: RegisterCommand = (program, io) => {
  program
    .command('checkpoint')
    .description('print a final block of the relay chain and its voters, to pin in the configuration')
    .addOption(endpointOption('--relay <url>', 'the relay chain').makeOptionMandatory())
    .option('--json', 'print JSON for machines')
    .action(async ({ relay: urls, json }: CheckpointFlags) => {
      const [
        { Endpoints },
        { agreeOnCheckpoint, checkpointYaml, votersOf },
        { notPresent },
        { RescueError },
      ] = await Promise.all([
        import('../../chain/nodes/endpoints.ts'),
        import('../../chain/finality/checkpoint.ts'),
        import('../../domain/chain/present.ts'),
        import('../../domain/errors.ts'),
      ]);
      const endpoints = new Endpoints({ urls, onTrouble: troubleTo(io) });
      try {
        const agreed = await agreeOnCheckpoint(endpoints);
        if (!agreed) {
          throw new RescueError(
            'RESCUE_FINALITY_UNPROVEN',
            'This relay chain has no GRANDPA voters, so there is no set to begin with.',
          );
        }
        const genesis = await endpoints.genesis();
        const { header: _, time, ...checkpoint } = agreed;
        const old = notPresent(checkpoint.number, time, Date.now());
        if (old !== null) warningTo(io)(old);
        if (json) {
          io.stdout(jsonText({ genesis, ...checkpoint }));
          return;
        }
        io.stderr(`${checkpointLine(checkpoint, votersOf(checkpoint))}; compare it with what others see\n`);
        io.stdout(checkpointYaml(checkpoint, genesis));
      } finally {
        await endpoints.close();
      }
    });
};
