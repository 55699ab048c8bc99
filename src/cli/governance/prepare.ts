import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { GovernanceStep, PreparedGovernance, RootWish } from '../../domain/governance/prepared.ts';
import { USUAL_VALID_PERIOD } from '../../domain/governance/wish-notes.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { Hex } from '../../domain/units.ts';
import { applyRegrets, type Regret } from '../../routes/registrar/regrets.ts';
import { countArgument, hashArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo } from '../shared/io.ts';
import { type OutFlags, withForceOption, writeAllOut } from '../shared/out-file.ts';
import { storedLabelRegrets } from '../shared/stored-label.ts';
import { type GovernanceFlags, withGovernance, withGovernanceOptions } from './options.ts';
import { preparedText } from './prepared-text.ts';

interface PrepareFlags extends GovernanceFlags {
  readonly code?: string;
  readonly codeHash?: Hex;
  readonly removeLock?: true;
  readonly validPeriod: number;
  readonly enactAfter?: number;
  readonly referendum?: number;
  readonly out?: string;
  readonly force?: true;
}

export function registerPrepare(parent: Command, io: CommandIo): void {
  withForceOption(withGovernanceOptions(parent.command('prepare')))
    .description(
      'prepare what governance needs to give a para new code: referenda, deposits, times and bytes, tried out on both chains; submits nothing',
    )
    .addOption(
      new Option('--code <file>', 'the runtime whose hash root authorises').conflicts([
        'codeHash',
        'removeLock',
      ]),
    )
    .addOption(
      new Option('--code-hash <hash>', 'its hash, where the file is elsewhere')
        .argParser(hashArgument)
        .conflicts('removeLock'),
    )
    .option('--remove-lock', "take only the registrar's lock off: the manager goes on from there")
    .option(
      '--valid-period <blocks>',
      'relay blocks for which the authorisation lasts, from its enactment on',
      countArgument,
      USUAL_VALID_PERIOD,
    )
    .option('--enact-after <blocks>', 'relay blocks from the approval to the enactment', countArgument)
    .option(
      '--referendum <index>',
      'the referendum that the cancelling one is for; else the next one',
      countArgument,
    )
    .option('--out <folder>', 'write each call (hex), governance.json and governance.txt into this folder')
    .action((flags: PrepareFlags) => prepare(flags, io));
}

async function prepare(flags: PrepareFlags, io: CommandIo): Promise<void> {
  const code = flags.code === undefined ? null : await readCodeFile(flags.code);
  const [{ prepareGovernance }, { hashCode }] = await Promise.all([
    import('../../chain/governance/prepare.ts'),
    import('../../code/inspect.ts'),
  ]);
  await withGovernance(flags, io, async ({ session, chains }) => {
    const { observation, limits } = session;
    const regrets: Regret[] = flags.removeLock ? [] : applyRegrets(viewOfRelay(observation, limits));
    if (code !== null) {
      const { inspectCode } = await import('../../code/inspect.ts');
      const { currentCodeHash } = observation;
      // A blob that no validator could use is refused by its own error, before anybody pays a deposit for it.
      const { runtime } = inspectCode(code, {
        maxCodeSize: limits.maxCodeSize,
        replacedCode: currentCodeHash === null ? null : await session.reader.storedCode(currentCodeHash),
      });
      regrets.push(...(await storedLabelRegrets(session, runtime.specVersion)));
    }
    const hash = code === null ? flags.codeHash : hashCode(code);
    const made = await prepareGovernance(chains, {
      wish: wishOf(flags, hash, code, observation.authorizedCode !== undefined),
      observation,
      limits,
      codeSize: code?.length ?? null,
      enactAfter: flags.enactAfter,
      referendum: flags.referendum,
    });
    // Nothing is set by preparing it, so they are told; whoever applies the code has to say that he means them.
    const prepared = { ...made, warnings: [...regrets.map(({ reason }) => reason), ...made.warnings] };
    const text = preparedText(prepared);
    if (flags.out !== undefined) await writeFolder(flags.out, prepared, text, flags);
    io.stdout(flags.json ? jsonText(jsonOf(prepared)) : text);
    if (flags.out !== undefined && !flags.json) io.stdout(`written to ${flags.out}\n`);
    if (prepared.obstacles.length > 0) {
      throw new RescueError('RESCUE_CHAIN_REFUSES', `it cannot work: ${prepared.obstacles.join('; ')}`, {
        details: { obstacles: prepared.obstacles },
      });
    }
  });
}

function wishOf(
  flags: PrepareFlags,
  codeHash: Hex | undefined,
  code: Uint8Array | null,
  hasAuthorisation: boolean,
): RootWish {
  if (flags.removeLock) return { kind: 'remove-lock' };
  if (codeHash === undefined) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'it is not said what governance is to do: give --code, --code-hash or --remove-lock',
    );
  }
  if (!hasAuthorisation && flags.assetHub === undefined && code !== null) return { kind: 'set-code', code };
  return { kind: 'authorise-code', codeHash, validPeriod: flags.validPeriod };
}

/** Whole runtimes are told by their length. */
function jsonOf(prepared: PreparedGovernance): unknown {
  const { wish } = prepared;
  return wish.kind === 'set-code'
    ? { ...prepared, wish: { kind: wish.kind, bytes: wish.code.length } }
    : prepared;
}

function stepsOf({ paths }: PreparedGovernance): GovernanceStep[] {
  return paths.flatMap(({ steps }) => steps);
}

/** @throws RESCUE_REQUEST_INVALID when the folder cannot be written, or holds other files of these names */
async function writeFolder(
  folder: string,
  prepared: PreparedGovernance,
  text: string,
  flags: OutFlags,
): Promise<void> {
  const files: [string, string][] = [
    ['root-call.hex', prepared.rootCall.data],
    ...prepared.paths.map(({ name, proposal }): [string, string] => [
      `${name}-proposal.hex`,
      proposal.call.data,
    ]),
    ...stepsOf(prepared).map(({ name, call }): [string, string] => [`${name}.hex`, call.data]),
    ['governance.json', jsonText(jsonOf(prepared))],
    ['governance.txt', text],
  ];
  try {
    await mkdir(folder, { recursive: true });
    await writeAllOut(
      files.map(([name, content]) => ({
        path: join(folder, name),
        content: content.endsWith('\n') ? content : `${content}\n`,
      })),
      flags,
    );
  } catch (cause) {
    if (cause instanceof RescueError) throw cause;
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the folder ${folder} cannot be written: ${messageOf(cause)}`,
      { cause },
    );
  }
}
