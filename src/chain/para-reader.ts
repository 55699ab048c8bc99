import { z } from 'zod';
import { RescueError } from '../domain/errors.ts';
import type { ParaReader } from '../domain/ports.ts';
import { fromHex, type Hex, toHex } from '../domain/units.ts';
import { encodeHeader } from '../proof/index.ts';
import { Endpoints, type EndpointsOptions, hashSchema, hexSchema } from './endpoints.ts';
import { RpcRefusal } from './rpc-connection.ts';

/** Answer of `state_getReadProof`. */
export const readProofSchema = z.object({ at: hashSchema, proof: z.array(hexSchema).max(100_000) });

const versionSchema = z.object({
  specName: z.string().min(1).max(100),
  specVersion: z.int().min(0).max(0xffff_ffff),
});
const CODE = toHex(new TextEncoder().encode(':code'));
const PENDING_CODE = toHex(new TextEncoder().encode(':pending_code'));
/** Words with which nodes say that a runtime call ended in a panic: Substrate's executor, smoldot, this project's. */
const PANIC = /panick?ed|wasm trap|unreachable|execution failed/i;

/** A para through its own nodes, by plain JSON-RPC: no metadata of the para is needed. */
export function createParaReader(options: EndpointsOptions): ParaReader {
  const endpoints = new Endpoints(options);
  return {
    readProof: (head, keys) =>
      endpoints.use(async (node) => {
        const { at, proof } = await node.ask(readProofSchema, 'state_getReadProof', keys.map(toHex), head);
        if (at !== head) throw node.malformed(`asked for a proof at ${head}, it gave one at ${at}`);
        return proof.map(fromHex);
      }),
    runtimeVersion: (head) =>
      endpoints.use((node) => node.ask(versionSchema, 'state_getRuntimeVersion', head)),
    codeHash: (head) =>
      endpoints.use(async (node) => {
        const hashAt = (key: Hex) => node.ask(hashSchema.nullable(), 'state_getStorageHash', key, head);
        const hash = (await hashAt(PENDING_CODE)) ?? (await hashAt(CODE));
        if (!hash) throw node.malformed(`its state of block ${head} holds no runtime`);
        return hash;
      }),
    knowsHead: async (head) => {
      const answers = await endpoints.survey((node) => node.ask(z.unknown(), 'chain_getHeader', head));
      const known = answers.flatMap((answer) => ('value' in answer ? [answer.value !== null] : []));
      if (known.length === 0) {
        throw new RescueError(
          'RESCUE_NODE_UNREACHABLE',
          `No node of the para answers, so none can say whether it knows ${head}.`,
        );
      }
      return known.includes(true);
    },
    probeNextBlock: (head) =>
      endpoints.use(async (node) => {
        const header = encodeHeader({
          parentHash: fromHex(head.hash),
          number: head.number + 1,
          stateRoot: new Uint8Array(32),
          extrinsicsRoot: new Uint8Array(32),
          digest: [],
        });
        try {
          await node.ask(hexSchema, 'state_call', 'Core_initialize_block', toHex(header), head.hash);
          return null;
        } catch (error) {
          if (error instanceof RpcRefusal && PANIC.test(error.message)) return panicText(error.message);
          throw error;
        }
      }),
    close: () => endpoints.close(),
  };
}

/** The panic's own words, without what nodes wrap around them. */
function panicText(message: string): string {
  const [, panicked] = /panicked at ([\s\S]+)$/i.exec(message) ?? [];
  return (panicked ?? message).trim().replace(/\s+/g, ' ');
}
