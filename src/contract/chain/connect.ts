import { ApiPromise } from '@polkadot/api';
import { fromHex } from '../../bytes/hex.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { SILENT_EXTENSIONS } from '../../chain/nodes/chain-runtime.ts';
import { Endpoints, type EndpointsOptions, hashSchema, hexSchema } from '../../chain/nodes/endpoints.ts';
import { coded, RescueError } from '../../domain/errors.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { EndpointsProvider } from './rpc-provider.ts';

/** A connection to the chain on which rescue contracts live. */
export interface ContractsChain {
  readonly api: ApiPromise;
  readonly endpoints: Endpoints;
  readonly genesis: Hex;
  readonly paraId: ParaId;
  /** Newest finalized block. @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED */
  finalized(): Promise<Hex>;
  close(): Promise<void>;
}

const idSchema = hexSchema.refine((value) => value.length === 10, 'must be a u32');

/** Other names under which runtimes have pallet-revive's `SetOrigin`. */
const OWN_EXTENSIONS = {
  ...SILENT_EXTENSIONS,
  SetOrigin: { extrinsic: {}, payload: {} },
  EthSetOriginExtension: { extrinsic: {}, payload: {} },
};

/**
 * Connects and loads the chain's metadata.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED, RESCUE_NODE_CONTRADICTS (another genesis),
 * RESCUE_CHAIN_REFUSES when the chain runs no contracts
 */
export async function openContractsChain(options: EndpointsOptions): Promise<ContractsChain> {
  const endpoints = new Endpoints(options);
  const provider = new EndpointsProvider(endpoints);
  let api: ApiPromise | null = null;
  try {
    await provider.connect();
    api = new ApiPromise({
      provider,
      noInitWarn: true,
      throwOnConnect: true,
      signedExtensions: OWN_EXTENSIONS,
    });
    await api.isReadyOrError;
    return {
      api,
      endpoints,
      genesis: await endpoints.genesis(),
      paraId: await readParaId(api, endpoints),
      finalized: () => endpoints.use((node) => node.ask(hashSchema, 'chain_getFinalizedHead')),
      close: () => closeApi(api, provider),
    };
  } catch (error) {
    await closeApi(api, provider);
    throw coded(error, 'RESCUE_NODE_MALFORMED', 'The contracts chain cannot be read');
  }
}

async function closeApi(api: ApiPromise | null, provider: EndpointsProvider): Promise<void> {
  if (api) await api.disconnect();
  else await provider.disconnect();
}

/** `ParachainInfo.ParachainId`, a u32; the location of the chain's accounts on the relay chain holds it. */
async function readParaId(api: ApiPromise, endpoints: Endpoints): Promise<ParaId> {
  const query = api.query.parachainInfo?.parachainId;
  if (!api.tx.revive?.call || !query) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The chain ${api.runtimeVersion.specName} is no parachain with pallet-revive: rescue contracts cannot live there.`,
    );
  }
  const value = await endpoints.use((node) => node.ask(idSchema, 'state_getStorage', query.key()));
  return new ByteReader(fromHex(value), 'para id').u32();
}
