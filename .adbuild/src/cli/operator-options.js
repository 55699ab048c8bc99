import { Option } from 'commander';
import { RescueError } from '../domain/errors.js';
import { paraArgument } from './client-options.js';
export function withRelayOptions(command) {
    return command
        .requiredOption('--para <id>', 'para id', paraArgument)
        .addOption(new Option('--relay <url>', 'ws:// or wss:// endpoint of the relay chain; give it again for more')
        .argParser((url, urls) => [...(urls ?? []), url])
        .makeOptionMandatory())
        .option('--json', 'print JSON for machines');
}
export function withOperatorOptions(command) {
    return withRelayOptions(command)
        .option('--signer-uri-env <name>', "environment variable with the manager's secret URI or mnemonic")
        .option('--signer-file <file>', 'keystore file (polkadot-js JSON)')
        .option('--signer-password-env <name>', 'environment variable with the keystore password')
        .option('--signer <uri>', 'development URI such as //Alice (visible in the process list)')
        .option('--dry-run', 'submit nothing: print the decoded call, its hash and bytes, and what it would do')
        .option('--out <file>', 'write the bytes of the call to this file')
        .option('--yes', 'submit without asking again');
}
/** Opens the relay chain for `work` and closes it afterwards, whatever happens. */
export async function withRelay(flags, io, work) {
    const [{ Endpoints }, { createRelayReader }, { createRelaySubmitter }, { loadSigner }] = await Promise.all([
        import('../chain/endpoints.js'),
        import('../chain/relay-reader.js'),
        import('../chain/relay-submitter.js'),
        import('../chain/signer.js'),
    ]);
    const signer = await loadSigner(signerConfig(flags, io), io.env);
    const onTrouble = (trouble) => io.stderr(`warning ${trouble.code}: ${trouble.message}\n`);
    const endpoints = new Endpoints({ urls: flags.relay, onTrouble });
    const reader = createRelayReader({ endpoints, onTrouble });
    try {
        const [{ paras }, limits] = await Promise.all([reader.observe([flags.para]), reader.limits()]);
        const [observation] = paras;
        if (!observation)
            throw new RescueError('RESCUE_INTERNAL', 'The relay reader gave no observation.');
        const submitter = createRelaySubmitter({ endpoints, signer });
        return await work({ endpoints, reader, submitter, signer, observation, limits });
    }
    finally {
        await endpoints.close();
    }
}
/** @throws RESCUE_REQUEST_INVALID for more than one key */
function signerConfig(flags, io) {
    const given = [flags.signerUriEnv, flags.signerFile, flags.signer].filter((flag) => flag !== undefined);
    if (given.length > 1) {
        throw new RescueError('RESCUE_REQUEST_INVALID', 'more than one key is given: use one of --signer-uri-env, --signer-file and --signer');
    }
    if (flags.signerUriEnv !== undefined)
        return { kind: 'uri-env', env: flags.signerUriEnv };
    if (flags.signerFile !== undefined) {
        return { kind: 'file', path: flags.signerFile, passwordEnv: flags.signerPasswordEnv };
    }
    if (flags.signer === undefined)
        return { kind: 'external' };
    io.stderr('warning: --signer is visible in the process list; use --signer-uri-env for a real key\n');
    return { kind: 'uri', uri: flags.signer };
}
//# sourceMappingURL=operator-options.js.map