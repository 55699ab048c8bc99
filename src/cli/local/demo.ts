import type { Command } from 'commander';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';

interface DemoFlags {
  readonly contract?: true;
  readonly mismatch?: true;
  readonly json?: true;
  readonly blockMs: string;
}

/** `pararescue demo`: the whole story on the embedded network. */
export const registerDemo: RegisterCommand = (program: Command, io: CommandIo) => {
  program
    .command('demo')
    .description('play a whole rescue on an embedded network: a real panic, a vote, a registrar upgrade')
    .option('--contract', 'the story of a rescue contract and its watchers on a contracts chain')
    .option(
      '--mismatch',
      'the story of a relay chain that stores other code than the para has, and of a re-labelled substitute',
    )
    .option('--json', 'print one JSON object a line; the last one names states, durations and hashes')
    .option('--block-ms <n>', 'milliseconds between relay blocks', '400')
    .action(async (flags: DemoFlags) => {
      const { parseBlockMs } = await import('./block-time.ts');
      const { createNarrator } = await import('../../demo/narrator.ts');
      const { playDemo } = await import('../../demo/story.ts');
      const narrator = createNarrator({
        write: io.styled,
        json: flags.json === true,
        colours: process.stdout.isTTY === true && !io.env.NO_COLOR,
        now: () => performance.now(),
      });
      const summary = await playDemo({
        narrator,
        signal: io.signal,
        blockMs: parseBlockMs(flags.blockMs),
        contract: flags.contract === true,
        mismatch: flags.mismatch === true,
      });
      narrator.tell(
        'summary',
        `Rescued in ${(narrator.elapsed() / 1000).toFixed(1)} s: ${summary.states.join(' → ')}`,
        { ...summary },
      );
    });
};
