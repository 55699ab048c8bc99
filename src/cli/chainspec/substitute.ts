import type { Command } from 'commander';
import type { NodeAdoption } from '../../chain/nodes/adoption.ts';
import type { SpecFile } from '../../code/spec-file.ts';
import type { SubstituteFacts } from '../../code/substitute-lint.ts';
import { RescueError } from '../../domain/errors.ts';
import { upgradeVerdict } from '../../domain/upgrade/report.ts';
import { codeExit, EXIT_HELP } from '../code/exit.ts';
import { countArgument } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import {
  type CodeDesk,
  type CodeSourceFlags,
  type FoundCode,
  SOURCES_HELP,
  withCodeDesk,
  withCodeSourceOptions,
} from '../shared/code-source.ts';
import type { CommandIo } from '../shared/io.ts';
import { endpointOption } from '../shared/operator-options.ts';
import { type OutFlags, withForceOption, writeOut } from '../shared/out-file.ts';
import { readSpecFile } from '../shared/spec-file.ts';
import { type Substituted, substituteText } from './substitute-text.ts';

interface SubstituteFlags extends CodeSourceFlags, OutFlags {
  readonly code: string;
  readonly block?: number;
  readonly out?: string;
  readonly anyway?: true;
  readonly node?: readonly string[];
  readonly page?: string;
  readonly json?: true;
}

/** `pararescue chainspec substitute`: how the nodes of a para come to run code that is not on chain. */
export function registerChainspecSubstitute(chainspec: Command, io: CommandIo): void {
  const command = chainspec
    .command('substitute')
    .description(
      "put code into a chain spec's codeSubstitutes, after looking whether nodes would run it and the relay chain would take their blocks; then look which nodes run it",
    )
    .argument('[spec]', 'chain spec, plain or raw; without one only the entry is made')
    .requiredOption('--code <code>', 'a file, or where to find the code')
    .option(
      '--block <number>',
      'it counts from the state of this block on; by default the included head',
      countArgument,
    )
    .option(
      '--out <file>',
      'write the chain spec with it to this file, or without a spec { "<block>": "<code>" }',
    )
    .option('--anyway', 'write it in spite of what stands against it')
    .addOption(endpointOption('--node <url>', 'a node of the para that is asked whether it runs it'))
    .option(
      '--page <file>',
      'write a validation page to this file, and as JSON beside it: before nodes restart what has to be so, and given again with --node what came of it',
    )
    .option('--json', 'print JSON for machines')
    .addHelpText('after', `${SOURCES_HELP}\n${EXIT_HELP}`);
  withCodeSourceOptions(withForceOption(command), io).action(
    (path: string | undefined, flags: SubstituteFlags) =>
      withCodeDesk(flags, io, (desk) => substitute(path, flags, io, desk)),
  );
}

async function substitute(
  path: string | undefined,
  flags: SubstituteFlags,
  io: CommandIo,
  desk: CodeDesk,
): Promise<void> {
  const [{ lintSubstitute }, { readSpecText }, { hashCode }, { labelOf }] = await Promise.all([
    import('../../code/substitute-lint.ts'),
    import('../../code/spec-file.ts'),
    import('../../code/inspect.ts'),
    import('../../code/label.ts'),
  ]);
  const found = await desk.find(flags.code);
  const spec = path === undefined ? null : readSpecText(await readSpecFile(path));
  const facts = await factsOf(found, spec, flags, desk);
  const findings = lintSubstitute(facts);
  const verdict = upgradeVerdict(findings);
  const mayWrite = verdict !== 'fails' || flags.anyway === true;
  const replaced = flags.out !== undefined && mayWrite ? await write(flags.out, facts, flags) : [];
  const nodes = flags.node === undefined ? [] : await adoption(flags.node, facts);
  if (flags.page !== undefined && mayWrite) {
    const { notePage } = await import('./substitute-page.ts');
    await notePage(flags.page, facts, await desk.seen(), nodes);
  }
  const done: Substituted = {
    code: {
      source: found.name,
      hash: hashCode(found.bytes),
      specVersion: labelOf(found.bytes)?.specVersion ?? null,
    },
    block: facts.block,
    findings,
    written: flags.out !== undefined && mayWrite ? flags.out : null,
    isWhole: spec !== null,
    replaced,
    nodes,
  };
  io.stdout(flags.json ? jsonText(done) : substituteText(done));
  if ((flags.out !== undefined || flags.page !== undefined) && !mayWrite) {
    io.stderr('nothing was written, because of what stands against it; --anyway writes it all the same\n');
  }
  io.finish(codeExit(verdict === 'works' ? verdictOf(nodes) : verdict));
}

async function factsOf(
  found: FoundCode,
  spec: SpecFile | null,
  flags: SubstituteFlags,
  desk: CodeDesk,
): Promise<SubstituteFacts> {
  const seen = await desk.observation();
  const head = seen?.head?.number ?? null;
  const block = flags.block ?? found.block ?? head;
  if (block === null) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'say from which block on the substitute counts: the included head, by --relay and --para, or --block',
    );
  }
  const own = flags.paraNode ? await desk.find('para') : null;
  return {
    code: found.bytes,
    block,
    spec,
    head,
    paraId: flags.para ?? null,
    relay: seen && {
      currentCodeHash: seen.currentCodeHash,
      futureCodeHash: seen.futureCodeHash,
      authorizedCodeHash: seen.authorizedCode?.codeHash ?? null,
      maxCodeSize: (await desk.bounds()).maxCodeSize,
    },
    own: own && { code: own.bytes, trust: own.trust },
  };
}

/** @returns the keys of the entries that were replaced */
async function write(
  out: string,
  { spec, block, code }: SubstituteFacts,
  flags: OutFlags,
): Promise<readonly string[]> {
  const [{ patchSpec }, { replacedBy }, { toHex }] = await Promise.all([
    import('../../code/spec-patch.ts'),
    import('../../code/spec-lint.ts'),
    import('../../bytes/hex.ts'),
  ]);
  if (spec === null) {
    await writeOut(out, jsonText({ [block]: toHex(code) }), flags);
    return [];
  }
  const replaced = replacedBy(spec, code);
  await writeOut(out, patchSpec(spec, block, code, replaced), flags);
  return replaced.map(({ key }) => key);
}

async function adoption(urls: readonly string[], { code, block }: SubstituteFacts): Promise<NodeAdoption[]> {
  const [{ lookAtAdoption }, { createCodeRunner }] = await Promise.all([
    import('../../chain/nodes/adoption.ts'),
    import('../../chain/code/code-runner.ts'),
  ]);
  const runner = createCodeRunner();
  try {
    return await lookAtAdoption(urls, { code, block }, runner);
  } finally {
    await runner.close();
  }
}

function verdictOf(nodes: readonly NodeAdoption[]): 'works' | 'fails' | 'unknown' {
  const all = nodes.map(({ adoption: each }) => each);
  if (
    all.some(
      (each) => each === 'does-not' || each === 'too-early' || each === 'other' || each === 'no-effect',
    )
  )
    return 'fails';
  return all.includes('unknown') ? 'unknown' : 'works';
}
