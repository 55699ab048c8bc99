import { type Command, InvalidArgumentError, Option } from 'commander';
import type {
  OfflineExtrinsic,
  OfflineRuntime,
  OfflineSigner,
  OfflineTerms,
} from '../../chain/extrinsics/sign-offline.ts';
import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import { RescueError } from '../../domain/errors.ts';
import { SIGNATURE_SCHEMES, type SignatureScheme } from '../../domain/round/round.ts';
import type { Hex, Planck } from '../../domain/units.ts';
import {
  amountArgument,
  countArgument,
  dataArgument,
  hashArgument,
  versionArgument,
} from '../shared/arguments.ts';
import { callFacts, viewOf } from '../shared/call-view.ts';
import { jsonText } from '../shared/client-options.ts';
import {
  type CodeSourceFlags,
  SOURCES_HELP,
  withCodeDesk,
  withCodeSourceOptions,
} from '../shared/code-source.ts';
import type { CommandIo } from '../shared/io.ts';
import { type KeyFlags, keyConfig, readAccount, warningTo, withKeyOptions } from '../shared/key-options.ts';
import { endpointOption, troubleTo } from '../shared/operator-options.ts';
import { type OutFlags, withForceOption, writeOut } from '../shared/out-file.ts';
import { accountText } from '../shared/signing.ts';
import { facts } from '../shared/table.ts';

interface SignFlags extends CodeSourceFlags, KeyFlags, OutFlags {
  readonly runtime: string;
  readonly call: string;
  readonly args: readonly unknown[];
  readonly specVersion?: number;
  readonly transactionVersion?: number;
  readonly nonce?: number;
  readonly genesis?: Hex;
  readonly tip: Planck;
  readonly eraPeriod: number;
  readonly blockNumber?: number;
  readonly blockHash?: Hex;
  readonly node?: readonly string[];
  readonly scheme: SignatureScheme;
  readonly account?: string;
  readonly signature?: Hex;
  readonly submit?: true;
  readonly wait: number;
  readonly out?: string;
  readonly json?: true;
}

/** `pararescue tx sign`: for runtimes whose label lies, and machines without a network. */
export function registerSign(tx: Command, io: CommandIo): void {
  const command = withKeyOptions(tx.command('sign'), 'your')
    .description(
      'sign a call by the metadata and for the versions of a runtime file, as a runtime checks them whose label is another one',
    )
    .requiredOption('--runtime <code>', 'the runtime that will check it: a file, or where to find the code')
    .requiredOption('--call <call>', 'pallet.call as polkadot-js writes it, or the bytes of a call')
    .option('--args <json>', 'arguments of pallet.call: a JSON list', argsArgument, [])
    .option(
      '--spec-version <number>',
      'the spec version that is signed; by default what the code says when it runs',
      versionArgument,
    )
    .option('--transaction-version <number>', 'the same of the transaction version', versionArgument)
    .option('--nonce <number>', 'nonce of the account; by default what --node says', countArgument)
    .option('--genesis <hash>', 'first block of the chain; by default what --node says', hashArgument)
    .option('--tip <plancks>', 'tip, in the smallest unit', amountArgument, 0n)
    .option('--era-period <blocks>', 'blocks after which it dies; 0 for never', periodArgument, 64)
    .option(
      '--block-number <number>',
      'block from which it lives; by default the finalized one of --node',
      countArgument,
    )
    .option('--block-hash <hash>', 'the hash of that block', hashArgument)
    .addOption(endpointOption('--node <url>', 'the chain'))
    .addOption(
      new Option('--scheme <scheme>', 'kind of the key').choices(SIGNATURE_SCHEMES).default('sr25519'),
    )
    .option('--account <address>', 'sign elsewhere: prints what is to be signed')
    .option(
      '--signature <hex>',
      'with --account: the signature, its kind in front (00 ed25519, 01 sr25519, 02 ecdsa)',
      dataArgument,
    )
    .option('--submit', 'send it to --node, and wait until a block has it')
    .option('--wait <seconds>', 'how long', countArgument, 60)
    .option('--out <file>', 'write the extrinsic to this file, as hex')
    .option('--json', 'print JSON for machines')
    .addHelpText('after', SOURCES_HELP);
  withForceOption(withCodeSourceOptions(command, io)).action((flags: SignFlags) =>
    withCodeDesk(flags, io, async (desk) => {
      const found = await desk.find(flags.runtime);
      const runtime = await runtimeOf(found.bytes);
      const endpoints = await nodesOf(flags, io);
      try {
        const signer = await signerOf(flags, io);
        const terms = await termsOf(flags, runtime.version, signer, endpoints, io);
        const { signOffline } = await import('../../chain/extrinsics/sign-offline.ts');
        const signed = signOffline(runtime, flags, terms, signer);
        if (signed.extrinsic && flags.out !== undefined)
          await writeOut(flags.out, `${signed.extrinsic.bytes}\n`, flags);
        const sent = flags.submit ? await submit(signed, flags, endpoints, io) : null;
        io.stdout(
          flags.json
            ? jsonText({ ...signed, ...terms, runtime: runtime.version.specName, sent })
            : await signedText(signed, terms, flags, sent),
        );
      } finally {
        await endpoints?.close();
      }
    }),
  );
}

async function runtimeOf(code: Uint8Array): Promise<OfflineRuntime> {
  const { createCodeRunner, runtimeOfCode } = await import('../../chain/code/code-runner.ts');
  const runner = createCodeRunner();
  try {
    return await runtimeOfCode(runner, code);
  } finally {
    await runner.close();
  }
}

