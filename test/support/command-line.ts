import { runCommandLine } from '../../src/cli/program.ts';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, with nothing of this process's environment. */
export async function commandLine(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly signal?: AbortSignal;
    readonly onStdout?: (text: string) => void;
  } = {},
): Promise<CommandResult> {
  let stdout = '';
  let stderr = '';
  const status = await runCommandLine(
    args,
    {
      stdout: (text) => {
        stdout += text;
        options.onStdout?.(text);
      },
      stderr: (text) => {
        stderr += text;
      },
      env: options.env ?? {},
      signal: options.signal ?? new AbortController().signal,
    },
    { version: '0.0.0' },
  );
  return { status, stdout, stderr };
}
