import { describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import { TARGETS } from './targets.ts';

const MUTATIONS = 300;

describe('input that was damaged on its way', () => {
  it.each(Object.keys(TARGETS))(
    'is refused or read as it was meant: %s',
    async (name) => {
      const target = await TARGETS[name]?.open();
      if (!target) throw new Error(`no target ${name}`);
      try {
        const { outcomes } = await runCampaign(target, MUTATIONS, 1);
        expect(outcomes.refused).toBeGreaterThan(MUTATIONS / 10);
      } finally {
        await target.close?.();
      }
    },
    60_000,
  );
});
