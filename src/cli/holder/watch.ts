import { setTimeout as pause } from 'node:timers/promises';
import { RescueError } from '../../domain/errors.ts';
import type { ServiceEvent } from '../../domain/events.ts';
import { printable, printableJson } from '../../domain/plain-text.ts';
import type { ParaId } from '../../domain/units.ts';
import { paraArgument, sequenceArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';

interface WatchFlags extends ClientFlags {
  readonly para?: ParaId;
  readonly after: number;
}

const RECONNECT_MS = 2000;
const RECONNECT_ATTEMPTS = 30;

export const registerWatch: RegisterCommand = (program, io) => {
  withClientOptions(program.command('watch'), io)
    .description('follow what the service sees and does, one event a line')
    .option('--para <id>', 'of one para only', paraArgument)
    .option('--after <id>', 'only events after this one; 0 for all', sequenceArgument, 0)
    .action(async (flags: WatchFlags) => {
      const client = await clientOf(flags, io);
      let after = flags.after;
      let connected = false;
      let failures = 0;
      while (!io.signal.aborted) {
        const wanted = flags.para === undefined ? {} : { paraId: flags.para };
        try {
          for await (const event of client.events({ ...wanted, after, signal: io.signal })) {
            after = event.id;
            connected = true;
            failures = 0;
            io.stdout(flags.json ? `${printableJson(JSON.stringify(event))}\n` : eventLine(event));
          }
        } catch (error) {
          // A service that never answered is a wrong address; one that did is being restarted.
          const lost = error instanceof RescueError && error.code === 'RESCUE_SERVICE_UNREACHABLE';
          if (!connected || !lost || failures >= RECONNECT_ATTEMPTS) throw error;
        }
        failures += 1;
        if (!io.signal.aborted) await rest(io.signal);
      }
    });
};

function eventLine({ at, paraId, relayBlock, type, message }: ServiceEvent): string {
  const time = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  const block = relayBlock === null ? '-' : String(relayBlock);
  const subject = paraId === null ? 'all paras' : `para ${paraId}`;
  return `${time}  ${subject}  block ${block}  ${printable(type)}  ${printable(message)}\n`;
}

async function rest(signal: AbortSignal): Promise<void> {
  await pause(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
}
