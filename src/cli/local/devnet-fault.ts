import type { Command } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import type { CommandIo } from '../shared/io.ts';
import { table } from '../shared/table.ts';
import { atDevnet, type FaultStates, withControl } from './devnet-control.ts';

interface FaultFlags {
  readonly undo?: true;
  readonly control: string;
  readonly json?: true;
}

/** `pararescue devnet fault`: what can go wrong with the embedded network, and whether it does. */
export function registerDevnetFault(devnet: Command, io: CommandIo): void {
  const command = devnet
    .command('fault')
    .description('let something go wrong with a network that runs, or list what can')
    .argument('[name]', 'the fault; without it all are listed')
    .option('--undo', 'end it');
  withControl(command)
    .option('--json', 'machine-readable output')
    .action(async (name: string | undefined, { undo, control, json }: FaultFlags) => {
      if (name === undefined && undo)
        throw new RescueError('RESCUE_REQUEST_INVALID', 'name the fault that --undo shall end.');
      const states = await atDevnet(control, io.signal, async (network) => {
        if (name === undefined) return network.faults();
        if (!json) io.stderr('this takes some relay blocks\n');
        return undo ? network.end(name) : network.begin(name);
      });
      const shown = name === undefined ? states : states.filter((state) => state.name === name);
      if (json) io.stdout(`${JSON.stringify({ faults: shown })}\n`);
      else io.stdout(name === undefined ? listOf(shown) : shown.map(oneOf).join(''));
    });
}

function listOf(states: FaultStates): string {
  return table(
    ['fault', 'on', 'undo', 'what is wrong then'],
    states.map(({ name, on, what, undo }) => [name, on ? 'yes' : '', undo === null ? 'no' : 'yes', what]),
  );
}

function oneOf({ name, on, what, undo }: FaultStates[number]): string {
  if (!on) return `${name} has ended\n`;
  return `${name}: ${what}\n${undo === null ? 'Only a rescue ends it.' : `To end it, add --undo: ${undo}.`}\n`;
}
