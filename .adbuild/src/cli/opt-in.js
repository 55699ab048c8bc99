import { RescueError } from '../domain/errors.js';
import { clientOf, jsonText, paraArgument, sequenceArgument, withClientOptions, } from './client-options.js';
import { accountText, signatoryOf, withSigningOptions } from './signing.js';
import { facts } from './table.js';
export const registerOptIn = (program, io) => {
    withOptions(program.command('opt-in'), io)
        .description('as the registrar manager: let the holders rescue the para by the rules of a policy')
        .requiredOption('--policy <file>', 'the policy, YAML or JSON')
        .action((flags) => act('opt-in', flags, io));
};
export const registerOptOut = (program, io) => {
    withOptions(program.command('opt-out'), io)
        .description('as the registrar manager: no rescue by vote any more')
        .option('--policy <file>', 'the policy to leave; default: the one in force')
        .action((flags) => act('opt-out', flags, io));
};
function withOptions(command, io) {
    return withSigningOptions(withClientOptions(command, io))
        .requiredOption('--para <id>', 'para id', paraArgument)
        .option('--sequence <number>', 'default: the time in milliseconds, so that a later act wins', sequenceArgument);
}
async function act(action, flags, io) {
    if (flags.account !== undefined && flags.sequence === undefined) {
        throw new RescueError('RESCUE_REQUEST_INVALID', `with --account give --sequence too, so that the text is the same both times; for example --sequence ${Date.now()}`);
    }
    const policy = flags.policy === undefined ? null : await readPolicy(flags.policy);
    const client = await clientOf(flags, io);
    const signatory = await signatoryOf(flags, io);
    const { optInText } = await import('../voting/index.js');
    const statement = {
        paraId: flags.para,
        action,
        relayGenesis: (await client.status()).relayGenesis,
        policy: policy?.hash ?? (await policyInForce(client, flags.para)),
        sequence: flags.sequence ?? Date.now(),
        account: signatory.account,
    };
    const signature = signatory.sign(optInText(statement));
    if (signature === null)
        return;
    const recorded = await client.optIn({ ...statement, signature, scheme: signatory.scheme }, action === 'opt-in' ? (policy?.policy ?? null) : null);
    io.stdout(flags.json
        ? jsonText(recorded)
        : facts([
            [recorded.action, `para ${recorded.paraId}`],
            ['policy', recorded.policy],
            ['manager', await accountText(recorded.account)],
            ['sequence', String(recorded.sequence)],
        ]));
}
async function readPolicy(path) {
    const { readPolicyFile } = await import('../policy-file.js');
    const { policyHash } = await import('../domain/policy.js');
    const policy = await readPolicyFile(path);
    return { policy, hash: policyHash(policy) };
}
async function policyInForce(client, paraId) {
    const { optIn } = await client.para(paraId);
    if (optIn !== null)
        return optIn.policy;
    throw new RescueError('RESCUE_NOT_OPTED_IN', `para ${paraId} is not opted in, so there is nothing to leave`);
}
//# sourceMappingURL=opt-in.js.map