import { describe, expect, it } from 'vitest';
import { runCampaign } from './campaign.ts';
import { TARGETS } from './targets.ts';

const MUTATIONS = 300;

describe('input that was damaged on its way', () => {
  it.each(Object.keys(TARGETS))(
    'is refused or read as it was meant: %s',
    async (name) => {
      const { open, small = MUTATIONS } = TARGETS[name] ?? {};
      const target = await open?.();
      if (!target) throw new Error(`no target ${name}`);
      try {
        const { outcomes } = await runCampaign(target, small, 1);
        expect(outcomes.refused).toBeGreaterThan(small / 10);
      } finally {
        await target.close?.();
      }
    },
    400_000,
  );
});
