import { readFileSync } from 'node:fs';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const FENCE = /^```(\w+)\n([\s\S]*?)^```$/gm;

/** Fenced blocks, by language. */
export const fenced: readonly { readonly language: string; readonly text: string }[] = [
  ...README.matchAll(FENCE),
].map(([, language = '', text = '']) => ({ language, text }));

const prose = README.replace(FENCE, '');

/** Lines of the indented blocks, as they stand there but for a comment at their end. */
export const shellLines: readonly string[] = prose
  .split('\n')
  .filter((line) => /^ {4}/.test(line))
  .map((line) => line.replace(/ {2,}# .*$/, '').trim());

/** Commands in the running text that begin with a program of ours. */
export const inlineCommands: readonly string[] = [...prose.matchAll(/`([^`]+)`/g)]
  .map(([, code = '']) => code.replace(/\s+/g, ' '))
  .filter((code) => /^(?:pararescue|npm|node) /.test(code));
