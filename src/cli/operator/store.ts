import type { Command } from 'commander';
import type { ServiceClient } from '../../client/service-client.ts';
import { RescueError } from '../../domain/errors.ts';
import type { StoreFinding, StoreReport } from '../../domain/views/store.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { operatorTokenOf, type TokenFlags, withTokenOptions } from '../shared/operator-token.ts';
import { counted, megabytes } from '../shared/progress.ts';
import { findingLines, withCopy, withStore } from '../shared/store-folder.ts';
import { registerAcceptLoss } from './store-accept-loss.ts';

interface StoreFlags extends ClientFlags, TokenFlags {
  readonly database?: string;
}

/** `pararescue store`: what the operator does with the database of the service. */
export const registerStore: RegisterCommand = (program, io) => {
  const store = program.command('store').description("check the service's database, back it up, restore it");
  registerRenew(store, io);
  registerRepair(store, io);
  registerAcceptLoss(store, io);
  withPlace(store.command('check'), io)
    .description(
      'read the whole database: whether everything that was acknowledged is there, and readable; status 1 if not',
    )
    .action(async (flags: StoreFlags) => {
      const report = await checked(flags, io);
      io.stdout(flags.json ? jsonText(report) : reportText(report));
      requireWhole(report.findings);
    });
  withPlace(store.command('backup <file>'), io)
    .description('write the database as it is at this moment into a new file, while the service goes on')
    .action(async (file: string, flags: StoreFlags) => {
      const { writeBackup } = await import('../../store/backup.ts');
      const summary = await withBackup(flags, io, (chunks) =>
        writeBackup(
          counted(chunks, io, (bytes) => `${megabytes(bytes)} of the database`),
          file,
        ),
      );
      io.stdout(
        flags.json
          ? jsonText({ file, ...summary })
          : `written to ${file}: ${summary.records} records, ${summary.bytes} bytes, as of ${new Date(summary.createdAt).toISOString()}\n`,
      );
    });
  store
    .command('restore <file>')
    .description('make a database of a backup, in a folder that is new or empty')
    .requiredOption('--database <folder>', 'folder of the new database')
    .option('--json', 'print JSON for machines')
    .action(async (file: string, flags: { readonly database: string; readonly json?: boolean }) => {
      process.umask(0o077);
      const { restoreBackup } = await import('../../store/backup.ts');
      const { findings, ...summary } = await restoreBackup(file, flags.database);
      io.stdout(
        flags.json
          ? jsonText({ database: flags.database, ...summary, findings })
          : `restored into ${flags.database}: ${summary.records} records, as of ${new Date(summary.createdAt).toISOString()}\n${findingsText(findings)}`,
      );
    });
};

/** What is held only because the file of acts is damaged goes on at the operator's word. */
function registerRenew(store: Command, io: CommandIo): void {
  store
    .command('renew-acts')
    .description(
      'write a damaged or lost acts.log anew from what the database holds, while no service runs: what is there counts as all that was acknowledged',
    )
    .requiredOption('--database <folder>', 'folder of the database')
    .option('--json', 'print JSON for machines')
    .action(async ({ database, json }: { readonly database: string; readonly json?: boolean }) => {
      await withStore(database, ({ renewActs }) => renewActs());
      io.stdout(
        json
          ? jsonText({ database, renewed: true })
          : `acts.log of ${database} is written anew from what the database holds\n`,
      );
    });
}

/** For a database whose CURRENT, MANIFEST or tables LevelDB cannot read any more. */
function registerRepair(store: Command, io: CommandIo): void {
  store
    .command('repair <folder>')
    .description(
      'make a new database of what is left of one that cannot be opened any more, and name what it lacks; the damaged one stays as it is',
    )
    .requiredOption('--into <folder>', 'folder of the new database, new or empty')
    .option('--json', 'print JSON for machines')
    .action(async (folder: string, flags: { readonly into: string; readonly json?: boolean }) => {
      process.umask(0o077);
      const { repairDatabase } = await import('../../store/repair.ts');
      const findings = await repairDatabase(folder, flags.into);
      io.stdout(
        flags.json
          ? jsonText({ database: flags.into, findings })
          : `what is left of ${folder} is in ${flags.into}\n${findingsText(findings)}`,
      );
    });
}

/** A database is asked of the service that owns it, or read in its folder while no service runs. */
function withPlace(command: Command, io: CommandIo): Command {
  return withTokenOptions(withClientOptions(command, io)).option(
    '--database <folder>',
    'folder of a database that no service owns at the moment, instead of asking the service',
  );
}

async function operatorOf(flags: StoreFlags, io: CommandIo): Promise<ServiceClient> {
  return clientOf(flags, io, await operatorTokenOf(flags, io));
}

async function checked(flags: StoreFlags, io: CommandIo): Promise<StoreReport> {
  if (flags.database === undefined) return (await operatorOf(flags, io)).checkStore();
  return withCopy(flags.database, ({ safekeeping }) => safekeeping.check());
}

async function withBackup<T>(
  flags: StoreFlags,
  io: CommandIo,
  use: (chunks: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  if (flags.database === undefined) return use(await (await operatorOf(flags, io)).backupStore());
  return withCopy(flags.database, ({ safekeeping }) => use(safekeeping.backup()));
}

function reportText(report: StoreReport): string {
  const { format, records, bytes, lastAct, paras, findings } = report;
  const lines = [...new Set(paras.map(({ paraId }) => paraId))].map((id) => {
    const own = paras.filter(({ paraId }) => paraId === id);
    return `  para ${id}: ${own.map(({ kind, count }) => `${kind} ${count}`).join(', ')}\n`;
  });
  return `format ${format}, ${records} records, ${bytes} bytes, ${lastAct} batches of acts\n${lines.join('')}${findingsText(findings)}`;
}

function findingsText(findings: readonly StoreFinding[]): string {
  if (findings.length === 0) return 'everything that was acknowledged is there\n';
  return `not as it was acknowledged:\n${findingLines(findings)}`;
}

function requireWhole(findings: readonly StoreFinding[]): void {
  if (findings.length === 0) return;
  throw new RescueError(
    'RESCUE_STORE_INCOMPLETE',
    'the database is not as it was acknowledged: restore a backup; without one, "pararescue store accept-loss" lets a para that is held go on in a new round (docs/backup.md)',
  );
}
