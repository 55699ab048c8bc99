import { describe, expect, it, onTestFinished } from 'vitest';
import { PARA_ID, startNetwork } from '../../devnet/network.ts';
import { startSpecNetwork } from '../../devnet/spec-network.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { ProvenChain } from '../../src/chain/proven/proven-chain.ts';
import { assignedParas } from '../../src/chain/relay/assigned-cores.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import { storageKey } from '../../src/proof/index.ts';
import { HAS_SPECS, specFile } from '../blocks/specs.ts';

const UNKNOWN = 4321;
const WHOLE_CORE = 57_600;

/** What a relay chain's node proves of cores at its newest block. */
function openReader(relay: Awaited<ReturnType<typeof startSpecNetwork>>['relay']) {
  const endpoints = new Endpoints({ urls: [relay.url] });
  onTestFinished(() => endpoints.close());
  const chain = new ProvenChain();
  const assigned = () => {
    const { hash, number, header } = relay.chain.finalized;
    const block = { hash, number, stateRoot: toHex(header.stateRoot) };
    return endpoints.use(async (node) =>
      assignedParas(node, chain, block, await chain.runtimeOf(node, block)),
    );
  };
  const hasCore = async (id: number) => {
    const { paras } = await createRelayReader({ endpoints }).observe([id]);
    return paras[0]?.hasCore;
  };
  return { assigned, hasCore };
}

it('cores are those of the last schedule that is due, also while no para was scheduled by it yet', async () => {
  const network = await startNetwork();
  onTestFinished(() => network.close());
  const { chain } = network.relay;
  const { assigned } = openReader(network.relay);
  const pass = (blocks: number) => {
    for (let count = 0; count < blocks; count += 1) network.nextBlock();
  };
  /** The relay chain lets a schedule begin after the turns that its claim queue shows already. */
  const assign = (shares: readonly (readonly [unknown, number])[]) => {
    network.queueSudo(chain, 'coretime', 'assignCore', 0, chain.best.number + 2, shares, null);
    pass(1);
  };
  expect(await assigned()).toEqual(new Set([PARA_ID]));
  assign([
    [{ Task: PARA_ID }, WHOLE_CORE / 4],
    [{ Task: UNKNOWN }, (WHOLE_CORE * 3) / 4],
  ]);
  expect(await assigned()).toEqual(new Set([PARA_ID]));
  pass(6);
  expect(await assigned()).toEqual(new Set([PARA_ID, UNKNOWN]));
  assign([['Idle', WHOLE_CORE]]);
  expect(await assigned()).toEqual(new Set([PARA_ID, UNKNOWN]));
  pass(6);
  expect(await assigned()).toEqual(new Set());
});

it('cores in a form that this version does not know are unknown, and keep no para from being observed', async () => {
  const network = await startNetwork();
  onTestFinished(() => network.close());
  const { assigned, hasCore } = openReader(network.relay);
  const cores = toHex(storageKey('ParaScheduler', 'CoreDescriptors'));
  network.queueSudo(network.relay.chain, 'system', 'setStorage', [[cores, '0xffff']]);
  network.nextBlock();
  expect(await assigned()).toBeUndefined();
  expect(await hasCore(PARA_ID)).not.toBe(false);
});

// Coretime of today, and two runtimes from before it, which have no claim queue to ask for either.
describe.skipIf(!HAS_SPECS)('on other relay chains', () => {
  it.each([
    ['westend-local', true],
    ['kusama-local', false],
    ['paseo', false],
  ])('%s', async (name, isWhole) => {
    const network = await startSpecNetwork({ specs: [name, 'penpal-local'].map(specFile) });
    onTestFinished(() => network.close());
    const [para] = network.paras;
    if (!para) throw new Error('there is a para');
    for (let count = 0; count < 2; count += 1) network.nextBlock();
    const { assigned, hasCore } = openReader(network.relay);
    if (isWhole) expect(await assigned()).toEqual(new Set([para.id]));
    else expect(await assigned()).toContain(para.id);
    expect(await hasCore(para.id)).toBe(true);
    expect(await hasCore(UNKNOWN)).toBe(false);
  });
});
