import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApiPromise } from '@polkadot/api';
import { toHex } from '../../bytes/hex.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { PARA_ID_KEY } from '../../chain/nodes/chain-identity.ts';
import { SILENT_EXTENSIONS } from '../../chain/nodes/chain-runtime.ts';
import { Endpoints, type EndpointsOptions } from '../../chain/nodes/endpoints.ts';
import { askFinalized } from '../../chain/nodes/header-json.ts';
import { type BlockState, ProvenChain } from '../../chain/proven/proven-chain.ts';
import { coded, RescueError } from '../../domain/errors.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { encodeLittle, storageKey } from '../../proof/index.ts';
import { OwnRuntime } from './own-runtime.ts';
import { EndpointsProvider } from './rpc-provider.ts';

/** A connection to the chain on which rescue contracts live. */
export interface ContractsChain {
  readonly api: ApiPromise;
  readonly endpoints: Endpoints;
  readonly genesis: Hex;
  readonly paraId: ParaId;
  /** What is proven of its state, and run on it. */
  readonly proven: ProvenChain;
  /**
   * The newest block that may be read: the head that the relay chain includes, or what a node calls finalized when nobody
   * tells that head. Never an older one than before. @throws RESCUE_NODE_*
   */
  finalized(): Promise<Hex>;
  /** The state of the block with this hash, by its checked header. @throws RESCUE_NODE_* */
  stateAt(hash: Hex): Promise<BlockState>;
  close(): Promise<void>;
}

export interface ContractsOptions extends EndpointsOptions {
  /**
   * The head of the chain that the relay chain includes, proven there: then no node of the contracts chain can show another
   * state than that. Left out, it is the word of one node which block is final.
   */
  readonly included?: () => Promise<BlockState>;
  /** Para id whose head that is; the chain's own state must name it. */
  readonly paraId?: ParaId;
}

const GENESIS = toHex(storageKey('System', 'BlockHash', { hasher: 'Twox64Concat', key: encodeLittle(0, 4) }));
/** Rounds of the event loop that @polkadot/api may take to read metadata that is at hand. */
const MOST_TURNS = 1_000;

/** Other names under which runtimes have pallet-revive's `SetOrigin`. */
const OWN_EXTENSIONS = {
  ...SILENT_EXTENSIONS,
  SetOrigin: { extrinsic: {}, payload: {} },
  EthSetOriginExtension: { extrinsic: {}, payload: {} },
};

/**
 * Connects; version and metadata are those of the code in the proven state.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED, RESCUE_NODE_CONTRADICTS (another genesis, another para),
 * RESCUE_CHAIN_REFUSES when the chain runs no contracts
 */
export async function openContractsChain(options: ContractsOptions): Promise<ContractsChain> {
  // Which para it is, its proven state tells: a node's word is not asked for.
  const { paraId: _, ...nodes } = options;
  const endpoints = new Endpoints(nodes);
  const proven = new ProvenChain();
  const runtime = new OwnRuntime(endpoints, proven);
  const provider = new EndpointsProvider(endpoints, runtime);
  let api: ApiPromise | null = null;
  let newest: BlockState | null = null;

  const advance = async (): Promise<BlockState> => {
    const { included } = options;
    const block = await (included?.() ?? endpoints.use(async (node) => (await askFinalized(node)).ref));
    // What was seen once is not undone by who shows an older block.
    if (newest !== null && block.number <= newest.number) return newest;
    await runtime.follow(block);
    if (api) await upToDate(api, runtime);
    newest = block;
    return block;
  };
  try {
    await provider.connect();
    const block = await advance();
    const { paraId, genesis } = await identityOf(endpoints, proven, block, options);
    api = new ApiPromise({
      provider,
      noInitWarn: true,
      throwOnConnect: true,
      signedExtensions: OWN_EXTENSIONS,
    });
    await api.isReadyOrError;
    if (!api.tx.revive?.call) throw noContracts(api);
    return {
      api,
      endpoints,
      genesis,
      paraId,
      proven,
      finalized: async () => (await advance()).hash,
      stateAt: (hash) => runtime.stateAt(hash),
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

/**
 * Para id and genesis by the chain's own state: `ParachainInfo.ParachainId`, a u32, which the location of the chain's
 * accounts on the relay chain holds, and `System.BlockHash(0)`, which is never pruned.
 */
async function identityOf(
  endpoints: Endpoints,
  proven: ProvenChain,
  block: BlockState,
  options: ContractsOptions,
): Promise<{ readonly paraId: ParaId; readonly genesis: Hex }> {
  const [id, first] = await endpoints.use((node) => proven.read(node, block, [PARA_ID_KEY, GENESIS]));
  if (!id) throw notPara();
  const paraId = new ByteReader(id, 'para id').u32();
  if (options.paraId !== undefined && paraId !== options.paraId) {
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `The contracts chain is para ${paraId}, not ${options.paraId}: correct its endpoints or contracts.paraId.`,
    );
  }
  // The block that a chain begins with does not know its own hash.
  if (block.number === 0) return { paraId, genesis: await endpoints.genesis() };
  if (!first) {
    throw new RescueError(
      'RESCUE_NODE_CONTRADICTS',
      'The state of the contracts chain names no first block.',
    );
  }
  const genesis = toHex(first);
  endpoints.expectGenesis(genesis);
  return { paraId, genesis };
}

/** @polkadot/api takes over the metadata of a new version on its own, some turns of the event loop later. */
async function upToDate(api: ApiPromise, runtime: OwnRuntime): Promise<void> {
  const { specVersion } = runtime.current.version;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    if (api.runtimeVersion.specVersion.eq(specVersion)) return;
    await nextTurn();
  }
  throw new RescueError('RESCUE_INTERNAL', `The metadata of version ${specVersion} was not taken over.`);
}

function notPara(): RescueError {
  return new RescueError(
    'RESCUE_CHAIN_REFUSES',
    'The contracts chain has no para id: it is no parachain, so rescue contracts cannot live there.',
  );
}

function noContracts({ runtimeVersion }: ApiPromise): RescueError {
  return new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The chain ${runtimeVersion.specName} is no parachain with pallet-revive: rescue contracts cannot live there.`,
  );
}
