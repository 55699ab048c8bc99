import { Option } from 'commander';
import { jointBallot } from '../../domain/records/ballot.ts';
import { type Ballot, CHOICES, type Choice } from '../../domain/round/round.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { voterWarnings } from '../../domain/views/voter-warnings.ts';
import { amountText } from '../shared/amount-text.ts';
import { hashArgument, paraArgument, sequenceArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { openProposal } from '../shared/open-proposal.ts';
import { accountText } from '../shared/signing.ts';
import {
  mappingOf,
  type SpeakingFlags,
  signersText,
  speakingOf,
  withSpeakingOptions,
} from '../shared/speaking.ts';
import { facts } from '../shared/table.ts';
import { presentOf, whenText } from '../shared/when-text.ts';

interface VoteFlags extends ClientFlags, SpeakingFlags {
  readonly para: ParaId;
  readonly proposal: Hex;
  readonly choice: Choice;
  readonly sequence?: number;
}

export const registerVote: RegisterCommand = (program, io) => {
  withSpeakingOptions(withClientOptions(program.command('vote'), io))
    .description('vote on a proposed runtime with the balance at the last head')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .requiredOption('--proposal <hash>', 'hash of the proposal', hashArgument)
    .addOption(new Option('--choice <choice>', 'the vote').choices(CHOICES).makeOptionMandatory())
    .option('--sequence <number>', 'default: one more than your vote that counts now', sequenceArgument)
    .action(async (flags: VoteFlags) => {
      const client = await clientOf(flags, io);
      const mapping = await mappingOf(client, flags.para, flags);
      const speaking = await speakingOf<Ballot>(flags, io, jointBallot, 'vote', mapping);
      const proposal = await openProposal(client, flags.para, flags.proposal);
      const para = await client.para(flags.para);
      for (const warning of voterWarnings(para)) warningTo(io)(warning);
      const { voteText } = await import('../../voting/index.ts');
      const counted = (await client.votes(flags.para)).find(({ account }) => account === speaking.account);
      const ballot: Ballot = {
        relayGenesis: proposal.relayGenesis,
        paraId: proposal.paraId,
        anchor: proposal.anchor,
        round: proposal.round,
        roundId: proposal.roundId,
        proposal: proposal.hash,
        choice: flags.choice,
        account: speaking.account,
        sequence: flags.sequence ?? speaking.collected?.sequence ?? (counted?.sequence ?? 0) + 1,
      };
      const signed = await speaking.sign(ballot, voteText(ballot));
      if (signed === null) return;
      const vote = await client.vote({ ...ballot, ...signed });
      io.stdout(
        flags.json
          ? jsonText(vote)
          : facts([
              ['vote', `${vote.choice} on ${vote.proposal}`],
              ['account', await accountText(vote.account)],
              ['signed by', await signersText(vote)],
              ['power', amountText(vote.power, para.token)],
              ['sequence', String(vote.sequence)],
              ['counted', `at ${whenText(vote.admittedAt, presentOf(para))}`],
              ['closes', para.clock && `at ${whenText(para.clock.closesAt, presentOf(para))}`],
              ['replaces', counted ? `${counted.choice} on ${counted.proposal}` : null],
            ]),
      );
    });
};
