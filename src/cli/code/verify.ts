import type { Command } from 'commander';
import type { Kinship } from '../../code/kinship.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { hashArgument } from '../shared/arguments.ts';
import { clientOf, jsonText } from '../shared/client-options.ts';
import {
  type CodeDesk,
  type CodeSourceFlags,
  SOURCES_HELP,
  withCodeDesk,
  withCodeSourceOptions,
} from '../shared/code-source.ts';
import type { CommandIo } from '../shared/io.ts';
import { openProposal } from '../shared/open-proposal.ts';
import { readSpecFile } from '../shared/spec-file.ts';
import { table } from '../shared/table.ts';

interface VerifyFlags extends CodeSourceFlags {
  readonly proposal?: Hex;
  readonly spec?: string;
  readonly json?: boolean;
}

/** Something that the code was held against. */
interface Held {
  /** Who has it: each place that is named has to have the code. */
  readonly place: 'proposal' | 'relay chain' | 'para' | 'chain spec';
  /** As what. */
  readonly role: string;
  /** Null where it has none in this role. */
  readonly hash: Hex | null;
  /** Null where its bytes are not known, and so only whether the hash is the same. */
  readonly kinship: Kinship | null;
}

const DIFFERS = 5;

export function registerVerify(code: Command, io: CommandIo): void {
  const command = code
    .command('verify')
    .description(
      'whether code is, byte by byte, what a proposal names, what the relay chain stores, was authorised or will store, what the para has on chain, or what a chain spec substitutes',
    )
    .argument('<code>', 'a file, or where to find the code')
    .option('--proposal <hash>', "with --para: an open proposal of the service's, by its hash", hashArgument)
    .option('--spec <file>', 'chain spec whose codeSubstitutes are looked at')
    .option('--json', 'print JSON for machines')
    .addHelpText(
      'after',
      `${SOURCES_HELP}\n\nExit status: 0 each place that was named has it, 1 error, 5 one of them has not.`,
    );
  withCodeSourceOptions(command, io).action((source: string, flags: VerifyFlags) =>
    withCodeDesk(flags, io, async (desk) => {
      const { hashCode } = await import('../../code/inspect.ts');
      const { bytes } = await desk.find(source);
      const codeHash = hashCode(bytes);
      const held = [
        ...(await ofProposal(flags, io, codeHash)),
        ...(await ofRelay(desk, flags, bytes, codeHash)),
        ...(await ofPara(desk, flags, bytes, codeHash)),
        ...(await ofSpec(flags, bytes, codeHash)),
      ];
      if (held.length === 0) {
        throw new RescueError(
          'RESCUE_REQUEST_INVALID',
          'say what the code is held against: --proposal with --para, --relay with --para, --para-node, or --spec',
        );
      }
      const places = [...new Set(held.map(({ place }) => place))];
      const missing = places.filter(
        (place) => !held.some((each) => each.place === place && each.hash === codeHash),
      );
      io.stdout(
        flags.json
          ? jsonText({ codeHash, isSame: missing.length === 0, held })
          : await heldText(codeHash, held, missing),
      );
      if (missing.length > 0) io.finish(DIFFERS);
    }),
  );
}

async function ofProposal(flags: VerifyFlags, io: CommandIo, codeHash: Hex): Promise<Held[]> {
  if (flags.proposal === undefined) return [];
  if (flags.para === undefined) throw new RescueError('RESCUE_REQUEST_INVALID', '--proposal needs --para');
  const found = await openProposal(await clientOf(flags, io), flags.para, flags.proposal);
  return [
    {
      place: 'proposal',
      role: 'code that it proposes',
      hash: found.codeHash,
      kinship: known(found.codeHash, codeHash),
    },
  ];
}

