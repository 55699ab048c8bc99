import { z } from 'zod';
import { equalBytes } from '../../bytes/bytes.ts';
import { fromHex } from '../../bytes/hex.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import { hashCode } from '../../code/inspect.ts';
import { decodeVersion, labelOf } from '../../code/label.ts';
import { whoseMetadata } from '../../code/metadata/whose.ts';
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
  const [core, ownCore] = [
    await runner.answer(code, 'Core_version'),
    await runner.answer(onChain, 'Core_version'),
  ];
  if ('trouble' in core) return unknown(`what the substitute would answer is unknown: ${core.trouble}`);
  if ('trouble' in ownCore)
    return unknown(`what the code on chain would answer is unknown: ${ownCore.trouble}`);
  const version = shownVersion(answer.core);
  if (!equalBytes(core, ownCore)) {
    if (equalBytes(answer.core, core)) return runs('the version that was compiled in', version);
    if (equalBytes(answer.core, ownCore)) return doesNot('the version that was compiled in', version);
    return other(version);
  }
  if (!equalBytes(answer.core, core)) return other(version);
  const [ours, theirs] = [
    await runner.answer(code, 'Metadata_metadata'),
    await runner.answer(onChain, 'Metadata_metadata'),
  ];
  if ('trouble' in ours || 'trouble' in theirs)
    return unknown('both are of one version, and their metadata cannot be compared');
  switch (whoseMetadataOf(answer.metadata, ours, theirs)) {
    case 'one':
      return runs('its metadata', version);
    case 'other':
      return doesNot('its metadata', version);
    case 'neither':
      return other(version);
    default:
      return unknown(
        'the substitute and the code on chain answer alike, so RPC cannot tell: start it with -lcode-provider::substitutes=debug and look for "Using WASM substitute"',
      );
  }
}

type Found = Pick<NodeAdoption, 'adoption' | 'sentence'>;

function runs(by: string, version: string): Found {
  return { adoption: 'runs', sentence: `it answers by the substitute, as ${by} shows${version}` };
}

function doesNot(by: string, version: string): Found {
  return {
    adoption: 'does-not',
    sentence: `it answers by the code on chain, as ${by} shows${version}: it was not restarted with the spec`,
  };
}

function other(version: string): Found {
  return {
    adoption: 'other',
    sentence: `it answers neither by the substitute nor by the code on chain${version}: does it run with --wasm-runtime-overrides, or another substitute?`,
  };
}

function unknown(sentence: string): Found {
  return { adoption: 'unknown', sentence };
}

/** Of answers of `Metadata_metadata`; what cannot be read is nobody's. */
function whoseMetadataOf(
  told: Uint8Array,
  ours: Uint8Array,
  theirs: Uint8Array,
): ReturnType<typeof whoseMetadata> {
  const inside = (bytes: Uint8Array) => new ScaleReader(bytes, 'metadata').vec();
  try {
    return whoseMetadata(inside(told), inside(ours), inside(theirs));
  } catch (error) {
    if (error instanceof MalformedBytes) return 'both';
    throw error;
  }
}

/** Of what a node says. */
function shownVersion(answer: Uint8Array): string {
  try {
    const { specName, specVersion } = decodeVersion(answer);
    return ` (${specName.slice(0, 64).replace(/[^ -~]/g, '?')} ${specVersion})`;
  } catch {
    return '';
  }
}
