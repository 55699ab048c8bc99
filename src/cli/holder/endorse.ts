import type { Stance } from '../../domain/round/endorsement.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { hashArgument, paraArgument, sequenceArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { openProposal } from '../shared/open-proposal.ts';
import { accountText, type SigningFlags, signatoryOf, withSigningOptions } from '../shared/signing.ts';
import { facts } from '../shared/table.ts';

interface EndorseFlags extends ClientFlags, SigningFlags {
  readonly para: ParaId;
  readonly proposal: Hex;
  readonly withdraw?: true;
  readonly sequence?: number;
}

export const registerEndorse: RegisterCommand = (program, io) => {
  withSigningOptions(withClientOptions(program.command('endorse'), io))
    .description("as one of the policy's technical body: endorse a proposal, which shortens the vote on it")
    .requiredOption('--para <id>', 'para id', paraArgument)
    .requiredOption('--proposal <hash>', 'hash of the proposal', hashArgument)
    .option('--withdraw', 'take an endorsement back')
    .option('--sequence <number>', 'default: one more than your last statement on it', sequenceArgument)
    .action(async (flags: EndorseFlags) => {
      const client = await clientOf(flags, io);
      const signatory = await signatoryOf(flags, io);
      const proposal = await openProposal(client, flags.para, flags.proposal);
      const { endorsementText } = await import('../../voting/ballots/texts.ts');
      const known = (await client.endorsements(flags.para)).find(
        (entry) => entry.account === signatory.account && entry.proposal === flags.proposal,
      );
      const stance: Stance = flags.withdraw ? 'withdraw' : 'endorse';
      const statement = {
        relayGenesis: proposal.relayGenesis,
        paraId: proposal.paraId,
        anchor: proposal.anchor,
        round: proposal.round,
        roundId: proposal.roundId,
        proposal: proposal.hash,
        stance,
        account: signatory.account,
        sequence: flags.sequence ?? (known?.sequence ?? 0) + 1,
      };
      const signature = signatory.sign(endorsementText(statement));
      if (signature === null) return;
      const counted = await client.endorse({ ...statement, signature, scheme: signatory.scheme });
      io.stdout(
        flags.json
          ? jsonText(counted)
          : facts([
              ['endorsement', `${counted.stance} ${counted.proposal}`],
              ['account', await accountText(counted.account)],
              ['sequence', String(counted.sequence)],
            ]),
      );
    });
};
