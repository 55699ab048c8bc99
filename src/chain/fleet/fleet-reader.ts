import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import type { RelayBlockRef } from '../../domain/chain/observation.ts';
import type { RescueError } from '../../domain/errors.ts';
import type { FleetPara, FleetReading } from '../../domain/fleet/reading.ts';
import type { FleetReader } from '../../domain/ports/fleet.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import { ProofError, proofNodes, readMapEntries } from '../../proof/index.ts';
import type { Endpoints } from '../nodes/endpoints.ts';
import { askReadProof } from '../nodes/read-proof.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { assignedParas, type CoresSeen, hasCoreOf } from '../relay/assigned-cores.ts';
import { claimedParas } from '../relay/claim-queue.ts';
import { type FleetLayout, layoutOf, unreadable } from './layout.ts';

/** Blocks for which it is taken as known who has a core: cores change hands by sessions and leases. */
const CORES_EVERY: RelayBlock = 10;
/** A trie of ten thousand paras is eight nodes deep; each round of questions leads one node deeper. */
const MOST_ROUNDS = 40;
/** Keys of one question, and nodes of all its answers: ten thousand paras are below both. */
const MOST_KEYS = 20_000;
const MOST_NODES = 100_000;
const MOST_PARAS = 10_000;

/** What is kept from one block to the next: never more than a few numbers and keys a para. */
interface Kept {
  /** Keys whose proof showed all that was read at the last block. */
  readonly keys: readonly Hex[];
  readonly lifecycles: { readonly top: Uint8Array | null; readonly byPara: ReadonlyMap<ParaId, string> };
  readonly cores: CoresSeen & { readonly at: RelayBlock };
}

/**
 * Reads every para of the relay chain. The maps `Paras.MostRecentContext` and `Paras.ParaLifecycles` are walked in the trie of the block
 * itself, so that a para that appears or goes needs no list of keys from anybody, and nothing can be left out. Their values are so small
 * that they stand in the branches: a proof of a quarter of the keys shows all of them.
 */
export function createFleetReader(options: {
  readonly endpoints: Endpoints;
  readonly proven: ProvenChain;
}): FleetReader {
  const { endpoints, proven } = options;
  let kept: Kept | null = null;

  const read = async (
    node: RpcConnection,
    relay: RelayBlockRef,
    wantsCores: boolean,
  ): Promise<FleetReading> => {
    const runtime = await proven.runtimeOf(node, relay);
    const layout = layoutOf(runtime);
    const known = kept;
    const { contexts, lifecycles, keys, frozen } = await readMaps(node, relay, layout, known);
    const isOther = lifecycles !== known?.lifecycles;
    const isOld = known === null || isOther || wantsCores || relay.number - known.cores.at >= CORES_EVERY;
    const cores = isOld
      ? {
          claimed: await claimedParas(node, proven, relay),
          assigned: await assignedParas(node, proven, relay, runtime),
          at: relay.number,
        }
      : known.cores;
    kept = { keys, lifecycles, cores };
    const paras = [...lifecycles.byPara].map(([paraId, lifecycle]): FleetPara => {
      const para = { paraId, lifecycle };
      return { ...para, mostRecentContext: contexts.get(paraId) ?? null, hasCore: hasCoreOf(para, cores) };
    });
    return { relay, paras, coresAt: cores.at, disputesFrozen: frozen };
  };

  return { read: (relay, { cores }) => endpoints.use((node) => read(node, relay, cores)) };
}

interface Maps {
  readonly contexts: ReadonlyMap<ParaId, RelayBlock>;
  readonly lifecycles: Kept['lifecycles'];
  readonly keys: readonly Hex[];
  readonly frozen: RelayBlock | null | undefined;
}

/** Asks for what covered the maps at the block before, then for whatever has come since, round by round. */
async function readMaps(
  node: RpcConnection,
  relay: RelayBlockRef,
  layout: FleetLayout,
  known: Kept | null,
): Promise<Maps> {
  const always = [layout.contexts, layout.lifecycles, ...(layout.frozen ? [layout.frozen.key] : [])].map(
    toHex,
  );
  const received: Uint8Array[] = [];
  let wanted: readonly Hex[] = known?.keys ?? always;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (wanted.length > MOST_KEYS) throw node.malformed('the maps of its paras are larger than any are');
    const proof = await askReadProof(node, wanted, relay.hash);
    if (received.length + proof.length > MOST_NODES)
      throw node.malformed('its proof of all paras has more nodes than any has');
    for (const one of proof) received.push(one);
    const seen = held(node, relay, () => walk(relay, layout, received, known));
    if (seen.missing.length === 0) {
      return { ...seen, keys: [...new Set([...always, ...seen.covering.map(toHex)])] };
    }
    const before = new Set(wanted);
    wanted = seen.missing.map(toHex);
    // A proof of a key has every node that leads to it.
    if (wanted.some((key) => before.has(key))) throw leftOut(node, relay);
  }
  throw leftOut(node, relay);
}

function walk(
  relay: RelayBlockRef,
  layout: FleetLayout,
  received: readonly Uint8Array[],
  known: Kept | null,
): Omit<Maps, 'keys'> & { readonly missing: Uint8Array[]; readonly covering: Uint8Array[] } {
  const nodes = proofNodes(fromHex(relay.stateRoot), received);
  const contexts = new Map<ParaId, RelayBlock>();
  const ofContexts = readMapEntries(nodes, layout.contexts, (key, value) => {
    contexts.set(layout.paraOf(key), layout.contextOf(value));
    requireFew(contexts.size);
  });
  const byPara = new Map<ParaId, string>();
  const top = known?.lifecycles.top ?? null;
  const ofLifecycles = readMapEntries(
    nodes,
    layout.lifecycles,
    (key, value) => {
      byPara.set(layout.paraOf(key), layout.lifecycleOf(value));
      requireFew(byPara.size);
    },
    top,
  );
  let frozen: RelayBlock | null | undefined;
  const missing = [...ofContexts.missing, ...ofLifecycles.missing];
  const { frozen: item } = layout;
  if (item) {
    const { key } = item;
    frozen = null;
    const { missing: lacking } = readMapEntries(nodes, key, (at, value) => {
      if (at.length === key.length) frozen = item.valueOf(value);
    });
    for (const one of lacking) missing.push(one);
  }
  return {
    contexts,
    lifecycles:
      known !== null && ofLifecycles.isSame
        ? known.lifecycles
        : { top: ofLifecycles.top, byPara: new Map([...byPara].sort(([a], [b]) => a - b)) },
    frozen,
    missing,
    covering: [...ofContexts.covering, ...ofLifecycles.covering],
  };
}

/** Runs `work` on what the node sent. @throws RESCUE_NODE_CONTRADICTS for bytes that no trie has */
function held<T>(node: RpcConnection, relay: RelayBlockRef, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    if (error.code === 'PROOF_MISSING_NODE') throw unreadable(error.message);
    throw node.lied(
      `its proof of all paras does not hold under the state root ${relay.stateRoot} of block ${relay.number} (${error.message})`,
      error,
    );
  }
}

function leftOut(node: RpcConnection, { number, stateRoot }: RelayBlockRef): RescueError {
  return node.lied(
    `its proof of all paras does not hold under the state root ${stateRoot} of block ${number}`,
  );
}

function requireFew(count: number): void {
  if (count > MOST_PARAS) throw unreadable(`it has more than ${MOST_PARAS} paras`);
}
