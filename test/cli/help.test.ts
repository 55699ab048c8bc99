import { execFileSync, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandsOf, EXAMPLES } from '../../src/cli/examples.ts';
import { ALL_COMMANDS, runCommandLine } from '../../src/cli/program.ts';
import { plainIo, type RegisterCommand } from '../../src/cli/shared/io.ts';
import { commandLine } from '../support/command-line.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The program's own commands, as they are registered, without one being run. */
async function everyCommand(): Promise<ReadonlyMap<string, Command>> {
  let program: Command | undefined;
  const spy: RegisterCommand = (given) => {
    program = given;
  };
  const io = {
    stdout: () => undefined,
    stderr: () => undefined,
    env: {},
    signal: new AbortController().signal,
  };
  await runCommandLine(['--version'], io, { version: '0.0.0', commands: [...ALL_COMMANDS, spy] });
  if (!program) throw new Error('nothing was registered');
  return new Map(commandsOf(program));
}

/** Words as a shell splits them. */
const wordsOf = (line: string) =>
  [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );

/** Some flags have two long names, of which commander calls the first one short. */
const namesOf = ({ short, long }: Option) => [short, long].filter((name) => name !== undefined);

describe('help', () => {
  it('shows an example of every command that does something, and of no other', async () => {
    const commands = await everyCommand();
    const acting = [...commands].filter(([, command]) => isActing(command)).map(([name]) => name);
    expect(acting.length).toBeGreaterThan(60);
    expect(Object.keys(EXAMPLES).toSorted()).toEqual(acting.toSorted());
    const { stdout } = await commandLine(['policy', 'diff', '--help']);
    expect(stdout).toContain('\nExamples:\n  pararescue policy diff policy.yaml --para ID\n');
  });

  it('has --json for every command that ends by itself', async () => {
    const without = [...(await everyCommand())]
      .filter(([name, command]) => name in EXAMPLES && !command.options.some(({ long }) => long === '--json'))
      .map(([name]) => name);
    expect(without.toSorted()).toEqual(['completion', 'devnet', 'serve']);
  });

  it('has examples with flags that the commands take, and all that they ask for', async () => {
    const commands = await everyCommand();
    for (const [name, examples] of Object.entries(EXAMPLES)) {
      const command = commands.get(name);
      for (const example of examples) {
        expect(example.startsWith(name), example).toBe(true);
        const words = wordsOf((example.slice(name.length).split(' > ')[0] ?? '').trim());
        const flags = words.filter((word) => word.startsWith('--'));
        const known = command?.options.flatMap(namesOf) ?? [];
        expect(
          flags.filter((flag) => !known.includes(flag)),
          example,
        ).toEqual([]);
        const needed =
          command?.options.filter(({ mandatory }) => mandatory).map(({ long }) => long ?? '') ?? [];
        expect(
          needed.filter((flag) => !flags.includes(flag)),
          example,
        ).toEqual([]);
        const taken = command?.options.filter(({ required }) => required).flatMap(namesOf) ?? [];
        const free = words.filter(
          (word, at) => !word.startsWith('--') && !taken.includes(words[at - 1] ?? ''),
        );
        const wanted = command?.registeredArguments ?? [];
        expect(free.length, example).toBeGreaterThanOrEqual(wanted.filter(({ required }) => required).length);
        expect(free.length, example).toBeLessThanOrEqual(wanted.length);
      }
    }
  });
});

/** commander tells nobody whether a command has an action: those without one are groups, which have commands below and take nothing. */
function isActing(command: Command): boolean {
  if (command.commands.length === 0) return true;
  return command.options.length > 0 || command.registeredArguments.length > 0;
}

describe('completion', () => {
  const script = async (shell: string) => (await commandLine(['completion', shell])).stdout;

  it('in bash knows commands, those below them, flags, and the words that flags take', async () => {
    const path = join(await temporaryFolder(), 'completion.bash');
    await writeFile(path, await script('bash'));
    const complete = (...words: string[]) =>
      [
        ...execFileSync(
          'bash',
          [
            '-c',
            'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _pararescue; declare -p COMPREPLY',
            'bash',
            path,
            ...words,
          ],
          { encoding: 'utf8' },
        ).matchAll(/\]="([^"]*)"/g),
      ].map(([, word]) => word);
    expect(complete('pararescue', 'pro')).toEqual(['propose', 'proposals', 'proposal']);
    expect(complete('pararescue', 'code', 'get', '--o')).toEqual(['--out']);
    expect(complete('pararescue', 'policy', '')).toEqual(
      expect.arrayContaining(['check', 'show', 'explain', 'diff']),
    );
    expect(complete('pararescue', 'vote', '--para', '2000', '--choice', '')).toEqual([
      'aye',
      'nay',
      'abstain',
    ]);
    expect(complete('pararescue', 'completion', 'f')).toEqual(['fish']);
    expect(complete('pararescue', 'evidence', '--out', 'x')).toEqual([]);
    expect(complete('pararescue', 'doctor', '--par')).toEqual(['--para', '--para-node']);
  });

  it.each(['zsh', 'fish'])('is a script that %s reads, where there is one', async (shell) => {
    const text = await script(shell);
    expect(text).toContain('accept-loss');
    expect(text).toContain('sr25519');
    const path = join(await temporaryFolder(), `completion.${shell}`);
    await writeFile(path, text);
    const { error, status, stderr } = spawnSync(shell, ['-n', path], { encoding: 'utf8' });
    if (error === undefined) expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('refuses other shells as wrong usage', async () => {
    expect(await commandLine(['completion', 'csh'])).toMatchObject({ status: 2 });
  });
});

describe('what commands write', () => {
  it('has each warning once, and a line of progress that gives way to all else', () => {
    const seen: string[] = [];
    const io = plainIo(
      {
        stdout: (text) => void seen.push(text),
        stderr: (text) => void seen.push(text),
        statusLine: (line) => void seen.push(`[${line}]`),
        env: {},
        signal: new AbortController().signal,
      },
      () => undefined,
    );
    io.stderr('warning: a\n');
    io.progress('half \u001b[2J');
    io.stderr('warning: a\n');
    io.stderr('warning: b\n');
    io.progress('all');
    io.stdout('done\n');
    expect(seen).toEqual(['warning: a\n', '[half ?[2J]', '[]', 'warning: b\n', '[all]', '[]', 'done\n']);
  });

  it('has no progress where nobody looks at a terminal', () => {
    const seen: string[] = [];
    const io = plainIo(
      {
        stdout: (text) => void seen.push(text),
        stderr: (text) => void seen.push(text),
        env: {},
        signal: new AbortController().signal,
      },
      () => undefined,
    );
    io.progress('half');
    io.stdout('done\n');
    expect(seen).toEqual(['done\n']);
  });
});
