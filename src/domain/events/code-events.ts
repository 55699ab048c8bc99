import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import { relayBlocks } from '../readiness/time.ts';
import type { Hex } from '../units.ts';
import { eventKind } from './kind.ts';

const hex = z.custom<Hex>(isHex);
const text = z.string();
const whole = z.int().min(0);

/** What becomes of the code that the relay chain stores for a para. */
export const CODE_EVENTS = {
  'code-authorised': eventKind({
    when: 'root of the relay chain authorised the hash of code for the para, as seen first or changed since',
    severity: 'warning',
    data: z.object({ codeHash: hex, expireAt: whole }),
    sentence: ({ codeHash, expireAt }) =>
      `root of the relay chain authorised code ${codeHash} for the para: anybody can set it, up to relay block ${expireAt - 1}`,
  }),
  'authorisation-expires': eventKind({
    when: 'the authorisation of a code is over soon, and the code is not set; told once for each authorisation',
    severity: 'critical',
    data: z.object({ codeHash: hex, expireAt: whole, blocksLeft: whole }),
    sentence: ({ codeHash, expireAt, blocksLeft }) =>
      `the authorisation of code ${codeHash} ends in ${relayBlocks(blocksLeft)}, with block ${expireAt - 1}, and the code is not set: set it now (pararescue governance apply), or governance has to begin again`,
  }),
  'authorisation-ended': eventKind({
    when: 'an authorisation of code is gone, and the relay chain does not have that code: it expired, or root took it back',
    severity: 'critical',
    data: z.object({ codeHash: hex, expireAt: whole }),
    sentence: ({ codeHash, expireAt }) =>
      `the authorisation of code ${codeHash}, which was to end at relay block ${expireAt}, is gone, and the code was not set`,
  }),
  'code-enacted': eventKind({
    when: 'the relay chain has switched to the approved code; heads count from here',
    severity: 'info',
    data: z.object({ codeHash: hex, head: whole }),
    sentence: ({ codeHash, head }) =>
      `the relay chain has switched to the approved code ${codeHash}; heads after block ${head} show that the para lives`,
  }),
  aftercare: eventKind({
    when: 'a para lives again after a rescue, or under other code than its own, and something remains to be done',
    severity: 'warning',
    data: z.object({ incident: whole, locked: z.boolean().nullable(), aftercare: z.array(text) }),
    sentence: ({ incident, aftercare }) =>
      `incident ${incident} is over; what remains: ${aftercare.join('; ')}`,
  }),
  'code-replaced': eventKind({
    when: 'the relay chain stores other code than the round, or the approved decision, rests on: a round that is open ends with its votes, and a decision waits',
    severity: 'critical',
    data: z.object({ reason: text, round: whole, roundId: hex.nullable() }),
    sentence: ({ reason }) => reason,
  }),
};
