// What watching every para of a relay chain costs: `node dist/bench/fleet.js`, with a number of blocks for the growth (10 000). A process
// of its own plays the node, over JSON-RPC and a real runtime's state in which each para has a new head in every block. Measured is the
// watcher alone: the relay reader, the reading of all paras with proofs, and what is made of it; no finality proofs, which the
// figure `finality` measures. Beside it @polkadot/api in the same process, which reads the same two maps, and once the heads, by the word
// of the node.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions } from '@polkadot/api/types';
import { createFleetReader } from '../src/chain/fleet/fleet-reader.ts';
import { Endpoints } from '../src/chain/nodes/endpoints.ts';
import { ProvenChain } from '../src/chain/proven/proven-chain.ts';
import { createRelayReader } from '../src/chain/relay/relay-reader.ts';
import type { RelayObservation } from '../src/domain/chain/observation.ts';
import { createFleetWatch } from '../src/recovery/fleet/fleet-watch.ts';

const PARAS = [10, 100, 1000];
const GAP = 50;
const WARM = 15;
const ROUNDS = 40;
const BLOCKS = Number(process.argv[2] ?? 10_000);
const FIRST = 2000;

/** The node, and what asks it to make blocks. */
async function openNode(paras: number) {
  const child: ChildProcess = fork(fileURLToPath(new URL('./fleet-node.js', import.meta.url)));
  const answer = async () => (await once(child, 'message'))[0] as unknown;
  child.send({ paras });
  const url = String(await answer());
  return {
    url,
    /** @returns the number of the block */
    produce: async (stopped = 0, frozen = false): Promise<number> => {
      const made = answer();
      child.send({ stopped, frozen });
      return Number(await made);
    },
    close: () => child.disconnect(),
  };
}

/** Watches as the service does; `next` takes in the block with this number. */
function openWatch(url: string) {
  const endpoints = new Endpoints({ urls: [url] });
  const proven = new ProvenChain();
  const relay = createRelayReader({ endpoints, proven });
  const events: { readonly type: string; readonly block: number }[] = [];
  let block = 0;
  const watch = createFleetWatch({
    reader: createFleetReader({ endpoints, proven }),
    names: new Map(),
    stallGapBlocks: GAP,
    relay,
    configured: new Set(),
    blindAfterMs: 600_000,
    tell: (_, type) => events.push({ type, block }),
    onTrouble: (error) => console.error(error.message),
    now: Date.now,
  });
  const stop = new AbortController();
  const stream = relay.watch([], stop.signal)[Symbol.asyncIterator]();
  return {
    watch,
    events,
    next: async (number: number): Promise<void> => {
      for (let seen: RelayObservation | undefined; seen === undefined || seen.relay.number < number; ) {
        seen = (await stream.next()).value as RelayObservation;
        block = seen.relay.number;
        await watch.take(seen, null);
      }
    },
    close: async () => {
      stop.abort();
      await watch.stop();
      await endpoints.close();
    },
  };
}

/** Milliseconds of CPU that `work` takes, all threads counted. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1);

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/** The same two maps, and the heads, by @polkadot/api and the node's word. */
async function openPeer(url: string, paras: number) {
  const provider = new WsProvider(url) as ApiOptions['provider'];
  const api = await ApiPromise.create({ provider, noInitWarn: true } as ApiOptions);
  const ids = Array.from({ length: paras }, (_, index) => FIRST + index);
  const at = async () => (await api.at(await api.rpc.chain.getFinalizedHead())).query;
  return {
    same: async () => {
      const { paras: pallet, parasDisputes } = await at();
      const values = await Promise.all([
        pallet?.mostRecentContext?.multi(ids),
        pallet?.paraLifecycles?.multi(ids),
        parasDisputes?.frozen?.(),
      ]);
      for (const value of values.flat()) value?.toJSON();
    },
    heads: async () => {
      const values = await (await at()).paras?.heads?.multi(ids);
      for (const value of values ?? []) value.toJSON();
    },
    close: () => api.disconnect(),
  };
}

