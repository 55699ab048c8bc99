import { describe, expect, it } from 'vitest';
import { aftercareOf } from '../../src/domain/round/aftercare.ts';

describe('what remains to be done after a rescue', () => {
  const code = { codeHash: '0x01', ownCodeHash: null, specVersion: 7, from: 12, locked: true } as const;

  it('names the version that retires the substitute, and that a second one replaces the first', () => {
    const all = aftercareOf(code).join('\n');
    expect(all).toMatch(/from block 12 on/);
    expect(all).toMatch(/runs on the substitute until an upgrade above spec version 7/);
    expect(all).toMatch(/not as the code 0x01 itself/);
    expect(all).toMatch(/a second substitute of spec version 7 has to replace this one/);
    expect(all).not.toMatch(/lock the para/);
  });

  it("says that none is needed where the code is the para's own, and only there", () => {
    const own = aftercareOf({ ...code, ownCodeHash: '0x01' }).join('\n');
    expect(own).toMatch(/no substitute is needed/);
    expect(own).not.toMatch(/runs on the substitute/);
    expect(aftercareOf({ ...code, ownCodeHash: '0x02' }).join('\n')).not.toMatch(/no substitute/);
  });

  it('asks for the lock while there is none', () => {
    for (const locked of [false, null]) {
      expect(aftercareOf({ ...code, locked }).join('\n')).toMatch(/lock the para again/);
    }
  });
});
