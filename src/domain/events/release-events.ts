import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import { RELEASE_STANCES } from '../round/release.ts';
import type { Hex } from '../units.ts';
import { eventKind } from './kind.ts';

const hex = z.custom<Hex>(isHex);
const text = z.string();
const whole = z.int().min(0);

/** What people who are asked to release an approved decision do. */
export const RELEASE_EVENTS = {
  'release-waits': eventKind({
    when: 'the approved decision waits for people to release it: nothing of it is signed or sent; told again whenever something else is missing',
    severity: 'warning',
    data: z.object({ codeHash: hex, reason: text }),
    sentence: ({ codeHash, reason }) => `the decision for code ${codeHash} ${reason}`,
  }),
  'release-recorded': eventKind({
    when: 'a person who is asked to released the approved decision, or took that back; `standing` says what is still missing',
    severity: 'info',
    data: z.object({
      account: hex,
      stance: z.enum(RELEASE_STANCES),
      codeHash: hex,
      sequence: whole,
      expires: whole,
      standing: text,
    }),
    sentence: ({ account, stance, codeHash, standing }) =>
      `${account} ${stance === 'release' ? 'releases' : 'takes back the release of'} the decision for code ${codeHash}; ${standing}`,
  }),
};
