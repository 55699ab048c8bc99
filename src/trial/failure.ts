import { InherentPanic } from '../blocks/build-block.ts';
import { chainRuntimeOf } from '../chain/nodes/chain-runtime.ts';
import { explainPanic } from '../domain/diagnosis/panics.ts';
import type { TrialFailure, TrialStage } from '../domain/diagnosis/trial.ts';
import { oneLine } from '../domain/plain-text.ts';
import type { RuntimeLog } from '../executor/host/host.ts';
import type { RuntimePanic } from '../executor/panic.ts';
import type { Runtime } from '../executor/runtime.ts';

/** Characters of a panic, and of each line that was logged, that are kept. */
const LONGEST_WORDS = 500;
const MOST_LINES = 8;
/** sp-core's `LogLevel::Warn`, which is numbered from 0 for errors. */
const WARNING = 1;

const STAGES: Readonly<Record<string, TrialStage>> = {
  Core_initialize_block: 'initialize',
  BlockBuilder_inherent_extrinsics: 'inherents',
  BlockBuilder_apply_extrinsic: 'inherent',
  BlockBuilder_finalize_block: 'finalize',
  validate_block: 'validation',
};

/**
 * What a panic of block `block` says, counted from 1. Null for one of a call that only looks, on the relay chain or on the para: the
 * block was not tried then.
 */
export function failureOf(panic: RuntimePanic, block: number, runtime: Runtime): TrialFailure | null {
  const stage = STAGES[panic.call];
  if (stage === undefined) return null;
  const words = panicWords(panic.panic);
  const logs = linesOf(panic.logs).filter((line) => !line.includes(words));
  return {
    kind: 'failed',
    stage,
    block,
    words,
    inherent: panic instanceof InherentPanic ? inherentName(panic.extrinsic, runtime) : null,
    known: explainPanic(panic.panic, logs),
    logs,
  };
}

/** A failure without a panic. */
export function failure(stage: TrialStage, block: number, words: string): TrialFailure {
  return { kind: 'failed', stage, block, words, inherent: null, known: null, logs: [] };
}

/**
 * The sentence of the panic, on one line: `panicked at src/lib.rs:1:2:\nmessage` without what all of them begin with. Of a place in
 * a crate, what lies above the crate is left out: it names folders of whoever built it.
 */
export function panicWords(panic: string): string {
  const text = oneLine(panic, LONGEST_WORDS + 100).trim();
  const said = /^panicked at (.+)$/i.exec(text)?.[1] ?? text;
  return said
    .replace(/^'(.*)', ([^ ]+:\d+:\d+)$/, '$1 ($2)')
    .replace(/^[^ ]*\/([^/ ]+\/src\/[^ ]*:\d+:\d+:)/, '$1')
    .slice(0, LONGEST_WORDS);
}

function linesOf(logs: readonly RuntimeLog[]): string[] {
  return logs
    .filter(({ level }) => level <= WARNING)
    .slice(-MOST_LINES)
    .map(({ target, message }) => oneLine(`${target}: ${message}`, LONGEST_WORDS));
}

function inherentName(extrinsic: Uint8Array, runtime: Runtime): string | null {
  try {
    const { registry } = chainRuntimeOf(runtime);
    const { method } = registry.createType('Extrinsic', extrinsic);
    return oneLine(`${method.section}.${method.method}`, 120);
  } catch {
    return null;
  }
}
