import type { Command } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo } from '../shared/io.ts';
import { atDevnet, withControl } from './devnet-control.ts';

interface SubstituteFlags {
  readonly code: string;
  readonly block?: string;
  readonly control: string;
  readonly json?: boolean;
}

/** `pararescue devnet substitute`: the nodes of the embedded para restart with a code substitute. */
export function registerDevnetSubstitute(devnet: Command, io: CommandIo): void {
  const command = devnet
    .command('substitute')
    .description("restart the para's nodes with code in their chain spec's codeSubstitutes")
    .requiredOption('--code <file>', 'the runtime, compressed or not')
    .option('--block <n>', 'the block from whose state on it counts; by default the last one')
    .option('--json', 'print JSON for machines');
  withControl(command).action(async ({ code, block, control, json }: SubstituteFlags) => {
    const bytes = await readCodeFile(code);
    const from = block === undefined ? null : parseBlock(block);
    const installed = await atDevnet(control, io.signal, (network) => network.installSubstitute(from, bytes));
    io.stdout(
      json
        ? jsonText(installed)
        : `the para’s nodes run ${code} on the state of block ${installed.block} and later ones, where its spec version is the one on chain; the last block is ${installed.head}\n`,
    );
  });
}

function parseBlock(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RescueError('RESCUE_REQUEST_INVALID', `--block must be a block number, not "${text}".`);
}
