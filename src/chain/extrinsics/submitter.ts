import type { Call } from '@polkadot/types/interfaces';
import { blake2AsHex } from '@polkadot/util-crypto';
import { fromHex, toHex } from '../../bytes/hex.ts';
import {
  ERA_PERIOD,
  type ExtrinsicOutcome,
  type PreparedCall,
  type SignedExtrinsic,
} from '../../domain/chain/extrinsics.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type {
  ContractSubmitter,
  ExtrinsicSubmitter,
  RelaySubmitter,
  Sending,
  UnsignedCalls,
} from '../../domain/ports/submitter.ts';
import type { Hex, RelayBlock } from '../../domain/units.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { lowestBest, newestTold } from '../nodes/told-blocks.ts';
import { Nonces, provenNonce } from '../proven/nonce.ts';
import { type BlockState, ProvenChain } from '../proven/proven-chain.ts';
import { Broadcaster } from './broadcast.ts';
import { weighCall } from './call-weight.ts';
import { OutcomeReader } from './extrinsic-outcome.ts';
import { requireKnownExtensions } from './known-extensions.ts';
import { buildCall, describeCall } from './relay-calls.ts';
import type { Signer } from './signer.ts';
import { judge, type Verdict } from './verdict.ts';

/** Finality lag from which signing is refused: the era counts from a finalized block and would be over too soon. */
const MAX_LAG = 32;
/** Turns what a submitter is asked for into a call of its chain. */
type CallBuilder<Wanted> = (
  at: { readonly node: RpcConnection; readonly chain: ProvenChain; readonly block: BlockState },
  runtime: ChainRuntime,
  call: Wanted,
) => Promise<Call>;

/** A header, and whether it may be acted upon (`FinalHeader`); heads that the relay chain includes are as good as its own. */
type HeldHeader = NodeHeader & { readonly actable?: boolean };

interface SubmitterOptions {
  readonly endpoints: Endpoints;
  readonly signer: Signer;
  /** What is proven of the chain, shared with whoever reads it too. */
  readonly proven?: ProvenChain;
  /** The newest block that is held for final; without it the newest one that the endpoints tell. */
  readonly finalized?: () => Promise<HeldHeader>;
  /** What earlier lives of this process sent on this chain and do not know the end of. */
  readonly inFlight?: () => Promise<readonly SignedExtrinsic[]>;
}

/** The relay chain: calls are named, and built by its metadata. */
export function createRelaySubmitter(options: SubmitterOptions): RelaySubmitter & UnsignedCalls {
  return createSubmitter(options, 'relay chain', ({ node, chain, block }, runtime, call) =>
    buildCall(runtime, call, (inner) => weighCall(node, chain, block, inner)),
  );
}

/** The contracts chain: calls are given as bytes. */
export function createContractSubmitter(options: SubmitterOptions): ContractSubmitter {
  return createSubmitter(options, 'contracts chain', async (_at, runtime, bytes) =>
    decodeCall(runtime, bytes),
  );
}

function createSubmitter<Wanted>(
  {
    endpoints,
    signer,
    proven = new ProvenChain(),
    finalized = () => newestTold(endpoints),
    inFlight = async () => [],
  }: SubmitterOptions,
  chain: string,
  build: CallBuilder<Wanted>,
): ExtrinsicSubmitter<Wanted> & {
  unsigned(call: Wanted, death: RelayBlock): Promise<SignedExtrinsic>;
} {
  const outcomes = new OutcomeReader(endpoints, proven);
  const nonces = new Nonces(endpoints, proven, inFlight);
  const sender = new Broadcaster(endpoints);

  const actable = async (): Promise<NodeHeader> => {
    const header = await finalized();
    if (header.actable !== false) return header;
    throw new RescueError(
      'RESCUE_FINALITY_UNPROVEN',
      `Nothing proves that block ${header.ref.number} of the ${chain} is final: it is watched, and nothing is done on it.`,
    );
  };

  /** The call as the runtime of this block takes it: from proven code, whichever node helped. */
  const buildAt = ({ ref: block }: NodeHeader, call: Wanted) =>
    endpoints.use(async (node) => {
      const runtime = await proven.runtimeOfCalls(node, block);
      return { runtime, built: await build({ node, chain: proven, block }, runtime, call) };
    });

  const sign = async (call: Wanted): Promise<SignedExtrinsic> => {
    if (!signer.pair || !signer.account) {
      throw new RescueError('RESCUE_SIGNER_MISSING', `No key is configured that could sign on the ${chain}.`);
    }
    const birth = await actable();
    const { runtime, built } = await buildAt(birth, call);
    requireKnownExtensions(runtime);
    const best = await lowestBest(endpoints);
    if (best - birth.ref.number > MAX_LAG) {
      throw new RescueError(
        'RESCUE_CHAIN_REFUSES',
        `The ${chain} has finalized only block ${birth.ref.number} of ${best}: nothing is signed until finality catches up.`,
      );
    }
    const nonce = await nonces.next(birth.ref, signer.account);
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
    prepare: async (call): Promise<PreparedCall> =>
      describeCall((await buildAt(await finalized(), call)).built),
    sign,
    unsigned: async (call, death) => {
      const birth = await actable();
      const { runtime, built } = await buildAt(birth, call);
      const bytes = runtime.registry.createType('Extrinsic', built, { version: 4 }).toU8a();
      return {
        bytes: toHex(bytes),
        hash: blake2AsHex(bytes) as Hex,
        signer: null,
        nonce: 0,
        birth: birth.ref.number,
        death,
        callHash: blake2AsHex(built.toU8a()) as Hex,
        method: `${built.section}.${built.method}`,
      };
    },
    broadcast: async (extrinsic): Promise<Sending> => {
      nonces.sent(extrinsic);
      const told = await sender.send(extrinsic);
      if (told.kind === 'taken') return told;
      // The word of nodes ends nothing. Whether it is true shows when the chain's runtime is run here.
      const { ref: block } = await actable();
      const verdict = await endpoints.use(async (node): Promise<Verdict> => {
        const { signer: account } = extrinsic;
        const nonce = account === null ? 0 : await provenNonce(node, proven, block, account);
        return nonce === extrinsic.nonce ? judge(node, proven, block, extrinsic) : { kind: 'open' };
      });
      if (verdict.kind === 'open') return told;
      if (verdict.kind === 'void') nonces.ended(extrinsic);
      return verdict;
    },
    included: async (extrinsic) => outcomes.included(await actable(), extrinsic),
    outcome: async (extrinsic): Promise<ExtrinsicOutcome> => {
      const outcome = await outcomes.read(await actable(), extrinsic);
      if (outcome.kind !== 'pending') nonces.ended(extrinsic);
      return outcome;
    },
  };
}

/** @throws RESCUE_CHAIN_REFUSES for bytes that are no call of this runtime */
function decodeCall(runtime: ChainRuntime, bytes: Hex): Call {
  try {
    return runtime.registry.createType('Call', fromHex(bytes));
  } catch (cause) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The runtime ${runtime.version.specName} ${runtime.version.specVersion} cannot read the call that was prepared: ${messageOf(cause).slice(0, 200)}`,
      { cause },
    );
  }
}

/** Last block that can include an extrinsic of this era; it is born at the block whose hash it signs. */
function lastBlock(runtime: ChainRuntime, era: Hex, current: RelayBlock): RelayBlock {
  const mortal = runtime.registry.createType('ExtrinsicEra', fromHex(era)).asMortalEra;
  return mortal.death(current) - 1;
}
