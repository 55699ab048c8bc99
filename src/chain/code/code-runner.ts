import { MalformedBytes } from '../../bytes/reader.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import { hashCode } from '../../code/inspect.ts';
import { decodeVersion, type RuntimeVersion } from '../../code/label.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { answerReader } from '../../executor/answer.ts';
import { CALL_JOBS } from '../../executor/thread/call-jobs.ts';
import { TaskThread } from '../../executor/thread/task-thread.ts';

/** Newest version of metadata that is asked for: the first with runtime APIs in it. */
const WANTED_METADATA = 15;
/** Bytes of metadata: Kusama's has 0.7 million. */
const MOST_METADATA = 16 * 1024 * 1024;

/** Asks code what it says of itself, on an empty storage and on a thread of its own: code that never ends does not hold anything up. */
export interface CodeRunner {
  /** `Core_version`; or why there is no answer, without a full stop. */
  compiledVersion(code: Uint8Array): Promise<RuntimeVersion | string>;
  /** Metadata of version 15, or of the version that the code gives; or why there is none. */
  metadata(code: Uint8Array): Promise<Uint8Array | { readonly trouble: string }>;
  /** What the code answers to a call without an argument that needs no storage. */
  answer(code: Uint8Array, method: string): Promise<Uint8Array | { readonly trouble: string }>;
  close(): Promise<void>;
}

export function createCodeRunner(limits: { readonly computeMs?: number } = {}): CodeRunner {
  const thread = new TaskThread(CALL_JOBS, { computeMs: limits.computeMs ?? 20_000, deadlineMs: 120_000 });
  const call = async (code: Uint8Array, method: string, argument: Uint8Array): Promise<Uint8Array> => {
    const hash = hashCode(code);
    const what = `The code ${hash} for ${method}`;
    const outcome = await thread.run(
      'call',
      { code: hash, method, argument },
      { what, code: async () => code },
    );
    if (outcome.kind === 'returned') return outcome.result;
    throw new RescueError('RESCUE_EXECUTION_FAILED', `${method} panics: ${outcome.panic.slice(0, 300)}`);
  };
  return {
    compiledVersion: async (code) => {
      try {
        return decodeVersion(await call(code, 'Core_version', new Uint8Array()));
      } catch (error) {
        return troubleOf(error);
      }
    },
    metadata: async (code) => {
      try {
        const bytes =
          (await newest(call, code)) ?? metadataIn(await call(code, 'Metadata_metadata', new Uint8Array()));
        if (bytes.length <= MOST_METADATA) return bytes;
        return {
          trouble: `its metadata has ${bytes.length} bytes, more than the ${MOST_METADATA} that are read`,
        };
      } catch (error) {
        return { trouble: troubleOf(error) };
      }
    },
    answer: async (code, method) => {
      try {
        return await call(code, method, new Uint8Array());
      } catch (error) {
        return { trouble: troubleOf(error) };
      }
    },
    close: () => thread.close(),
  };
}

/**
 * What code says of itself when it runs, with its metadata of version 14: what its transactions are signed by, whatever its label says.
 * @throws RESCUE_CODE_INVALID when it does not say
 */
export async function runtimeOfCode(
  runner: CodeRunner,
  code: Uint8Array,
): Promise<{ readonly version: RuntimeVersion; readonly metadata: Uint8Array }> {
  const version = await runner.compiledVersion(code);
  const answer = await runner.answer(code, 'Metadata_metadata');
  const trouble = typeof version === 'string' ? version : 'trouble' in answer ? answer.trouble : null;
  if (trouble !== null || typeof version === 'string' || 'trouble' in answer) {
    throw new RescueError('RESCUE_CODE_INVALID', `Nothing can be signed by this runtime: ${trouble ?? ''}.`);
  }
  return { version, metadata: metadataIn(answer) };
}

/** Null where the code has no metadata of that version. */
async function newest(
  call: (code: Uint8Array, method: string, argument: Uint8Array) => Promise<Uint8Array>,
  code: Uint8Array,
): Promise<Uint8Array | null> {
  try {
    const answer = await call(code, 'Metadata_metadata_at_version', encodeU32(WANTED_METADATA));
    return answerReader(answer, 'metadata').u8() === 0 ? null : metadataIn(answer.subarray(1));
  } catch (error) {
    // Code of before 2023 has no such function.
    if (error instanceof RescueError && 'missing' in error.details) return null;
    throw error;
  }
}

function metadataIn(answer: Uint8Array): Uint8Array {
  return answerReader(answer, 'metadata').vec();
}

function troubleOf(error: unknown): string {
  const isTold =
    error instanceof MalformedBytes ||
    (error instanceof RescueError &&
      (error.code === 'RESCUE_EXECUTION_FAILED' ||
        error.code === 'RESCUE_CODE_INVALID' ||
        error.code === 'RESCUE_CHAIN_REFUSES'));
  if (!isTold) throw error;
  return messageOf(error).replace(/\.$/, '').slice(0, 400);
}
