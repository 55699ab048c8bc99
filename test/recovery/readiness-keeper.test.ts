import { describe, expect, it } from 'vitest';
import { obstacle, ok } from '../../src/domain/readiness/finding.ts';
import {
  createReadinessKeeper,
  type ReadinessContext,
  type SeenNow,
} from '../../src/recovery/para/readiness-keeper.ts';
import { healthyPara, policyFor } from '../domain/observations.ts';
import { hash, sampleOptIn } from '../store/samples.ts';

const POLICY = { rules: policyFor(), hash: hash(1) };

/** Keeps the readiness of a para of which these looks are taken; what they answer can be changed. */
async function keep(looks: Pick<ReadinessContext, 'lookAtPara' | 'lookAtRoutes'>) {
  const told: string[] = [];
  const keeper = await createReadinessKeeper({
    paraId: 2000,
    store: { load: async () => [], save: async () => undefined },
    ...looks,
    everyBlocks: 100,
    tell: (name, data) => told.push(`${name} ${JSON.stringify(data)}`),
    onLooked: () => undefined,
    onStoreFailed: (error) => {
      throw error;
    },
  });
  const see = async (number: number, change: Partial<SeenNow> = {}) => {
    const relay = { ...healthyPara().relay, number };
    keeper.see({ observation: healthyPara({ relay }), optIn: sampleOptIn(), policy: POLICY, ...change });
    await keeper.settled();
  };
  return { keeper, told, see };
}

describe('what is known of the readiness', () => {
  it('is nothing once a look fails, and not what an earlier look found', async () => {
    const answer: { trouble: Error | null } = { trouble: null };
    const { keeper, told, see } = await keep({
      lookAtRoutes: async () => [{ route: 'registrar', findings: [ok('lock', 'it is unlocked')] }],
      lookAtPara: async () => {
        if (answer.trouble) throw answer.trouble;
        return { route: null, own: null, findings: [ok('head', 'there is one')] };
      },
    });
    await see(1000);
    expect(keeper.readiness()?.result).toBe('ready');
    answer.trouble = new Error('a defect');
    await see(1100);
    expect(keeper.readiness()).toBeNull();
    expect(told).toEqual(['trouble {"reason":"a defect"}']);
    answer.trouble = null;
    await see(1200);
    expect(keeper.readiness()?.result).toBe('ready');
  });

  it('stands in the way of a round only where all routes of this policy were seen to be impossible', async () => {
    const answer: { trouble: Error | null } = { trouble: null };
    const { keeper, see } = await keep({
      lookAtRoutes: async () => {
        if (answer.trouble) throw answer.trouble;
        return [{ route: 'registrar', findings: [obstacle('lock', 'nothing', 'it is locked')] }];
      },
      lookAtPara: async () => ({ route: null, findings: [], own: { codeHash: hash(3), specVersion: 7 } }),
    });
    expect(keeper.impossible(POLICY.hash)).toBeUndefined();
    await see(1000);
    expect(keeper.impossible(POLICY.hash)).toBe('registrar: it is locked');
    expect(keeper.own()).toEqual({ codeHash: hash(3), specVersion: 7 });
    expect(keeper.impossible(hash(2))).toBeUndefined();
    answer.trouble = new Error('a defect');
    await see(1100);
    expect(keeper.impossible(POLICY.hash)).toBeNull();
  });
});
