import { RescueError, type RescueErrorCode } from '../../domain/errors.ts';

/** Acts whose text names a round, with the code that refuses them. */
const REFUSALS = {
  vote: 'RESCUE_VOTE_INVALID',
  endorsement: 'RESCUE_VOTE_INVALID',
  proposal: 'RESCUE_PROPOSAL_INVALID',
} as const satisfies Readonly<Record<string, RescueErrorCode>>;
export type RoundAct = keyof typeof REFUSALS;

/** Version of the texts of these acts. Version 1 named no round id, so that a text of one round could count in another one. */
export const ROUND_TEXT_VERSION = 2;

/**
 * Refuses an act as programs sent it that signed texts of version 1: it has no `roundId`. The code is one that such programs know,
 * so that they show the sentence.
 * @throws RESCUE_VOTE_INVALID, for a proposal RESCUE_PROPOSAL_INVALID
 */
export function refuseEarlierAct(act: RoundAct, input: unknown): void {
  if (input === null || typeof input !== 'object' || 'roundId' in input || !('signature' in input)) return;
  throw otherVersion(
    act,
    1,
    `This ${act} was signed as a text of version 1, which names no round id and could count in another round`,
  );
}

/**
 * Refuses a text by its title when it is of another version than the one that is signed now.
 * @throws RESCUE_VOTE_INVALID, for a proposal RESCUE_PROPOSAL_INVALID
 */
export function refuseOtherTitle(title: string): void {
  const [, act, digits = ''] = /^pararescue (vote|endorsement|proposal) ([1-9]\d{0,8})$/.exec(title) ?? [];
  const version = Number(digits);
  if (act === undefined || version === ROUND_TEXT_VERSION) return;
  throw otherVersion(act as RoundAct, version, `This text of a ${act} is of version ${version}`);
}

function otherVersion(act: RoundAct, version: number, finding: string): RescueError {
  const newer = version > ROUND_TEXT_VERSION;
  const sentence = newer
    ? `${finding}; this program is older and takes version ${ROUND_TEXT_VERSION}. Update it, or sign with the version that it is of.`
    : `${finding}; what reads it is newer and takes version ${ROUND_TEXT_VERSION}. Update the program that signed it, and sign again for the round that is open.`;
  return new RescueError(REFUSALS[act], sentence, {
    details: { textVersion: version, takes: ROUND_TEXT_VERSION },
  });
}
