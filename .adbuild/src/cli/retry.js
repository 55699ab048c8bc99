import { clientOf, jsonText, paraArgument, withClientOptions } from './client-options.js';
export const registerRetry = (program, io) => {
    withClientOptions(program.command('retry'), io)
        .description('as the operator, on the machine of the service: leave the state escalated and try again')
        .requiredOption('--para <id>', 'para id', paraArgument)
        .action(async (flags) => {
        const client = await clientOf(flags, io);
        await client.retry(flags.para);
        const { state } = await client.para(flags.para);
        io.stdout(flags.json ? jsonText({ paraId: flags.para, state }) : `para ${flags.para} is in state ${state}\n`);
    });
};
//# sourceMappingURL=retry.js.map