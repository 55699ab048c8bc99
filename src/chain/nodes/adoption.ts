import { z } from 'zod';
import { equalBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { hashCode } from '../../code/inspect.ts';
import { decodeVersion, labelOf } from '../../code/label.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { CodeRunner } from '../code/code-runner.ts';
import { Endpoints, hashSchema, hexSchema } from './endpoints.ts';
import type { RpcConnection } from './rpc-connection.ts';

/**
 * - `runs`: it answers by the substitute.
 * - `does-not`: it answers by the code on chain.
 * - `too-early`: its best block is below the substitute's.
 * - `no-effect`: the label of the code on chain is not the substitute's (any more), so nobody uses it.
 * - `not-needed`: the code on chain is the substitute.
 * - `other`: it answers by neither, as with `--wasm-runtime-overrides`.
 * - `unknown`: both answer alike, or the node gave no answer.
 */
export type Adoption = 'runs' | 'does-not' | 'too-early' | 'no-effect' | 'not-needed' | 'other' | 'unknown';

/** What one node of the para makes of the substitute; all of it is told by that node. */
export interface NodeAdoption {
  readonly endpoint: string;
  readonly adoption: Adoption;
  readonly sentence: string;
  /** Its best block. */
  readonly best: number | null;
}

/** `:code` */
const CODE_KEY = '0x3a636f6465';
const bestSchema = z.object({ number: z.string().regex(/^0x[0-9a-f]{1,8}$/) });
const versionSchema = z.object({ specName: z.string().max(1000), specVersion: z.number().int() });

/**
 * Asks each node by itself whether it runs the substitute. Nodes tell the label of what they run by `state_getRuntimeVersion`, which is the same either way, and `:code`
 * never changes; what is compiled in shows by `Core_version`, and where that is the same, by the metadata. Both codes are run here for what they would answer.
 */
export async function lookAtAdoption(
  urls: readonly string[],
  substitute: { readonly code: Uint8Array; readonly block: number | null },
  runner: CodeRunner,
): Promise<NodeAdoption[]> {
  const found: NodeAdoption[] = [];
  for (const url of urls) {
    const endpoints = new Endpoints({ urls: [url], requestTimeoutMs: 30_000 });
    const [member] = endpoints.members();
    const endpoint = member?.name ?? url;
    try {
      const answer = await endpoints.use((node) => askNode(node));
      found.push({ endpoint, ...(await judge(answer, substitute, runner)), best: answer.best });
    } catch (error) {
      if (!(error instanceof RescueError)) throw error;
      found.push({
        endpoint,
        adoption: 'unknown',
        sentence: `it gives no answer: ${messageOf(error).slice(0, 300)}`,
        best: null,
      });
    } finally {
      await endpoints.close();
    }
  }
  return found;
}

interface NodeAnswer {
  readonly best: number;
  readonly specVersion: number;
  readonly core: Uint8Array;
  readonly metadata: Uint8Array;
  readonly onChain: Uint8Array | null;
}

/** All at one block, so that no upgrade comes in between. */
async function askNode(node: RpcConnection): Promise<NodeAnswer> {
  const at = await node.ask(hashSchema, 'chain_getBlockHash');
  const { number } = await node.ask(bestSchema, 'chain_getHeader', at);
  const { specVersion } = await node.ask(versionSchema, 'state_getRuntimeVersion', at);
  const core = fromHex(await node.ask(hexSchema, 'state_call', 'Core_version', '0x', at));
  const metadata = fromHex(await node.ask(hexSchema, 'state_call', 'Metadata_metadata', '0x', at));
  const onChain = await node.ask(hexSchema.nullable(), 'state_getStorage', CODE_KEY, at);
  return {
    best: Number(number),
    specVersion,
    core,
    metadata,
    onChain: onChain === null ? null : fromHex(onChain),
  };
}

async function judge(
  answer: NodeAnswer,
  { code, block }: { readonly code: Uint8Array; readonly block: number | null },
  runner: CodeRunner,
): Promise<Pick<NodeAdoption, 'adoption' | 'sentence'>> {
  const { onChain, best } = answer;
  if (onChain === null) return { adoption: 'unknown', sentence: 'it tells no :code' };
  if (hashCode(onChain) === hashCode(code)) {
    return {
      adoption: 'not-needed',
      sentence: 'the code on chain is this very code: it runs it without a substitute',
    };
  }
  const [label, own] = [labelOf(code)?.specVersion, labelOf(onChain)?.specVersion];
  if (label !== undefined && own !== undefined && label !== own) {
    return {
      adoption: 'no-effect',
      sentence: `the code on chain is labelled ${own}, the substitute ${label}: it has no effect here, and is retired if the para was upgraded`,
    };
  }
  if (block !== null && best < block) {
    return {
      adoption: 'too-early',
      sentence: `its best block is ${best}, and the substitute counts from the state of block ${block} on: let it sync`,
    };
  }
  for (const [method, told, what] of [
    ['Core_version', answer.core, 'the version that was compiled in'],
    ['Metadata_metadata', answer.metadata, 'metadata'],
  ] as const) {
    const [ours, theirs] = [await runner.answer(code, method), await runner.answer(onChain, method)];
    if ('trouble' in ours)
      return {
        adoption: 'unknown',
        sentence: `what the substitute would answer is unknown: ${ours.trouble}`,
      };
    if (equalBytes(told, ours)) {
      if (!('trouble' in theirs) && equalBytes(ours, theirs)) continue;
      return {
        adoption: 'runs',
        sentence: `it answers ${method} by the substitute, by ${what}${versionOf(method, told)}`,
      };
    }
    if (!('trouble' in theirs) && equalBytes(told, theirs)) {
      return {
        adoption: 'does-not',
        sentence: `it answers ${method} by the code on chain, by ${what}${versionOf(method, told)}: it was not restarted with the spec`,
      };
    }
    return {
      adoption: 'other',
      sentence: `it answers ${method} neither by the substitute nor by the code on chain${versionOf(method, told)}: does it run with --wasm-runtime-overrides, or another substitute?`,
    };
  }
  return {
    adoption: 'unknown',
    sentence:
      'the substitute and the code on chain answer alike, so RPC cannot tell: start it with -lcode-provider::substitutes=debug and look for "Using WASM substitute"',
  };
}

function versionOf(method: string, answer: Uint8Array): string {
  if (method !== 'Core_version') return '';
  try {
    const { specName, specVersion } = decodeVersion(answer);
    return ` (${specName.slice(0, 64).replace(/[^ -~]/g, '?')} ${specVersion})`;
  } catch {
    return '';
  }
}
