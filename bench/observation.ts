// What an observation with proofs costs: `node dist/bench/observation.js`. One relay block of the embedded network over loopback, read
// by the relay reader with proofs and with the claim queue run here, beside @polkadot/api, which reads the same items without proofs
// (`queryMulti`, then the claim queue by `state_call`) and believes them. Node and client share this process: both figures have the
// node's own part in them.
import { ApiPromise, WsProvider } from '@polkadot/api';
import type { ApiOptions } from '@polkadot/api/types';
import { PARA_ID, startNetwork } from '../devnet/network.ts';
import { Endpoints } from '../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../src/chain/relay/relay-reader.ts';

const ROUNDS = 15;
const PARAS = [1, 10, 100];

const network = await startNetwork();
const endpoints = new Endpoints({ urls: [network.relay.url] });
const reader = createRelayReader({ endpoints });
const provider = new WsProvider(network.relay.url) as ApiOptions['provider'];
const api = await ApiPromise.create({ provider, noInitWarn: true } as ApiOptions);

const PARA_ITEMS = [
  'heads',
  'mostRecentContext',
  'paraLifecycles',
  'currentCodeHash',
  'futureCodeHash',
  'futureCodeUpgrades',
  'upgradeGoAheadSignal',
  'upgradeRestrictionSignal',
  'authorizedCodeHash',
];

/** Milliseconds of CPU that `work` takes, all threads counted. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function unproven(ids: readonly number[]): Promise<void> {
  const hash = await api.rpc.chain.getFinalizedHead();
  const at = await api.at(hash);
  const { paras, registrar, parasDisputes } = at.query;
  const keys = ids.flatMap((id) => [
    ...PARA_ITEMS.flatMap((item) => (paras?.[item] ? [[paras[item], id]] : [])),
    ...(registrar?.paras ? [[registrar.paras, id]] : []),
  ]);
  const whole = [
    paras?.upgradeCooldowns,
    paras?.futureCodeUpgradesAt,
    paras?.pvfActiveVoteList,
    parasDisputes?.frozen,
  ];
  const values = await at.queryMulti([...keys, ...whole.filter((item) => item !== undefined)] as never);
  for (const value of values as { toJSON(): unknown }[]) value.toJSON();
  await api.rpc.state.call('ParachainHost_claim_queue', '0x', hash);
}

const first = await cpuOf(() => reader.observe([PARA_ID]));
console.log(`first observation (code, metadata and compiling included): ${first.toFixed(0)} ms of CPU`);
for (const count of PARAS) {
  const ids = Array.from({ length: count }, (_, index) => PARA_ID + index);
  await reader.observe(ids);
  await unproven(ids);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    network.nextBlock();
    ours.push(await cpuOf(() => reader.observe(ids)));
    theirs.push(await cpuOf(() => unproven(ids)));
  }
  const [mine, other] = [median(ours), median(theirs)];
  console.log(
    `${count} paras: ${mine.toFixed(1)} ms of CPU with proofs, the node's part included, ${(mine / count).toFixed(2)} ms a para`,
  );
  console.log(
    `  @polkadot/api without proofs ${other.toFixed(1)} ms: ours is ${(mine / other).toFixed(2)} times that`,
  );
}
await api.disconnect();
await endpoints.close();
await network.close();
