import { describe, expect, it } from 'vitest';
import { runSoak } from '../campaigns/soak/soak.ts';

/** Some minutes of the hour that `npm run bench -- soak` has. */
describe('a service whose network and endpoints fail by turns', () => {
  it('never calls a dead para healthy, nor rescues a living one, and comes back', async () => {
    const figures = await runSoak({
      blocks: 60,
      seed: 3,
      paceMs: 100,
      blindAfterSeconds: 1,
      faults: ['collators-down'],
      rescue: false,
    });
    expect(figures.violations).toEqual([]);
    expect(figures.conditions).toMatchObject({ healthy: expect.any(Number), unknown: expect.any(Number) });
    expect(figures.sightBack).toBe(figures.sightLost);
    expect(figures.sightLost).toBeGreaterThan(0);
  }, 180_000);
});