for (const paras of PARAS) {
  const node = await openNode(paras);
  const ours = openWatch(node.url);
  const first = await cpuOf(async () => ours.next(await node.produce()));
  for (let count = 0; count < WARM; count += 1) await ours.next(await node.produce());
  const held = heap();
  const peer = await openPeer(node.url, paras);
  await peer.same();
  await peer.heads();
  const mine: number[] = [];
  const same: number[] = [];
  const heads: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    mine.push(await cpuOf(async () => ours.next(await node.produce())));
    same.push(await cpuOf(peer.same));
    heads.push(await cpuOf(peer.heads));
  }
  await peer.close();
  if (ours.watch.rows().length !== paras) throw new Error('not all paras were read');
  console.log(
    `${paras} paras: ${median(mine).toFixed(1)} ms of CPU a relay block (mean ${mean(mine).toFixed(1)}, who has a core included), with proofs; the first block ${first.toFixed(0)} ms; heap ${megabytes(held)} MB`,
  );
  console.log(
    `  @polkadot/api without proofs: the same maps ${median(same).toFixed(1)} ms (ours is ${(median(mine) / median(same)).toFixed(2)} times that), heads.multi ${median(heads).toFixed(1)} ms (${(median(mine) / median(heads)).toFixed(2)} times)`,
  );
  if (paras === 1000) await growth(node, ours);
  await verdicts(node, ours, paras);
  await ours.close();
  node.close();
}

/** Memory over many blocks, in ten parts. */
async function growth(
  node: Awaited<ReturnType<typeof openNode>>,
  ours: ReturnType<typeof openWatch>,
): Promise<void> {
  const parts: number[] = [];
  const startedAt = process.cpuUsage();
  for (let count = 0; count < BLOCKS; count += 1) {
    await ours.next(await node.produce());
    if ((count + 1) % Math.ceil(BLOCKS / 10) === 0) parts.push(heap());
  }
  const { user, system } = process.cpuUsage(startedAt);
  const [early = 0, late = 0] = [parts[Math.floor(parts.length / 2)], parts.at(-1)];
  const blocks = BLOCKS - Math.ceil(BLOCKS / 10) * (Math.floor(parts.length / 2) + 1);
  console.log(
    `  ${BLOCKS} blocks: ${((user + system) / 1000 / BLOCKS).toFixed(1)} ms of CPU a block; heap after each tenth ${parts.map(megabytes).join(', ')} MB: ${((late - early) / Math.max(1, blocks)).toFixed(0)} bytes a block in the second half; ${megabytes(process.memoryUsage().rss)} MB in all, with the peer's part`,
  );
}

/** Blocks from the last head of one para, of all, and from a dispute, until it is said. */
async function verdicts(
  node: Awaited<ReturnType<typeof openNode>>,
  { watch, events, next }: ReturnType<typeof openWatch>,
  paras: number,
): Promise<void> {
  const until = async (isSaid: () => boolean, stopped: number, frozen = false): Promise<number> => {
    for (let count = 1; count < 4 * GAP; count += 1) {
      await next(await node.produce(stopped, frozen));
      if (isSaid()) return count;
    }
    throw new Error('it was never said');
  };
  const last = FIRST + paras - 1;
  const one = await until(
    () => watch.rows().some(({ paraId, condition }) => paraId === last && condition === 'stalled'),
    1,
  );
  await until(() => watch.rows().every(({ condition }) => condition === 'healthy'), 0);
  events.length = 0;
  const all = await until(() => watch.seen()?.troubles[0]?.cause === 'fleet-wide', paras);
  await until(() => watch.rows().every(({ condition }) => condition === 'stalled'), paras);
  const told = events.length;
  await until(() => watch.rows().every(({ condition }) => condition === 'healthy'), 0);
  const frozen = await until(() => watch.seen()?.troubles[0]?.cause === 'inclusion-frozen', 0, true);
  console.log(
    `  blocks from onset to verdict: one para stalled ${one} (its gap is ${GAP}), all of them ${all} and ${told} event for all, a dispute ${frozen}`,
  );
}
