import { isDeepStrictEqual } from 'node:util';
import { RescueError } from '../../src/domain/errors.ts';
import type { Ballot, SignedBallot } from '../../src/domain/round/round.ts';
import { SIGNATURE_SCHEMES } from '../../src/domain/round/round.ts';
import type { Hex } from '../../src/domain/units.ts';
import { admitBallot, type RoundBinding } from '../../src/voting/ballots/admission.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { voteText } from '../../src/voting/ballots/texts.ts';
import { Breach, type Outcome, type Target } from './campaign.ts';
import { mutateJson } from './json-mutations.ts';

const PROPOSALS: readonly Hex[] = [`0x${'c3'.repeat(32)}`, `0x${'c2'.repeat(32)}`];

/**
 * Damaged votes at the admission of an open round, of every signature scheme. A vote counts only as it was signed: any other
 * account, choice, proposal or sequence is refused, and so is another encoding of the same signature.
 */
export async function voteTarget(): Promise<Target> {
  await signaturesReady();
  const round: RoundBinding = {
    relayGenesis: `0x${'a1'.repeat(32)}`,
    paraId: 2000,
    anchor: `0x${'b2'.repeat(32)}`,
    round: 2,
    roundId: `0x${'1d'.repeat(32)}`,
    proposals: new Set(PROPOSALS),
    clock: { closesAt: 500 },
  };
  const votes = SIGNATURE_SCHEMES.flatMap((scheme, index): SignedBallot[] => {
    const signer = signerFromUri(`0x${'5a'.repeat(31)}0${index + 1}`, scheme);
    return PROPOSALS.map((proposal) => {
      const { relayGenesis, paraId, anchor, roundId } = round;
      const ballot: Ballot = {
        relayGenesis,
        paraId,
        anchor,
        round: round.round,
        roundId,
        proposal,
        choice: 'aye',
        account: signer.account,
        sequence: 5,
      };
      return { ...ballot, scheme: signer.scheme, signature: signer.sign(voteText(ballot)) };
    });
  });
  return {
    name: 'votes',
    attack: async (random): Promise<Outcome> => {
      const vote = votes[random.below(votes.length)] as SignedBallot;
      try {
        const {
          power: _power,
          admittedAt: _at,
          ...counted
        } = await admitBallot({
          ballot: mutateJson(random, vote),
          policy: { power: [{ adapter: 'system-account', weight: 1, count: ['free'] }], excluded: [] },
          round,
          now: 499,
          previous: async () => null,
          provePower: async () => 12n,
        });
        if (isDeepStrictEqual(counted, vote)) return 'same';
        throw new Breach(`a vote counts that nobody signed: ${JSON.stringify(counted)}`);
      } catch (error) {
        if (error instanceof RescueError && error.code !== 'RESCUE_INTERNAL') return 'refused';
        throw error;
      }
    },
  };
}
