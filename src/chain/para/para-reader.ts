import { fromHex, toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { listOf } from '../../domain/list-of.ts';
import type { KnownHead, ParaReader } from '../../domain/ports/para.ts';
import type { Hex } from '../../domain/units.ts';
import { answerReader } from '../../executor/answer.ts';
import { CALL_JOBS, type CallJobs } from '../../executor/thread/call-jobs.ts';
import type { ForeignCode } from '../../executor/thread/jobs.ts';
import { TaskThread, type ThreadLimits } from '../../executor/thread/task-thread.ts';
import type { Threads } from '../../executor/thread/threads.ts';
import { Endpoints, type EndpointsOptions, hexSchema } from '../nodes/endpoints.ts';
import { askBestNumber, askHeader } from '../nodes/header-json.ts';
import { askHoldingProof, askReadProof } from '../nodes/read-proof.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { valuesOf } from '../nodes/told-blocks.ts';
import { ProvenChain } from '../proven/proven-chain.ts';
import { paraQueues } from './queues.ts';

/** A thread for code of paras, which anybody can register. */
export type ParaThread = TaskThread<CallJobs>;

export function createParaThread(limits: ThreadLimits = {}, shared?: Threads): ParaThread {
  return new TaskThread(CALL_JOBS, limits, shared);
}

/** Nodes of one para: opened here, or by somebody who looks after them. The reader closes them. */
export type ParaReaderOptions = EndpointsOptions | { readonly endpoints: Endpoints };

/**
 * A para through its own nodes, by raw JSON-RPC: nodes are asked for proofs and headers only. Its code is run on
 * a thread of its own, the `shared` one if there is one, for anybody can register a para whose code never ends.
 */
export function createParaReader(options: ParaReaderOptions, shared?: ParaThread): ParaReader {
  const endpoints = 'endpoints' in options ? options.endpoints : new Endpoints(options);
  const thread = shared ?? createParaThread();
  const proven = new ProvenChain();
  const versionOf = ({ hash, bytes }: ForeignCode) =>
    thread.run('version', { code: hash }, { what: `The code ${hash} for its version`, code: bytes });
  return {
    readProof: (head, keys) => endpoints.use((node) => readProof(node, head, keys)),
    keysPaged: (head, prefix, count, startKey) =>
      endpoints.use((node) => keysPaged(node, head, prefix, count, startKey)),
    prove: (head, keys) => endpoints.use(async (node) => (await askHoldingProof(node, head, keys)).proof),
    runtimeVersion: (head) =>
      endpoints.use(async (node) => {
        const { specName, specVersion, isLabelled } = await versionOf(await proven.code(node, head, 'calls'));
        return { specName, specVersion, isLabelled };
      }),
    metadata: (head) =>
      endpoints.use(async (node) => metadata(thread, await proven.codeBehind(node, head, versionOf))),
    queues: (head) => endpoints.use((node) => paraQueues(node, proven, head)),
    codeHash: (head) => endpoints.use((node) => proven.codeHash(node, head, 'children')),
    knowsHead: (head) => knowsHead(endpoints, head),
    close: async () => {
      await Promise.all([endpoints.close(), shared ? null : thread.close()]);
    },
  };
}

function readProof(node: RpcConnection, head: Hex, keys: readonly Uint8Array[]): Promise<Uint8Array[]> {
  return askReadProof(node, keys.map(toHex), head);
}

async function keysPaged(
  node: RpcConnection,
  head: Hex,
  prefix: Uint8Array,
  count: number,
  startKey: Uint8Array | null,
): Promise<Uint8Array[]> {
  const start = startKey && toHex(startKey);
  const schema = listOf(hexSchema, count);
  const keys = await node.ask(schema, 'state_getKeysPaged', toHex(prefix), count, start, head);
  let before = start;
  for (const key of keys) {
    if (!key.startsWith(toHex(prefix)) || (before !== null && key <= before))
      throw node.malformed(
        `asked for the keys after ${before ?? toHex(prefix)}, it gave ${key.slice(0, 300)}`,
      );
    before = key;
  }
  return keys.map(fromHex);
}

/** As `state_getMetadata` gives it. */
async function metadata(thread: ParaThread, code: ForeignCode): Promise<Uint8Array> {
  const call = { code: code.hash, method: 'Metadata_metadata', argument: new Uint8Array() };
  const outcome = await thread.run('call', call, {
    what: `The code ${code.hash} for its metadata`,
    code: code.bytes,
  });
  if (outcome.kind === 'returned') return answerReader(outcome.result, 'metadata').vec();
  throw new RescueError(
    'RESCUE_EXECUTION_FAILED',
    `The code ${code.hash} panics when it is asked for its metadata.`,
  );
}

/** One node's yes is enough; a no counts only when every endpoint answered. */
async function knowsHead(endpoints: Endpoints, head: Hex): Promise<KnownHead> {
  const answers = await endpoints.survey(async (node) => {
    const header = await askHeader(node, head);
    return header === null ? { best: await askBestNumber(node) } : { best: header.ref.number, known: true };
  });
  const told = valuesOf(answers);
  const known = told.some((answer) => answer.known === true);
  const failed = answers.find((answer) => 'error' in answer);
  if (!known && failed && 'error' in failed) {
    throw new RescueError(
      'RESCUE_NODE_UNREACHABLE',
      `The head ${head} may be known to ${failed.endpoint}, which does not answer: ${failed.error.message.slice(0, 300)}`,
      { cause: failed.error },
    );
  }
  const best = told.length === 0 ? null : Math.max(...told.map((answer) => answer.best));
  return { known, endpoints: answers.length, best };
}
