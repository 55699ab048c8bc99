import type { Command } from 'commander';
import type { ServiceClient } from '../../client/service-client.ts';
import type { Multisig, MultisigAccount } from '../../domain/chain/acting.ts';
import { RescueError } from '../../domain/errors.ts';
import type { EthereumMapping } from '../../domain/policy/signer-rules.ts';
import type { RecordSchema } from '../../domain/records/record.ts';
import {
  type AccountSignature,
  type ActSignature,
  type JointSignature,
  SIGNATURE_SCHEMES,
} from '../../domain/round/round.ts';
import type { AccountHex, Hex, ParaId } from '../../domain/units.ts';
import { multisigOf } from './acting-flags.ts';
import { repeated } from './arguments.ts';
import { jsonText } from './client-options.ts';
import type { CommandIo } from './io.ts';
import { readAccount } from './key-options.ts';
import { readSignatures, requireSame, writeSignatures } from './signatures-file.ts';
import { accountText, type SigningFlags, signatoryOf, withSigningOptions } from './signing.ts';
import { facts } from './table.ts';

/** Flags that say for which account, and with whom, somebody signs. */
export interface SpeakingFlags extends SigningFlags {
  readonly multisig?: string;
  readonly signatures?: string;
  readonly signatureOf?: readonly string[];
  readonly for?: string;
}

/** For whom a text is signed, and how it gets all its signatures. */
export interface Speaking<Act> {
  /** The account that the text names. */
  readonly account: AccountHex;
  /** The act as the signatories before signed it. */
  readonly collected: (Act & JointSignature) | null;
  /** Null when the text was only shown, or others still have to sign. @throws RESCUE_SIGNATURE_INVALID, RESCUE_REQUEST_INVALID */
  sign(act: Act, text: string): Promise<ActSignature | null>;
}

/** Adds the ways to sign a text for an account of the para: with its key, as its multisig, or as its proxy. */
export function withSpeakingOptions(command: Command): Command {
  return withSigningOptions(command)
    .option(
      '--multisig <threshold:accounts>',
      'for this multisig, as one of its signatories, who all sign the same text: 2:5F…,5G…,5H…',
    )
    .option(
      '--signatures <file>',
      'with --multisig: file in which the signatories collect their signatures; the last one sends it',
    )
    .option(
      '--signature-of <account=hex>',
      'with --multisig: the signature that a signatory sent you; as often as you have one',
      repeated,
    )
    .option(
      '--for <address>',
      'for this account, of which the one that signs, or the multisig, is a proxy: pure proxies have no key of their own',
    );
}

/**
 * @param what the act in the file is called
 * @throws RESCUE_SIGNER_MISSING, RESCUE_REQUEST_INVALID
 */
export async function speakingOf<Act extends object>(
  flags: SpeakingFlags,
  io: CommandIo,
  schema: Pick<RecordSchema<Act & JointSignature>, 'strict'>,
  what: string,
  mapping: EthereumMapping | undefined,
): Promise<Speaking<Act>> {
  const { mappedIfShort } = await import('../../keys/mapped-account.ts');
  const { signatures: path, signatureOf: given = [] } = flags;
  const collected = path === undefined ? null : await readSignatures(path, schema, what);
  const multisig = await multisigAsked(flags, collected, mapping);
  if (multisig === null && given.length > 0) {
    throw wrong('--signature-of goes with --multisig, or with the file of one');
  }
  const signatory = given.length > 0 && nobodySigns(flags) ? null : await signatoryOf(flags, io, mapping);
  const real =
    flags.for === undefined ? undefined : mappedIfShort(await readAccount('--for', flags.for), mapping);
  const account = real ?? multisig?.account ?? signatory?.account;
  if (account === undefined) throw wrong('nobody signs');
  return {
    account,
    collected,
    sign: async (act, text) => {
      if (collected) requireSame<object>(collected, { ...act, multisig }, path ?? '');
      const signature = signatory?.sign(text);
      if (signature === null) return null;
      if (multisig === null && signatory?.account === account && signature !== undefined) {
        return { signature, scheme: signatory.scheme };
      }
      const own =
        signatory && signature !== undefined
          ? [{ account: signatory.account, signature, scheme: signatory.scheme }]
          : [];
      const sent = await Promise.all(given.map((one) => signatureSent(one, text, mapping)));
      const joined = joinedSignatures(multisig, [...sent, ...own], collected);
      if (path !== undefined) await writeSignatures(path, { ...act, ...joined });
      if (multisig && joined.signatures.length < multisig.threshold) {
        const { sequence } = act as { readonly sequence?: number };
        await tellWaiting(
          joined.signatures,
          multisig,
          { ...flags, ...(sequence !== undefined && { sequence }) },
          io,
        );
        return null;
      }
      return { ...joined, signatures: joined.signatures.slice(-(multisig?.threshold ?? 1)) };
    },
  };
}