async function ofRelay(
  desk: CodeDesk,
  flags: VerifyFlags,
  bytes: Uint8Array,
  codeHash: Hex,
): Promise<Held[]> {
  const found = await desk.observation();
  if (!found) {
    if (flags.relay) throw new RescueError('RESCUE_REQUEST_INVALID', '--relay needs --para');
    return [];
  }
  const { currentCodeHash, futureCodeHash, authorizedCode } = found;
  const authorised = authorizedCode
    ? `authorised by its hash until relay block ${authorizedCode.expireAt} (AuthorizedCodeHash)`
    : 'authorised by its hash (AuthorizedCodeHash)';
  return [
    await kin(
      desk,
      'relay',
      { place: 'relay chain', role: 'stored now (CurrentCodeHash)', hash: currentCodeHash },
      bytes,
      codeHash,
    ),
    await kin(
      desk,
      'relay-next',
      { place: 'relay chain', role: 'stored next (FutureCodeHash)', hash: futureCodeHash },
      bytes,
      codeHash,
    ),
    {
      place: 'relay chain',
      role: authorised,
      hash: authorizedCode?.codeHash ?? null,
      kinship: known(authorizedCode?.codeHash ?? null, codeHash),
    },
  ];
}

async function kin(
  desk: CodeDesk,
  source: string,
  held: Omit<Held, 'kinship'>,
  bytes: Uint8Array,
  codeHash: Hex,
): Promise<Held> {
  if (held.hash === null || held.hash === codeHash) return { ...held, kinship: known(held.hash, codeHash) };
  const { kinshipOf } = await import('../../code/kinship.ts');
  return { ...held, kinship: kinshipOf(bytes, (await desk.find(source)).bytes) };
}

async function ofPara(desk: CodeDesk, flags: VerifyFlags, bytes: Uint8Array, codeHash: Hex): Promise<Held[]> {
  if (!flags.paraNode) return [];
  const [{ kinshipOf }, { hashCode }] = await Promise.all([
    import('../../code/kinship.ts'),
    import('../../code/inspect.ts'),
  ]);
  const own = await desk.find('para');
  const hash = hashCode(own.bytes);
  const kinship = hash === codeHash ? 'same' : kinshipOf(bytes, own.bytes);
  return [
    {
      place: 'para',
      role: own.trust === 'proven' ? ':code, proven at the included head' : ':code, as its node says',
      hash,
      kinship,
    },
  ];
}

async function ofSpec(flags: VerifyFlags, bytes: Uint8Array, codeHash: Hex): Promise<Held[]> {
  if (flags.spec === undefined) return [];
  const [{ readSpecText, substituteHash }, { kinshipOf }] = await Promise.all([
    import('../../code/spec-file.ts'),
    import('../../code/kinship.ts'),
  ]);
  const { substitutes } = readSpecText(await readSpecFile(flags.spec));
  if (substitutes.length === 0)
    return [{ place: 'chain spec', role: 'codeSubstitutes: none', hash: null, kinship: null }];
  return substitutes.map((each) => {
    const hash = substituteHash(each);
    const kinship = hash === codeHash ? 'same' : each.code && kinshipOf(bytes, each.code);
    return { place: 'chain spec', role: `substitute from block ${each.key.slice(0, 40)}`, hash, kinship };
  });
}

function known(hash: Hex | null, codeHash: Hex): Kinship | null {
  return hash === codeHash ? 'same' : null;
}

async function heldText(codeHash: Hex, held: readonly Held[], missing: readonly string[]): Promise<string> {
  const { KINSHIP_WORDS } = await import('../../code/kinship.ts');
  const rows = held.map(({ place, role, hash, kinship }) => [
    place,
    role,
    hash ?? 'none',
    hash === null ? '' : kinship === null ? 'other code' : KINSHIP_WORDS[kinship],
  ]);
  const verdict =
    missing.length === 0 ? 'each place that was named has it' : `NOT THE SAME: ${missing.join(', ')}`;
  return `code ${codeHash}\n\n${table(['where', 'as what', 'hash', 'the code is'], rows)}\n${verdict}\n`;
}
