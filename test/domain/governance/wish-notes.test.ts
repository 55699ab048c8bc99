import { describe, expect, it } from 'vitest';
import type { ParaObservation } from '../../../src/domain/chain/observation.ts';
import type { RootWish } from '../../../src/domain/governance/prepared.ts';
import { USUAL_VALID_PERIOD, wishNotes } from '../../../src/domain/governance/wish-notes.ts';
import { hash, healthyPara, LIMITS, MANAGER } from '../observations.ts';

const CODE = hash('c0');
const OTHER = hash('c1');
const authorise = (validPeriod = USUAL_VALID_PERIOD): RootWish => ({
  kind: 'authorise-code',
  codeHash: CODE,
  validPeriod,
});
const notes = (
  change: Partial<ParaObservation> = {},
  wish: RootWish = authorise(),
  size: number | null = null,
) => wishNotes(wish, healthyPara(change), LIMITS, size);

describe('what is to be known of a wish before it goes to governance', () => {
  it('is nothing when nothing stands in the way', () => {
    expect(notes()).toEqual({ noteHead: null, warnings: [], obstacles: [] });
  });

  it('is why it cannot work', () => {
    const size = LIMITS.maxCodeSize + 1;
    expect(notes({ lifecycle: null }).obstacles).toEqual(['the relay chain does not know the para']);
    expect(notes({ authorizedCode: undefined }).obstacles[0]).toContain('no authorised code hashes');
    expect(notes({ currentCodeHash: CODE }).obstacles[0]).toContain('stores this code already');
    expect(notes({}, authorise(), size).obstacles[0]).toContain('the relay takes at most');
  });

  it('is that an authorisation may be missed, or forgotten', () => {
    expect(notes({}, authorise(100)).warnings[0]).toContain('less than a day');
    expect(notes({}, authorise(200_000)).warnings[0]).toContain('nothing takes it back but root');
    const authorizedCode = { codeHash: CODE, expireAt: 5000 };
    expect(notes({ authorizedCode }).warnings[0]).toContain('authorised already, until relay block 5000');
  });

  it('is that an upgrade which waits for a head needs the head noted first, and what that does', () => {
    const { noteHead, warnings } = notes({ futureCodeHash: OTHER, futureCodeUpgrade: 900 });
    expect(noteHead).toBe(healthyPara().headData);
    expect(warnings.join('\n')).toMatch(
      /forceNoteNewHead[\s\S]*begins anew[\s\S]*PendingValidationCode[\s\S]*discards/,
    );
    const early = notes({ futureCodeHash: OTHER, futureCodeUpgrade: 9_000 });
    expect(early.warnings.join('\n')).toContain('only from relay block 9000 on');
  });

  it('is that the upgrade of a manager takes effect by itself, and the same code does no harm', () => {
    const byManager = notes({ futureCodeHash: OTHER, futureCodeUpgradeAt: 1_200 });
    expect(byManager).toMatchObject({ noteHead: null });
    expect(byManager.warnings[0]).toContain('takes effect at relay block 1200');
    const same = notes({ futureCodeHash: CODE, futureCodeUpgrade: 900 });
    expect(same).toMatchObject({ noteHead: null, warnings: [expect.stringContaining('does no harm')] });
  });

  it('is whether there is a lock to take off', () => {
    const wish = { kind: 'remove-lock' } as const;
    expect(notes({}, wish).obstacles[0]).toContain('not locked');
    expect(notes({ registrar: null }, wish).obstacles[0]).toContain('no entry');
    const locked = { manager: MANAGER, deposit: 0n, locked: true };
    expect(notes({ registrar: locked }, wish).obstacles).toEqual([]);
  });
});
