import { RescueError } from '../../domain/errors.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { voterWarnings } from '../../domain/views/voter-warnings.ts';
import { hashArgument, paraArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { openProposal } from '../shared/open-proposal.ts';
import { everythingAbout, proposalText, wholeProposalText } from '../shared/proposal-text.ts';
import { presentOf } from '../shared/when-text.ts';

interface ProposalsFlags extends ClientFlags {
  readonly para: ParaId;
  readonly proposal?: Hex;
  readonly account?: string;
}

/** `pararescue proposals`: what can be voted on, and what came of trying it. */
export const registerProposals: RegisterCommand = (program, io) => {
  withClientOptions(program.command('proposals'), io)
    .description('what is proposed for a stopped para, what it changes, and what came of trying it')
    .requiredOption('--para <id>', 'para id', paraArgument)
    .option('--proposal <hash>', 'everything about one of them, with its whole trial', hashArgument)
    .option('--account <address>', 'with --proposal: what its code does to the balance of this account')
    .action(async (flags: ProposalsFlags) => {
      const client = await clientOf(flags, io);
      const para = await client.para(flags.para);
      for (const warning of voterWarnings(para)) warningTo(io)(warning);
      if (flags.proposal !== undefined) {
        const proposal = await openProposal(client, flags.para, flags.proposal);
        const seen = await everythingAbout(client, proposal, flags.account);
        io.stdout(flags.json ? jsonText(seen) : await wholeProposalText(seen, para, client.url));
        return;
      }
      if (flags.account !== undefined) {
        throw new RescueError('RESCUE_REQUEST_INVALID', '--account needs --proposal');
      }
      const proposals = await client.proposals(flags.para);
      if (flags.json) return io.stdout(jsonText(proposals));
      if (proposals.length === 0) return io.stdout('no proposal is open\n');
      const texts = await Promise.all(proposals.map((one) => proposalText(one, presentOf(para))));
      io.stdout(texts.join('\n'));
    });
};
