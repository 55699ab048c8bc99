import type { Command } from 'commander';
import type { CommandIo } from '../shared/io.ts';
import { registerDiff } from './diff.ts';
import { registerGet } from './get.ts';
import { registerHash } from './hash.ts';
import { registerInspect } from './inspect.ts';
import { registerRelabel } from './relabel.ts';
import { registerVerify } from './verify.ts';

/** What `pararescue code` does with code itself, wherever it is from. */
export function registerCodeTools(code: Command, io: CommandIo): void {
  registerInspect(code, io);
  registerGet(code, io);
  registerHash(code, io);
  registerDiff(code, io);
  registerRelabel(code, io);
  registerVerify(code, io);
}