async function nodesOf({ node }: SignFlags, io: CommandIo): Promise<Endpoints | null> {
  if (!node) return null;
  const { Endpoints } = await import('../../chain/nodes/endpoints.ts');
  return new Endpoints({ urls: node, onTrouble: troubleTo(io) });
}

async function signerOf(flags: SignFlags, io: CommandIo): Promise<OfflineSigner> {
  const key = keyConfig(flags, io);
  if (flags.account !== undefined) {
    if (key !== null) throw wrong('--account signs elsewhere: give no key beside it');
    return {
      kind: 'account',
      account: await readAccount('--account', flags.account),
      signature: flags.signature ?? null,
    };
  }
  if (key === null) {
    throw new RescueError(
      'RESCUE_SIGNER_MISSING',
      'nobody signs: give one of --signer-uri-env, --signer-file, --signer or --account',
    );
  }
  const { loadKeyPair } = await import('../../chain/extrinsics/signer.ts');
  return { kind: 'pair', pair: await loadKeyPair(key, io.env, flags.scheme, warningTo(io)) };
}

async function termsOf(
  flags: SignFlags,
  compiled: RuntimeVersion,
  signer: OfflineSigner,
  endpoints: Endpoints | null,
  io: CommandIo,
): Promise<OfflineTerms> {
  const { specVersion = compiled.specVersion, transactionVersion = compiled.transactionVersion } = flags;
  if (specVersion !== compiled.specVersion || transactionVersion !== compiled.transactionVersion) {
    warningTo(io)(
      `it is signed for spec version ${specVersion} and transaction version ${transactionVersion}, and the code says ${compiled.specVersion} and ${compiled.transactionVersion} when it runs: that runtime refuses it (bad signature)`,
    );
  }
  const { toHex } = await import('../../bytes/hex.ts');
  const account = signer.kind === 'pair' ? toHex(signer.pair.addressRaw) : signer.account;
  const needsNode =
    flags.nonce === undefined ||
    flags.genesis === undefined ||
    (flags.eraPeriod > 0 && flags.blockHash === undefined);
  const told = needsNode && endpoints ? await askTermsOf(endpoints, account) : null;
  const genesisHash = flags.genesis ?? told?.genesisHash;
  const nonce = flags.nonce ?? told?.nonce;
  if (genesisHash === undefined || nonce === undefined)
    throw wrong('give --genesis and --nonce, or a --node that tells them');
  const versions = { specVersion, transactionVersion, genesisHash, nonce, tip: flags.tip };
  if (flags.eraPeriod === 0) return { ...versions, era: null };
  const [block, hash] = [flags.blockNumber ?? told?.block, flags.blockHash ?? told?.hash];
  if (block === undefined || hash === undefined) {
    throw wrong(
      'give --block-number and --block-hash, or a --node that tells them, or --era-period 0 for an extrinsic that never dies',
    );
  }
  return { ...versions, era: { period: flags.eraPeriod, block, hash } };
}

async function askTermsOf(endpoints: Endpoints, account: Hex) {
  const { askTerms } = await import('../../chain/extrinsics/told-terms.ts');
  return askTerms(endpoints, account);
}

interface Sent {
  readonly block: number;
  readonly hash: Hex;
}

async function submit(
  { extrinsic }: OfflineExtrinsic,
  flags: SignFlags,
  endpoints: Endpoints | null,
  io: CommandIo,
): Promise<Sent> {
  if (!endpoints) throw wrong('--submit needs --node');
  if (!extrinsic) throw wrong('nothing was signed that could be sent: give --signature');
  const { sendAndSee } = await import('../../chain/extrinsics/told-terms.ts');
  return sendAndSee(endpoints, extrinsic.bytes, { waitMs: flags.wait * 1000, signal: io.signal });
}

async function signedText(
  signed: OfflineExtrinsic,
  terms: OfflineTerms,
  flags: SignFlags,
  sent: Sent | null,
): Promise<string> {
  const { call, signer, payload, extrinsic } = signed;
  const { era } = terms;
  return facts([
    ...callFacts(viewOf(call, undefined)),
    ['signer', await accountText(signer)],
    ['nonce', String(terms.nonce)],
    [
      'signed for',
      `spec version ${terms.specVersion}, transaction version ${terms.transactionVersion}, genesis ${terms.genesisHash}`,
    ],
    ['lives', era ? `${era.period} blocks from block ${era.block} (${era.hash})` : 'for ever'],
    ['to be signed', extrinsic === null ? `${payload} (then --signature)` : null],
    ['extrinsic', extrinsic?.bytes ?? null],
    ['hash', extrinsic?.hash ?? null],
    ['written to', extrinsic === null ? null : (flags.out ?? null)],
    ['in block', sent === null ? null : `${sent.block} (${sent.hash}), as the node says`],
  ]);
}

function argsArgument(text: string): readonly unknown[] {
  let args: unknown;
  try {
    args = JSON.parse(text, (_, value: unknown) => {
      if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
      throw new InvalidArgumentError(
        'numbers are whole, and those above 9007199254740991 stand in quotes: JSON does not hold them exactly.',
      );
    });
  } catch (error) {
    if (error instanceof InvalidArgumentError) throw error;
  }
  if (Array.isArray(args)) return args;
  throw new InvalidArgumentError('arguments are a JSON list, such as \'["0x00"]\'.');
}

function periodArgument(text: string): number {
  const period = countArgument(text);
  if (period === 0 || (period >= 4 && period <= 65_536 && Number.isInteger(Math.log2(period)))) return period;
  throw new InvalidArgumentError('a period is 0, or a power of two from 4 to 65536.');
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
