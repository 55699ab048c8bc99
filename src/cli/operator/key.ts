import { open } from 'node:fs/promises';
import { Option } from 'commander';
import { messageOf, RescueError } from '../../domain/errors.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../../domain/round/round.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { accountText } from '../shared/signing.ts';
import { facts } from '../shared/table.ts';

interface KeyFileFlags {
  readonly out: string;
  readonly uriEnv?: string;
  readonly passwordEnv?: string;
  readonly passwordFile?: string;
  readonly scheme: SignatureScheme;
  readonly name: string;
  readonly json?: boolean;
}

/** Shortest password of a new keystore: scrypt slows guessing down, and does not replace length. */
const SHORTEST_PASSWORD = 12;

export const registerKey: RegisterCommand = (program, io) => {
  const key = program
    .command('key')
    .description('encrypted key files, as polkadot-js and its wallets read them');
  key
    .command('create')
    .description('make a new key, or take one from the environment, and write it encrypted')
    .requiredOption('--out <file>', 'key file; refused when it is there already')
    .option(
      '--uri-env <name>',
      'environment variable with the mnemonic or secret URI; a new key when left out',
    )
    .option('--password-env <name>', 'environment variable with the password')
    .option('--password-file <file>', 'file with the password; asked for when neither is given')
    .addOption(
      new Option('--scheme <scheme>', 'kind of the key').choices(SIGNATURE_SCHEMES).default('sr25519'),
    )
    .option('--name <name>', 'name that wallets show', 'pararescue')
    .option('--json', 'print JSON for machines')
    .action((flags: KeyFileFlags) => create(flags, io));
  key
    .command('inspect')
    .description(
      'whose key a file holds, and whether it is encrypted; opens it only when a password is given',
    )
    .argument('<file>', 'key file')
    .option('--password-env <name>', 'environment variable with the password')
    .option('--password-file <file>', 'file with the password')
    .option('--json', 'print JSON for machines')
    .action((file: string, flags: Omit<KeyFileFlags, 'out'>) => inspect(file, flags, io));
};

async function create(flags: KeyFileFlags, io: CommandIo): Promise<void> {
  const [{ readPassword, loadKeyPair }, { keystoreOf, newPair }] = await Promise.all([
    import('../../chain/extrinsics/signer.ts'),
    import('../../keys/key-pair.ts'),
  ]);
  const password = await readPassword(flags, io.env, warningTo(io), () => askTwice(io));
  if (password.length < SHORTEST_PASSWORD) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the password has ${password.length} characters: whoever gets the file can guess one of less than ${SHORTEST_PASSWORD}`,
    );
  }
  const { uriEnv, scheme, name } = flags;
  const pair =
    uriEnv === undefined
      ? await freshPair(newPair, scheme)
      : await loadKeyPair({ kind: 'uri-env', env: uriEnv }, io.env, scheme, warningTo(io));
  // Written before anything is told: a key that only the screen has seen is lost.
  await writeNew(flags.out, JSON.stringify(keystoreOf(pair, password, name)));
  const { toHex } = await import('../../bytes/hex.ts');
  const account = toHex(pair.addressRaw);
  io.stdout(
    flags.json
      ? jsonText({ account, scheme, file: flags.out })
      : facts([
          ['account', await accountText(account)],
          ['written to', `${flags.out}, encrypted, readable by this user only`],
          ['keep', 'the file and its password in different places: nothing else brings the key back'],
        ]),
  );
}

async function inspect(file: string, flags: Omit<KeyFileFlags, 'out'>, io: CommandIo): Promise<void> {
  const [{ readKeystore, readPassword }, { keystoreFacts, pairFromKeystore }, { cryptoWaitReady }] =
    await Promise.all([
      import('../../chain/extrinsics/signer.ts'),
      import('../../keys/key-pair.ts'),
      import('@polkadot/util-crypto'),
    ]);
  await cryptoWaitReady();
  const keystore = await readKeystore(file, warningTo(io));
  const name = `the key file ${file}`;
  const { account, scheme, encrypted } = keystoreFacts(keystore, name);
  const isAsked = flags.passwordEnv !== undefined || flags.passwordFile !== undefined;
  if (isAsked) {
    const password = await readPassword(flags, io.env, warningTo(io), async () => '');
    pairFromKeystore(keystore, password, name);
  }
  if (!encrypted) warningTo(io)(`${name} is not encrypted: whoever reads it has the key`);
  io.stdout(
    flags.json
      ? jsonText({ account, scheme, encrypted, opened: isAsked })
      : facts([
          ['account', await accountText(account)],
          ['kind', scheme],
          ['encrypted', encrypted ? 'yes' : 'no'],
          ['opened', isAsked ? 'yes, the password is right' : 'not tried: no password was given'],
        ]),
  );
}

async function freshPair<Pair>(
  make: (scheme: SignatureScheme) => Pair,
  scheme: SignatureScheme,
): Promise<Pair> {
  const { cryptoWaitReady } = await import('@polkadot/util-crypto');
  await cryptoWaitReady();
  return make(scheme);
}

async function askTwice({ ask }: CommandIo): Promise<string> {
  if (!ask) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'nobody can be asked here: give --password-env or --password-file',
    );
  }
  const password = await ask('password of the new key file: ');
  if ((await ask('the same again: ')) === password) return password;
  throw new RescueError('RESCUE_REQUEST_INVALID', 'the two passwords are not the same');
}

/** For this user only, and never over another key. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(`${text}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the key file ${path} cannot be written: ${messageOf(cause)}`,
      {
        cause,
      },
    );
  }
}
