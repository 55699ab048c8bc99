import { Option } from 'commander';
import { RescueError } from '../domain/errors.js';
import { CHOICES } from '../domain/round.js';
import { clientOf, hashArgument, jsonText, paraArgument, sequenceArgument, withClientOptions, } from './client-options.js';
import { accountText, signatoryOf, withSigningOptions } from './signing.js';
import { facts, grouped } from './table.js';
export const registerVote = (program, io) => {
    withSigningOptions(withClientOptions(program.command('vote'), io))
        .description('vote on a proposed runtime with the balance at the last head')
        .requiredOption('--para <id>', 'para id', paraArgument)
        .requiredOption('--proposal <hash>', 'hash of the proposal', hashArgument)
        .addOption(new Option('--choice <choice>', 'the vote').choices(CHOICES).makeOptionMandatory())
        .option('--sequence <number>', 'default: one more than your vote that counts now', sequenceArgument)
        .action(async (flags) => {
        const client = await clientOf(flags, io);
        const signatory = await signatoryOf(flags, io);
        const proposals = await client.proposals(flags.para);
        const proposal = proposals.find(({ hash }) => hash === flags.proposal);
        if (proposal === undefined) {
            const open = proposals.map(({ hash }) => hash).join(', ');
            throw new RescueError('RESCUE_NOT_FOUND', `para ${flags.para} has no open proposal ${flags.proposal}; ${open === '' ? 'none is open' : `open: ${open}`}`);
        }
        const { voteText } = await import('../voting/index.js');
        const counted = (await client.votes(flags.para)).find(({ account }) => account === signatory.account);
        const ballot = {
            relayGenesis: proposal.relayGenesis,
            paraId: proposal.paraId,
            anchor: proposal.anchor,
            round: proposal.round,
            proposal: proposal.hash,
            choice: flags.choice,
            account: signatory.account,
            sequence: flags.sequence ?? (counted?.sequence ?? 0) + 1,
        };
        const signature = signatory.sign(voteText(ballot));
        if (signature === null)
            return;
        const vote = await client.vote({ ...ballot, signature, scheme: signatory.scheme });
        io.stdout(flags.json
            ? jsonText(vote)
            : facts([
                ['vote', `${vote.choice} on ${vote.proposal}`],
                ['account', await accountText(vote.account)],
                ['power', grouped(vote.power)],
                ['sequence', String(vote.sequence)],
                ['replaces', counted ? `${counted.choice} on ${counted.proposal}` : null],
            ]));
    });
};
//# sourceMappingURL=vote.js.map