import { printableLines } from '../../domain/plain-text.ts';
import type { Initialised } from './initialise.ts';

/** For people. */
export function initText({ config, policy, missing, notes, next }: Initialised): string {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? '' : `\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`;
  return [
    `${config} is written\n`,
    policy === null ? 'no policy is written\n' : `${policy.file} is written, policy ${policy.hash}\n`,
    section('Missing:', missing),
    section('To think about:', notes),
    section(policy === null ? 'Give what is missing and say it again, or:' : 'What comes next:', next),
  ]
    .map(printableLines)
    .join('');
}
