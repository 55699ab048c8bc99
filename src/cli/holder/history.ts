import type { ParaId } from '../../domain/units.ts';
import { countArgument, paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import { incidentTable, incidentText } from '../shared/incident-text.ts';
import type { RegisterCommand } from '../shared/io.ts';

interface HistoryFlags extends ClientFlags {
  readonly incident?: number;
  readonly most: number;
}

export const registerHistory: RegisterCommand = (program, io) => {
  withClientOptions(program.command('history'), io)
    .description('incidents: what stopped, since when, what was believed and done, and how it ended')
    .argument('[para]', 'of one para only', paraArgument)
    .option('--incident <number>', 'everything about one incident', countArgument)
    .option('--most <number>', 'so many of the newest ones', countArgument, 50)
    .action(async (paraId: ParaId | undefined, flags: HistoryFlags) => {
      const client = await clientOf(flags, io);
      if (flags.incident !== undefined) {
        const incident = await client.incident(flags.incident);
        io.stdout(flags.json ? jsonText(incident) : incidentText(incident));
        return;
      }
      const incidents = await client.incidents(paraId ?? null, flags.most);
      if (flags.json) io.stdout(jsonText({ incidents }));
      else if (incidents.length === 0) io.stdout('no incident so far\n');
      else io.stdout(incidentTable(incidents, Date.now()));
    });
};
