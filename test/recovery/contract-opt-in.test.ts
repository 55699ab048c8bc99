import { describe, expect, it } from 'vitest';
import type { ParaObservation } from '../../src/domain/chain/observation.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { OptIn } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';
import { followContract, isLeftByManager } from '../../src/recovery/acts/contract-opt-in.ts';
import { openStore } from '../../src/store/open.ts';
import { healthyPara } from '../domain/observations.ts';
import { hash, sampleOptIn, samplePolicy } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const CONTRACT = { genesis: hash(0x91), address: `0x${'1a'.repeat(20)}` as Hex };
const POLICY = policyHash(samplePolicy());

function actOfContract(change: Partial<OptIn> = {}): OptIn {
  const { paraId, relayGenesis } = sampleOptIn();
  const act = { paraId, action: 'opt-in', relayGenesis, policy: POLICY, sequence: 1, contract: CONTRACT };
  return { ...act, ...change } as OptIn;
}

/** A tracker on a real ledger that holds `first`, and what was told to people. */
async function openTracker(first: OptIn | null) {
  const { ledger, close } = await openStore(await temporaryFolder());
  if (first) await ledger.putOptIn(first, samplePolicy());
  let optIn = first;
  let reviews = 0;
  const told: string[] = [];
  const tracker = {
    para: { id: 2000 },
    optIn: () => optIn,
    setOptIn: (next: OptIn) => {
      optIn = next;
    },
    review: async () => {
      reviews += 1;
    },
    latest: () => ({
      observation: observed,
      stall: { stalled: false, age: null, relayLive: true },
      diagnosis: null,
    }),
  };
  let observed = healthyPara();
  const context = {
    genesis: hash(1),
    ledger,
    hub: { tell: (_para: number | null, type: string) => void told.push(type) },
  };
  return {
    ledger,
    told,
    close,
    optIn: () => optIn,
    reviews: () => reviews,
    stop: (isStopped: boolean) => {
      const { relay } = healthyPara();
      const { gapBlocks } = samplePolicy().stall;
      observed = healthyPara(isStopped ? { mostRecentContext: relay.number - gapBlocks } : {});
    },
    follow: (policy: Hex | null, epoch = 7n, contract = CONTRACT) =>
      followContract(context, tracker, { contract }, { policyHash: policy, epoch }),
  };
}

describe('following a rescue contract', () => {
  it('changes nothing while it says what is recorded', async () => {
    const { follow, optIn, told, close } = await openTracker(actOfContract());
    await follow(POLICY);
    expect(optIn()).toEqual(actOfContract());
    expect(told).toEqual([]);
    await close();
  });

  it('records an opt-out once, and the same policy again when the contract does', async () => {
    const { follow, ledger, told, reviews, close } = await openTracker(actOfContract());
    await follow(null);
    await follow(null, 8n);
    expect(await ledger.optIn(2000)).toMatchObject({ action: 'opt-out', policy: POLICY, contract: CONTRACT });
    await follow(POLICY, 9n);
    expect(await ledger.optIn(2000)).toMatchObject({ action: 'opt-in', policy: POLICY, sequence: 9 });
    expect(told).toEqual(['opted-out', 'opted-in']);
    expect(reviews()).toBe(2);
    await close();
  });

  it('takes no opt-in of a para that has stopped by itself, and takes it once the para lives', async () => {
    const { follow, optIn, told, stop, close } = await openTracker(actOfContract());
    await follow(null);
    stop(true);
    await follow(POLICY, 8n);
    expect(optIn()).toMatchObject({ action: 'opt-out' });
    stop(false);
    await follow(POLICY, 8n);
    expect(optIn()).toMatchObject({ action: 'opt-in', policy: POLICY });
    expect(told).toEqual(['opted-out', 'opted-in']);
    // What was in force before the para stopped stays so.
    stop(true);
    await follow(POLICY, 8n);
    expect(optIn()).toMatchObject({ action: 'opt-in' });
    await close();
  });

  it('leaves a policy that nobody has shown yet out of force, and takes it no second time', async () => {
    const { follow, optIn, told, close } = await openTracker(actOfContract());
    await follow(hash(0x55));
    await follow(hash(0x55), 8n);
    expect(optIn()).toMatchObject({ action: 'opt-out', policy: POLICY });
    expect(told).toEqual(['opted-out']);
    await close();
  });

  it('does not touch what the registrar manager signed', async () => {
    const { follow, optIn, close } = await openTracker(sampleOptIn());
    await follow(null);
    await follow(hash(0x55));
    expect(optIn()).toEqual(sampleOptIn());
    await close();
  });

  it('gives no opt-in of its own when none was ever recorded', async () => {
    const { follow, optIn, told, close } = await openTracker(null);
    await follow(POLICY);
    expect(optIn()).toBeNull();
    expect(told).toEqual([]);
    await close();
  });

  it('replaces the act of a contract that is not configured any more', async () => {
    const other = { ...CONTRACT, address: `0x${'2b'.repeat(20)}` as Hex };
    const kept = await openTracker(actOfContract());
    await kept.follow(POLICY, 1n, other);
    expect(kept.optIn()).toMatchObject({ action: 'opt-in', sequence: 2, contract: other });
    await kept.follow(POLICY, 1n, other);
    expect(kept.told).toEqual(['opted-in']);
    await kept.close();
    const left = await openTracker(actOfContract());
    await left.follow(null, 1n, other);
    expect(left.optIn()).toMatchObject({ action: 'opt-out', contract: other });
    await left.close();
  });

  it('counts above every act before it, whichever counts its own way', async () => {
    const { follow, optIn, close } = await openTracker(actOfContract({ sequence: 41 }));
    await follow(null, 3n);
    expect(optIn()?.sequence).toBe(42);
    await close();
  });
});

describe("a registrar manager's opt-out", () => {
  const left = (act: Partial<OptIn>, registrar: ParaObservation['registrar']) =>
    isLeftByManager({ optIn: () => ({ ...sampleOptIn(), ...act }) as OptIn }, healthyPara({ registrar }));
  const signed = sampleOptIn();
  const manager = 'account' in signed ? signed.account : hash(0);
  const registrar = { manager, deposit: 0n, locked: false };

  it('keeps others from opting the para in again while he is the manager', () => {
    expect(left({ action: 'opt-out' }, registrar)).toBe(true);
    expect(left({ action: 'opt-out' }, { ...registrar, manager: hash(0x77) })).toBe(false);
  });

  it('is none while he is opted in, where nothing is recorded, and of a para without a manager', () => {
    expect(left({ action: 'opt-in' }, registrar)).toBe(false);
    expect(isLeftByManager({ optIn: () => null }, healthyPara({ registrar }))).toBe(false);
    expect(left({ action: 'opt-out' }, null)).toBe(false);
    expect(left({ action: 'opt-out' }, undefined)).toBe(false);
  });

  it("is not the contract's, which the contract itself takes back", () => {
    const act = actOfContract({ action: 'opt-out' });
    expect(isLeftByManager({ optIn: () => act }, healthyPara({ registrar }))).toBe(false);
  });
});
