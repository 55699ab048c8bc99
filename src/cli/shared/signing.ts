import { type Command, Option } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { EthereumMapping } from '../../domain/policy/signer-rules.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../../domain/round/round.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { jsonText } from './client-options.ts';
import type { CommandIo } from './io.ts';
import { type KeyFlags, keyConfig, readAccount, warningTo, withKeyOptions } from './key-options.ts';

/** Flags that say who signs. */
export interface SigningFlags extends KeyFlags {
  readonly scheme: SignatureScheme;
  readonly account?: string;
  readonly signature?: string;
  readonly json?: boolean;
}

/** Who acts, and how a text gets its signature. */
export interface Signatory {
  readonly account: AccountHex;
  readonly scheme: SignatureScheme;
  /** Null when the text was only shown, to be signed elsewhere. @throws RESCUE_SIGNATURE_INVALID naming what may have gone wrong in the wallet */
  sign(text: string): Hex | null;
}

/** Adds the ways to sign: a key from the environment or a keystore, or a wallet elsewhere. */
export function withSigningOptions(command: Command): Command {
  return withKeyOptions(command, 'your')
    .addOption(
      new Option('--scheme <scheme>', 'kind of the key').choices(SIGNATURE_SCHEMES).default('sr25519'),
    )
    .option('--account <address>', 'sign elsewhere: prints the text for this account and stops')
    .option('--signature <hex>', 'with --account: the signature that the wallet gave for that text');
}

/**
 * With `mapping` an Ethereum key is taken for the account of 32 bytes that it owns.
 * @throws RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID; never with a secret in the message
 */
export async function signatoryOf(
  flags: SigningFlags,
  io: CommandIo,
  mapping?: EthereumMapping | undefined,
): Promise<Signatory> {
  const { mappedIfShort } = await import('../../keys/mapped-account.ts');
  const signatory = await unmappedSignatory(flags, io, mapping);
  return { ...signatory, account: mappedIfShort(signatory.account, mapping) };
}

async function unmappedSignatory(
  flags: SigningFlags,
  io: CommandIo,
  mapping: EthereumMapping | undefined,
): Promise<Signatory> {
  const { account, signerUriEnv, signerFile, signer } = flags;
  const given = [account, signerUriEnv, signerFile, signer].filter((flag) => flag !== undefined);
  if (given.length > 1) throw unsigned('more than one way to sign is given');
  if (account !== undefined) return elsewhere(account, flags, io, mapping);
  const key = keyConfig(flags, io);
  if (key === null) throw unsigned('nobody signs');
  const [{ loadKeyPair }, { signaturesReady, textSigner }] = await Promise.all([
    import('../../chain/extrinsics/signer.ts'),
    import('../../voting/index.ts'),
  ]);
  await signaturesReady();
  const {
    account: own,
    scheme,
    sign,
  } = textSigner(await loadKeyPair(key, io.env, flags.scheme, warningTo(io)));
  return { account: own, scheme, sign };
}

function unsigned(problem: string): RescueError {
  return new RescueError(
    'RESCUE_SIGNER_MISSING',
    `${problem}: give one of --signer-uri-env, --signer-file, --signer or --account`,
  );
}

/** Address and hex of an account, for people. */
export async function accountText(account: AccountHex): Promise<string> {
  const { encodeAddress, ethereumEncode } = await import('@polkadot/util-crypto');
  return account.length === 42 ? ethereumEncode(account) : `${encodeAddress(account, 42)} (${account})`;
}

async function elsewhere(
  address: string,
  flags: SigningFlags,
  io: CommandIo,
  mapping: EthereumMapping | undefined,
): Promise<Signatory> {
  const account = await readAccount('--account', address);
  const scheme = account.length === 42 ? 'ethereum' : flags.scheme;
  if (flags.signature !== undefined) return signedElsewhere(account, scheme, flags.signature, mapping);
  const [{ oneLineForm }, { encodeText }, { toHex }] = await Promise.all([
    import('../../voting/ballots/text-forms.ts'),
    import('../../bytes/bytes.ts'),
    import('../../bytes/hex.ts'),
  ]);
  return {
    account,
    scheme,
    sign(text) {
      const oneLine = oneLineForm(text);
      const hex = toHex(encodeText(text));
      if (flags.json) {
        io.stdout(jsonText({ toSign: { account, scheme, text, oneLine, hex } }));
        return null;
      }
      // The text stands alone on stdout, so that it can be piped on.
      io.stdout(`${text}\n`);
      io.stderr(
        [
          `sign the text above as ${printable(address)}, then run the same command again with --signature`,
          `where the wallet has a field of one line: ${oneLine}`,
          `where it takes hex for bytes: ${hex}`,
          'a multisig has no key and cannot sign: its signatories do (--multisig), and for a pure proxy its proxy (--for); hardware wallets: docs/wallets.md',
          '',
        ].join('\n'),
      );
      return null;
    },
  };
}

/** What a wallet gave is held against the text here, where its owner can still do something about it. */
async function signedElsewhere(
  account: AccountHex,
  scheme: SignatureScheme,
  given: string,
  mapping: EthereumMapping | undefined,
): Promise<Signatory> {
  // Polkadot Vault writes no 0x before its hex.
  const signature = given
    .trim()
    .toLowerCase()
    .replace(/^(?=(?:[0-9a-f]{2}){64,66}$)/, '0x');
  if (!/^0x(?:[0-9a-f]{2}){64,66}$/.test(signature)) {
    throw new RescueError('RESCUE_REQUEST_INVALID', 'a signature is 0x and 128 or 130 hex digits');
  }
  const [{ signaturesReady, usualSignature }, { verifyOfPerson }] = await Promise.all([
    import('../../voting/ballots/signature.ts'),
    import('../../voting/ballots/signature-slips.ts'),
  ]);
  await signaturesReady();
  const usual = usualSignature(signature as Hex, scheme);
  return {
    account,
    scheme,
    sign(text) {
      verifyOfPerson({ text, account, scheme, signature: usual, mapping });
      return usual;
    },
  };
}
