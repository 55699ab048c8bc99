import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeLittle, ScaleReader } from '../../bytes/scale.ts';
import type { RelayBlockRef, RelayLimits, RelayObservation } from '../../domain/chain/observation.ts';
import { coded, RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { EpochMs, ParaId, RelayBlock } from '../../domain/units.ts';
import { storageKey } from '../../proof/index.ts';
import { assumeFinality } from '../finality/assumed.ts';
import type { FinalHeader, FinalizedSource } from '../finality/source.ts';
import { askBest } from '../finality/told.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askHeader } from '../nodes/header-json.ts';
import { pauses, sleep } from '../nodes/pause.ts';
import { askHoldingProof } from '../nodes/read-proof.ts';
import { type RpcConnection, unknownBlock } from '../nodes/rpc-connection.ts';
import { ProvenChain } from '../proven/proven-chain.ts';
import { approvalStateAt, multisigStateAt } from './approval-state.ts';
import { accountsAt, upgradeCostsAt } from './relay-accounts.ts';
import { includedHeadAt, limitsAt, observeAt } from './relay-observation.ts';

export interface RelayReaderOptions {
  /** Shared with whoever else talks to the relay chain; closing it is the owner's. */
  readonly endpoints: Endpoints;
  /** Which blocks are final; closing it is the owner's. Left out, the endpoints' word, on which nothing may be done. */
  readonly finality?: FinalizedSource;
  /** What is proven of the chain, shared with whoever reads it too. */
  readonly proven?: ProvenChain;
  /** Milliseconds without a newly finalized block after which the other endpoints are asked for one; 30 seconds. */
  readonly silenceMs?: number;
  readonly onTrouble?: (trouble: RescueError) => void;
  readonly now?: () => EpochMs;
}

/** Time for endpoints to say what their best block is. */
const BEST_MS = 1_000;
const BLOCK_MS = 6_000;
/** Blocks that the best one may be ahead of a final one whose age does not tell more. */
const USUAL_LAG = 10;
const LONGEST_PAUSE_MS = 15_000;

/** The relay chain through its nodes, at blocks that are final by `finality`. */
export function createRelayReader(options: RelayReaderOptions): RelayReader {
  const { endpoints } = options;
  const onTrouble = options.onTrouble ?? (() => undefined);
  const now = options.now ?? Date.now;
  const silenceMs = options.silenceMs ?? 30_000;
  const finality = options.finality ?? assumeFinality({ endpoints, actable: false, silenceMs, onTrouble });
  const proven = options.proven ?? new ProvenChain();

  /** Why the newest final block could not be read; null once one was. */
  let unread: string | null = null;

  /** Reads at the newest final block, from whichever node knows it. */
  const atNewest = async <T>(read: (node: RpcConnection, header: FinalHeader) => Promise<T>): Promise<T> => {
    const header = await finality.newest();
    return endpoints.use((node) => read(node, header));
  };

  const observe = async (header: FinalHeader, paraIds: readonly ParaId[]): Promise<RelayObservation> => {
    const told = askBest(endpoints, BEST_MS);
    // It is waited for at the end; what fails before is told instead.
    told.catch(() => undefined);
    const genesis = await endpoints.genesis();
    const seen = await endpoints.use((node) => observeAt(node, proven, header, paraIds));
    const relayBest = plausibleBest(header, await told, now());
    const { trust, actable, time: relayTime } = header;
    const paras = seen.paras.map((para) => ({ ...para, relayBest, trust, actable }));
    return { ...seen, genesis, relayBest, trust, actable, relayTime, paras };
  };

  return {
    genesis: () => endpoints.genesis(),
    finality: () => {
      const view = finality.view();
      return { ...view, trouble: view.trouble ?? unread };
    },
    watch: async function* (paraIds, signal) {
      const pause = pauses(LONGEST_PAUSE_MS);
      for (let last: RelayBlock = -1; !signal.aborted; ) {
        try {
          for await (const header of finality.watch(signal)) {
            if (header.ref.number <= last) continue;
            const observation = await observe(header, paraIds);
            last = header.ref.number;
            unread = null;
            pause.reset();
            yield observation;
          }
        } catch (error) {
          if (signal.aborted) return;
          // No other node of the same chain would have another runtime.
          if (last < 0 && error instanceof RescueError && error.code === 'RESCUE_CONFIG_INVALID') throw error;
          const trouble = coded(error, 'RESCUE_NODE_UNREACHABLE', 'Reading a finalized relay block failed');
          unread = trouble.message;
          onTrouble(trouble);
        }
        await sleep(pause.next(), signal);
      }
    },
    observe: async (paraIds) => observe(await finality.newest(), paraIds),
    limits: (): Promise<RelayLimits> => atNewest((node, header) => limitsAt(node, proven, header)),
    storedCode: (codeHash) =>
      atNewest(async (node, { ref }) => {
        const key = storageKey('Paras', 'CodeByHash', { hasher: 'Identity', key: fromHex(codeHash) });
        const [code] = await proven.read(node, ref, [toHex(key)]);
        return code ? new ScaleReader(code, 'code').vec() : null;
      }),
    includedHead: (paraId) => atNewest((node, header) => includedHeadAt(node, proven, header, paraId)),
    isFinalized: (block) => finality.isFinal(block),
    proveFinality: (relay) => finality.proveFinality(relay),
    multisigState: (multisig, callHash) =>
      atNewest((node, header) => multisigStateAt(node, proven, header, multisig, callHash)),
    approvalState: (parties, callHash, manager) =>
      atNewest((node, header) => approvalStateAt(node, proven, header, parties, callHash, manager)),
    accounts: (ids) => atNewest((node, header) => accountsAt(node, proven, header, ids)),
    upgradeCosts: (paraId, bytes) =>
      atNewest((node, header) => upgradeCostsAt(node, proven, header, paraId, bytes)),
    proveHead: (paraId, relay) => endpoints.use((node) => proveHead(node, paraId, relay)),
  };
}

/**
 * The best block's number is nobody's proof, and tells only how far finality lags. It is the middle of what the endpoints say, and
 * never further ahead of the final block than that block's own proven age allows: who claims more cannot make the relay look
 * stalled, and who claims less is overruled by the final block itself.
 */
function plausibleBest(
  { ref, time }: Pick<FinalHeader, 'ref' | 'time'>,
  told: RelayBlock | null,
  now: EpochMs,
): RelayBlock {
  const age = time === null ? 0 : Math.max(0, now - time);
  const possible = ref.number + Math.floor(age / BLOCK_MS) + USUAL_LAG;
  return Math.max(ref.number, Math.min(told ?? ref.number, possible));
}

async function proveHead(
  node: RpcConnection,
  paraId: ParaId,
  relay: RelayBlockRef,
): Promise<{ header: Uint8Array; proof: Uint8Array[] }> {
  const header = await askHeader(node, relay.hash);
  if (!header) throw unknownBlock(node, relay.hash);
  const para = { hasher: 'Twox64Concat', key: encodeLittle(paraId, 4) } as const;
  const keys = ['Heads', 'MostRecentContext'].map((item) => storageKey('Paras', item, para));
  return { header: header.bytes, proof: (await askHoldingProof(node, header.ref, keys)).proof };
}
