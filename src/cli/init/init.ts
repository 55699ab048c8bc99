import { paraArgument, repeated } from '../shared/arguments.ts';
import { jsonText } from '../shared/client-options.ts';
import type { RegisterCommand } from '../shared/io.ts';
import { endpointOption } from '../shared/operator-options.ts';
import { withForceOption } from '../shared/out-file.ts';
import type { InitFlags } from './flags.ts';

/** Exit status where something that the policy needs is not known: as of other commands that could not tell. */
const UNKNOWN = 4;

/** `pararescue init`: the first step of an operator. */
export const registerInit: RegisterCommand = (program, io) => {
  const command = program
    .command('init')
    .description(
      'ask five questions, look at the chains, and write config.yaml and policy.yaml that a service runs with',
    )
    .addOption(endpointOption('--relay <url>', 'the relay chain (question 1)'))
    .addOption(endpointOption('--para-node <url>', 'the para (question 2)'))
    .option('--para <id>', 'para id; its nodes tell it when left out', paraArgument)
    .option('--name <name>', 'name of the para for people; its nodes tell it when left out')
    .option('--signer-uri-env <name>', "environment variable with the manager's secret URI (question 3)")
    .option('--signer-file <file>', "the manager's keystore file (polkadot-js JSON)")
    .option('--signer-password-env <name>', 'environment variable with the keystore password')
    .option('--signer-password-file <file>', 'file with the keystore password')
    .option('--account <address>', 'this account signs elsewhere')
    .option(
      '--multisig <threshold:accounts>',
      'the key or account is a signatory of this multisig: 2:5F…,5G…,5H…',
    )
    .option('--power <sources>', 'what votes weigh (question 4): system-account, assets:ID, tokens:ID …')
    .option(
      '--proposer <address>',
      'this account may propose whatever it holds; give it again for more',
      repeated,
    )
    .option(
      '--minimum-power <amount>',
      'whoever weighs so much may propose: an amount in the token, or nobody',
    )
    .option('--database <folder>', 'where everything is kept (question 5)')
    .option(
      '--public-url <url>',
      'where people reach the service through a proxy; without it this machine only',
    )
    .option('--out <folder>', 'where to write config.yaml and policy.yaml', '.')
    .option('--yes', 'ask nothing: what no flag says is as usual')
    .option('--json', 'print JSON for machines')
    .addHelpText(
      'after',
      '\nExit status: 0 both files are written, 1 error, 4 no policy could be written, because something is not known.',
    );
  withForceOption(command).action(async (flags: InitFlags) => {
    const [{ initialise }, { initText }] = await Promise.all([
      import('./initialise.ts'),
      import('./init-text.ts'),
    ]);
    const done = await initialise(flags, io);
    io.stdout(flags.json ? jsonText(done) : initText(done));
    if (done.policy === null) io.finish(UNKNOWN);
  });
};
