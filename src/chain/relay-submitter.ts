import { blake2AsHex, encodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { RescueError } from '../domain/errors.ts';
import type { ExtrinsicOutcome, RelayCall, RelaySubmitter, SignedExtrinsic } from '../domain/ports.ts';
import type { PreparedCall } from '../domain/route.ts';
import { fromHex, type Hex, type RelayBlock, toHex } from '../domain/units.ts';
import { type Endpoints, hashSchema } from './endpoints.ts';
import { readOutcome } from './extrinsic-outcome.ts';
import { askFinalized } from './header-json.ts';
import { buildCall, describeCall } from './relay-calls.ts';
import { type RelayRuntime, RuntimeCache } from './relay-runtime.ts';
import { type RpcConnection, RpcRefusal } from './rpc-connection.ts';
import type { Signer } from './signer.ts';

/** Blocks in which an extrinsic can be included; a power of two, as mortal eras must be. */
const ERA_PERIOD = 64;
/** Pool errors that say that the very same bytes are known: already imported, temporarily banned after inclusion. */
const KNOWN_CODES: readonly number[] = [1012, 1013];
/** `InvalidTransaction`: among others what a node says of an extrinsic that is included already. */
const INVALID_CODE = 1010;

const nonceSchema = z.int().min(0);

/** Prepares, signs, sends and follows extrinsics of the relay chain with the operator's key. */
export function createRelaySubmitter(options: {
  readonly endpoints: Endpoints;
  readonly signer: Signer;
}): RelaySubmitter {
  const { endpoints, signer } = options;
  const runtimes = new RuntimeCache();

  const sign = async (node: RpcConnection, call: RelayCall): Promise<SignedExtrinsic> => {
    if (!signer.pair || !signer.account) {
      throw new RescueError(
        'RESCUE_SIGNER_MISSING',
        'No key is configured that could sign on the relay chain.',
      );
    }
    const runtime = await runtimes.load(node);
    const built = buildCall(runtime, call);
    const birth = await askFinalized(node);
    const address = encodeAddress(signer.pair.publicKey, 42);
    const nonce = await node.ask(nonceSchema, 'system_accountNextIndex', address);
    const era = runtime.registry.createType('ExtrinsicEra', {
      current: birth.ref.number,
      period: ERA_PERIOD,
    });
    const extrinsic = runtime.registry.createType('Extrinsic', built, { version: 4 });
    extrinsic.sign(signer.pair, {
      blockHash: birth.ref.hash,
      genesisHash: await endpoints.genesis(),
      era: toHex(era.toU8a()),
      nonce,
      runtimeVersion: runtime.version,
    } as unknown as Parameters<typeof extrinsic.sign>[1]);
    const bytes = extrinsic.toU8a();
    return {
      bytes: toHex(bytes),
      hash: blake2AsHex(bytes) as Hex,
      signer: signer.account,
      nonce,
      birth: birth.ref.number,
      death: lastBlock(runtime, toHex(era.toU8a()), birth.ref.number),
      callHash: blake2AsHex(built.toU8a()) as Hex,
      method: `${built.section}.${built.method}`,
    };
  };

  return {
    signer: () => (signer.pair ? signer.account : null),
    prepare: (call): Promise<PreparedCall> =>
      endpoints.use(async (node) => describeCall(buildCall(await runtimes.load(node), call))),
    sign: (call) => endpoints.use((node) => sign(node, call)),
    broadcast: (extrinsic) =>
      endpoints.use(async (node) => {
        try {
          await node.ask(hashSchema, 'author_submitExtrinsic', extrinsic.bytes);
        } catch (error) {
          if (!(error instanceof RpcRefusal)) throw error;
          if (KNOWN_CODES.includes(error.code)) return;
          // Stale means included or replaced: `outcome` tells which, from finalized blocks.
          if (error.code === INVALID_CODE && /stale|outdated|ancient|old/i.test(error.message)) return;
          throw new RescueError(
            'RESCUE_CALL_FAILED',
            `The relay node refuses the extrinsic: ${error.message}`,
            {
              cause: error,
            },
          );
        }
      }),
    outcome: (extrinsic): Promise<ExtrinsicOutcome> =>
      endpoints.use((node) => readOutcome(node, runtimes, extrinsic)),
  };
}

/** Last block that can include an extrinsic of this era; it is born at the block whose hash it signs. */
function lastBlock(runtime: RelayRuntime, era: Hex, current: RelayBlock): RelayBlock {
  const mortal = runtime.registry.createType('ExtrinsicEra', fromHex(era)).asMortalEra;
  return mortal.death(current) - 1;
}
