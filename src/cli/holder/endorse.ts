import { jointEndorsement } from '../../domain/records/ballot.ts';
import type { Endorsement, Stance } from '../../domain/round/endorsement.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { hashArgument, paraArgument, sequenceArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
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

interface EndorseFlags extends ClientFlags, SpeakingFlags {
  readonly para: ParaId;
  readonly proposal: Hex;
  readonly withdraw?: true;
  readonly sequence?: number;
}

export const registerEndorse: RegisterCommand = (program, io) => {
  withSpeakingOptions(withClientOptions(program.command('endorse'), io))
    .description("as one of the policy's technical body: endorse a proposal, which shortens the vote on it")
    .requiredOption('--para <id>', 'para id', paraArgument)
    .requiredOption('--proposal <hash>', 'hash of the proposal', hashArgument)
    .option('--withdraw', 'take an endorsement back')
    .option('--sequence <number>', 'default: one more than your last statement on it', sequenceArgument)
    .action(async (flags: EndorseFlags) => {
      const client = await clientOf(flags, io);
      const mapping = await mappingOf(client, flags.para, flags);
      const speaking = await speakingOf<Endorsement>(flags, io, jointEndorsement, 'endorsement', mapping);
      const proposal = await openProposal(client, flags.para, flags.proposal);
      const { endorsementText } = await import('../../voting/ballots/texts.ts');
      const known = (await client.endorsements(flags.para)).find(
        (entry) => entry.account === speaking.account && entry.proposal === flags.proposal,
      );
      const stance: Stance = flags.withdraw ? 'withdraw' : 'endorse';
      const statement: Endorsement = {
        relayGenesis: proposal.relayGenesis,
        paraId: proposal.paraId,
        anchor: proposal.anchor,
        round: proposal.round,
        roundId: proposal.roundId,
        proposal: proposal.hash,
        stance,
        account: speaking.account,
        sequence: flags.sequence ?? speaking.collected?.sequence ?? (known?.sequence ?? 0) + 1,
      };
      const signed = await speaking.sign(statement, endorsementText(statement));
      if (signed === null) return;
      const counted = await client.endorse({ ...statement, ...signed });
      io.stdout(
        flags.json
          ? jsonText(counted)
          : facts([
              ['endorsement', `${counted.stance} ${counted.proposal}`],
              ['account', await accountText(counted.account)],
              ['signed by', await signersText(counted)],
              ['sequence', String(counted.sequence)],
            ]),
      );
    });
};
