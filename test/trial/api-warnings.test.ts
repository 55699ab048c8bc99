import { describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { codeOf } from '../../src/trial/code.ts';
import { apiWarnings } from '../../src/trial/trial.ts';
import { HAS_SPECS, openSpec } from '../blocks/specs.ts';

const specCode = (name: string) => openSpec(name).state.get('0x3a636f6465') ?? new Uint8Array();

describe('runtime APIs of a substitute', () => {
  it('are none to speak of where they have the versions of the code on chain', async () => {
    const [good, fixed] = [await readArtifact('para-good'), await readArtifact('para-fixed')];
    expect(apiWarnings(codeOf('proposal', fixed), codeOf('para', good))).toEqual([]);
  });

  it.skipIf(!HAS_SPECS)(
    'are named one by one, with what a collator needs, as in the incident of CollectCollationInfo',
    () => {
      const [old, now] = [
        codeOf('para', specCode('penpal-westend')),
        codeOf('proposal', specCode('penpal-local')),
      ];
      expect(apiWarnings(now, old)).toContainEqual(
        expect.stringMatching(
          /own code, the runtime API CollectCollationInfo has version 3, 2 before: collators and nodes need a release/,
        ),
      );
      const back = apiWarnings({ ...old }, { ...now });
      expect(back).toContainEqual(
        expect.stringMatching(
          /CollectCollationInfo has version 2, 3 before: .*knows version 2, which newer ones may have dropped/,
        ),
      );
      expect(back).toContainEqual(
        expect.stringMatching(/AuraUnincludedSegmentApi is gone, .*builds blocks without it/),
      );
    },
  );
});
