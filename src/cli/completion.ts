import { Argument, type Command, type Option } from 'commander';
import { commandsOf } from './examples.ts';
import type { RegisterCommand } from './shared/io.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** A flag, or a command below another one. */
interface Word {
  readonly word: string;
  readonly says: string;
}

/** What may be typed behind a command. */
interface Place {
  /** The command's words; empty for the program alone. */
  readonly path: string;
  readonly commands: readonly Word[];
  readonly flags: readonly Word[];
  /** Flags and arguments that take one of a few words, and those words. */
  readonly choices: readonly { readonly flag: string | null; readonly words: readonly string[] }[];
}

/** `pararescue completion SHELL`: a script that completes commands, flags and their words, made from the commands that there are. */
export const registerCompletion: RegisterCommand = (program, io) => {
  program
    .command('completion')
    .description('print the script with which a shell completes commands, flags and their words')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .action((shell: Shell) => io.stdout(completionScript(program, shell)));
};

function completionScript(program: Command, shell: Shell): string {
  const places = [placeOf('', program), ...[...commandsOf(program)].map(([path, one]) => placeOf(path, one))];
  return SCRIPTS[shell](program.name(), places);
}

function placeOf(path: string, command: Command): Place {
  const flags = command.options.filter(({ hidden, long }) => !hidden && long);
  return {
    path,
    commands: command.commands.map((one) => ({ word: one.name(), says: one.description() })),
    flags: [
      ...flags.flatMap((flag) => namesOf(flag).map((word) => ({ word, says: flag.description }))),
      { word: '--help', says: 'display help for command' },
    ],
    choices: [
      ...flags.flatMap((flag) =>
        namesOf(flag).flatMap((name) => (flag.argChoices ? [{ flag: name, words: flag.argChoices }] : [])),
      ),
      ...command.registeredArguments.flatMap(({ argChoices }) =>
        argChoices ? [{ flag: null, words: argChoices }] : [],
      ),
    ],
  };
}

/** Flags may have two long names, of which commander calls the first one short. */
function namesOf({ short, long }: Option): string[] {
  return [short, long].flatMap((name) => (name?.startsWith('--') ? [name] : []));
}

/** Every way to go from one command to the next, for the part of a script that finds where the cursor is. */
function steps(places: readonly Place[]): string[] {
  return places.flatMap(({ path, commands }) =>
    commands.map(({ word }) => (path === '' ? word : `${path} ${word}`)),
  );
}

/** Words that a shell takes as they are. */
function listed(words: readonly string[]): string {
  return words.filter((word) => /^[\w.:@/-]+$/.test(word)).join(' ');
}

/** In single quotes, with nothing that a shell reads. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

const SCRIPTS: Readonly<Record<Shell, (name: string, places: readonly Place[]) => string>> = {
  bash: (name, places) => {
    const choices = places.flatMap(({ path, choices: all }) =>
      all.flatMap(({ flag, words }) =>
        flag === null ? [] : [`    "${path}|${flag}") words="${listed(words)}"; only=1 ;;\n`],
      ),
    );
    const words = places.map(
      ({ path, commands, flags, choices: all }) =>
        `    "${path}") words="${listed([
          ...commands.map(({ word }) => word),
          ...all.flatMap(({ flag, words: some }) => (flag === null ? some : [])),
          ...flags.map(({ word }) => word),
        ])}" ;;\n`,
    );
    return `# Completion of ${name} for bash, as "${name} completion bash" prints it.
_${name}() {
  local cur prev path words only word i
  cur="\${COMP_WORDS[COMP_CWORD]}"
  prev="\${COMP_WORDS[COMP_CWORD-1]}"
  path=""
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${path:+$path }\${COMP_WORDS[i]}"
    case "$word" in
      ${steps(places)
        .map((step) => `"${step}"`)
        .join('|')}) path="$word" ;;
    esac
  done
  words=""
  only=""
  case "$path|$prev" in
${choices.join('')}  esac
  if [ -z "$only" ]; then
    case "$path" in
${words.join('')}    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _${name} ${name}
`;
  },
  zsh: (name, places) => {
    const pairs = (words: readonly Word[]) =>
      words.map(({ word, says }) => quoted(`${word}:${firstLine(says)}`)).join(' ');
    const choices = places.flatMap(({ path, choices: all }) =>
      all.flatMap(({ flag, words }) =>
        flag === null ? [] : [`    ("${path}|${flag}") compadd -- ${listed(words)}; return ;;\n`],
      ),
    );
    const words = places.map(({ path, commands, flags, choices: all }) => {
      const some = all.flatMap(({ flag, words: list }) => (flag === null ? list : []));
      return `    ("${path}") names=(${pairs([...commands, ...some.map((word) => ({ word, says: '' }))])}); flags=(${pairs(flags)}) ;;\n`;
    });
    return `#compdef ${name}
# Completion of ${name} for zsh, as "${name} completion zsh" prints it.
_${name}() {
  local at="" word
  local -a names flags
  local -i i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${at:+$at }\${words[i]}"
    case "$word" in
      (${steps(places)
        .map((step) => `"${step}"`)
        .join('|')}) at="$word" ;;
    esac
  done
  case "$at|\${words[CURRENT-1]}" in
${choices.join('')}  esac
  case "$at" in
${words.join('')}  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe -o '${name} option' flags
  else
    (( \${#names} )) && _describe '${name} command' names
    _files
  fi
}
if [ "\${funcstack[1]}" = "_${name}" ]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
  },
  fish: (name, places) => {
    const lines = places.flatMap(({ path, commands, flags, choices }) => {
      const where = `complete -c ${name} -n ${quoted(`__${name}_at ${quoted(path).replaceAll("'", '"')}`)}`;
      const wordsOf = (flag: string | null) => choices.find((one) => one.flag === flag)?.words;
      const some = wordsOf(null);
      return [
        ...commands.map(({ word, says }) => `${where} -f -a ${word} -d ${fishQuoted(firstLine(says))}`),
        ...(some ? [`${where} -f -a ${fishQuoted(listed(some))}`] : []),
        ...flags.map(({ word, says }) => {
          const own = wordsOf(word);
          const values = own ? ` -x -a ${fishQuoted(listed(own))}` : '';
          return `${where} -l ${word.slice(2)}${values} -d ${fishQuoted(firstLine(says))}`;
        }),
      ];
    });
    return `# Completion of ${name} for fish, as "${name} completion fish" prints it.
function __${name}_path
    set -l path
    set -l tokens (commandline -opc)
    for token in $tokens[2..-1]
        switch (string join ' ' -- $path $token)
            case ${steps(places).map(quoted).join(' ')}
                set -a path $token
        end
    end
    string join ' ' -- $path
end
function __${name}_at
    set -l path (__${name}_path)
    test "$path" = "$argv[1]"
end
${lines.join('\n')}
`;
  },
};

/** Fish reads backslashes in single quotes too. */
function fishQuoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