/** How the para's policy lets Ethereum keys sign for accounts of 32 bytes; asked for only where one may sign. */
export async function mappingOf(
  client: Pick<ServiceClient, 'policy'>,
  paraId: ParaId,
  { scheme, account = '', multisig = '', for: real = '' }: SpeakingFlags,
): Promise<EthereumMapping | undefined> {
  const isAsked =
    scheme === 'ethereum' || /0x[0-9a-f]{40}(?![0-9a-f])/i.test(`${account} ${multisig} ${real}`);
  return isAsked ? (await client.policy(paraId))?.signers?.ethereum : undefined;
}

/** With those that others gave before; whoever signs again replaces what he signed. @throws RESCUE_REQUEST_INVALID */
export function joinedSignatures(
  multisig: Multisig | null,
  fresh: readonly AccountSignature[],
  collected: JointSignature | null,
): JointSignature {
  const stranger = multisig && fresh.find(({ account }) => !multisig.signatories.includes(account));
  if (stranger) {
    throw wrong(`the account that signs, ${stranger.account}, is none of the signatories of the multisig`);
  }
  const before = (collected?.signatures ?? []).filter(
    ({ account }) => !fresh.some((one) => one.account === account),
  );
  return {
    multisig: multisig && { signatories: multisig.signatories, threshold: multisig.threshold },
    signatures: [...before, ...fresh],
  };
}

/** @throws RESCUE_REQUEST_INVALID where there is no file to go on with */
export async function tellWaiting(
  signatures: readonly AccountSignature[],
  { signatories, threshold }: Multisig,
  flags: { readonly signatures?: string; readonly json?: boolean; readonly sequence?: number },
  io: CommandIo,
): Promise<void> {
  if (flags.signatures === undefined) {
    throw wrong(
      `the multisig needs ${threshold} signatures: give --signatures FILE, in which its signatories collect them one after the other`,
    );
  }
  const signed = signatures.map(({ account }) => account);
  const left = signatories.filter((account) => !signed.includes(account));
  io.stdout(
    flags.json
      ? jsonText({ signed, needed: threshold, left, file: flags.signatures, sequence: flags.sequence })
      : facts([
          ['signed', `${signed.length} of ${threshold}, written to ${flags.signatures}`],
          [
            'next',
            `${(await Promise.all(left.map(accountText))).join(', ')}: the same command with that file`,
          ],
        ]),
  );
}

/** The accounts that signed, for people; null for the account's own key. */
export async function signersText(act: ActSignature): Promise<string | null> {
  if ('signature' in act) return null;
  return (await Promise.all(act.signatures.map(({ account }) => accountText(account)))).join(', ');
}

async function multisigAsked(
  { multisig }: SpeakingFlags,
  collected: JointSignature | null,
  mapping: EthereumMapping | undefined,
): Promise<MultisigAccount | null> {
  if (multisig !== undefined) return multisigOf(multisig, mapping ?? 'as they are');
  if (!collected?.multisig) return null;
  const { multisigAccount } = await import('../../keys/multisig.ts');
  return multisigAccount(collected.multisig, collected.multisig.signatories[0]?.length === 42 ? 20 : 32);
}

function nobodySigns({ account, signerUriEnv, signerFile, signer }: SpeakingFlags): boolean {
  return (account ?? signerUriEnv ?? signerFile ?? signer) === undefined;
}

/** `ACCOUNT=0x…`; of which kind the key is, the signature tells. @throws RESCUE_REQUEST_INVALID, RESCUE_SIGNATURE_INVALID */
async function signatureSent(
  given: string,
  text: string,
  mapping: EthereumMapping | undefined,
): Promise<AccountSignature> {
  const [, address = '', hex = ''] = /^([^=]+)=\s*(0x(?:[0-9a-f]{2}){64,66})\s*$/i.exec(given) ?? [];
  if (hex === '') throw wrong('--signature-of must be ACCOUNT=0x… with a signature of 64 to 66 bytes');
  const [{ isAccountOf, signaturesReady, usualSignature }, { verifyOfPerson }, { mappedIfShort }] =
    await Promise.all([
      import('../../voting/ballots/signature.ts'),
      import('../../voting/ballots/signature-slips.ts'),
      import('../../keys/mapped-account.ts'),
    ]);
  await signaturesReady();
  const account = mappedIfShort(await readAccount('--signature-of', address.trim()), mapping);
  const schemes = SIGNATURE_SCHEMES.filter((scheme) =>
    isAccountOf({ scheme, mapping }, (account.length - 2) / 2),
  );
  let refusal: unknown;
  for (const scheme of schemes) {
    const signature = usualSignature(hex.toLowerCase() as Hex, scheme);
    try {
      verifyOfPerson({ text, account, scheme, signature, mapping });
      return { account, signature, scheme };
    } catch (error) {
      refusal ??= error;
    }
  }
  throw refusal ?? wrong('--signature-of has an account of no chain');
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
