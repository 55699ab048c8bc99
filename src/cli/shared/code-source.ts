import { type Command, Option } from 'commander';
import { fromHex } from '../../bytes/hex.ts';
import type { Endpoints } from '../../chain/nodes/endpoints.ts';
import type { OpenRelay } from '../../chain/relay/session.ts';
import { DEFAULT_SERVICE_URL } from '../../client/service-client.ts';
import type { CodeBounds } from '../../code/describe.ts';
import type { ParaObservation, RelayObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { shownUrl } from '../../domain/shown-value.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { paraArgument } from './arguments.ts';
import { clientOf } from './client-options.ts';
import { readCodeFile } from './code-file.ts';
import type { CommandIo } from './io.ts';
import {
  endpointOption,
  relayTrust,
  type TrustFlags,
  troubleTo,
  withTrustOptions,
} from './operator-options.ts';

/** Where commands that look at code may find some, besides in files. */
export interface CodeSourceFlags extends TrustFlags {
  readonly relay?: readonly string[];
  readonly para?: ParaId;
  readonly paraNode?: readonly string[];
  readonly url: string;
}

/** A code blob, and where it is from. */
export interface FoundCode {
  readonly bytes: Uint8Array;
  /** For people. */
  readonly name: string;
  /** `told`: by nodes that nothing checks; `given`: by whoever called the command. */
  readonly trust: 'proven' | 'told' | 'given';
  /** Of approved code: from which block's state on nodes shall run it. */
  readonly block?: number;
}

/** The chains and the service that the flags name, opened when they are needed. */
export interface CodeDesk {
  /** @throws RESCUE_REQUEST_INVALID for a source whose flags are missing */
  find(source: string): Promise<FoundCode>;
  /** Of the relay chain, else what relay chains usually have. */
  bounds(): Promise<CodeBounds>;
  /** The newest block of the relay chain, with the para; null without `--relay` and `--para`. */
  seen(): Promise<RelayObservation | null>;
  /** The para in it. */
  observation(): Promise<ParaObservation | null>;
}

export const SOURCES_HELP = `
Code is the name of a file, or:
  relay            what the relay chain stores for --para (needs --relay, --para)
  relay-next       what the relay chain will store next for --para
  para             :code of the para (needs --para-node; proven with --relay and --para)
  proposal:HASH    the code of a proposal of the service at --url, by the code's hash
  approved         the code that holders approved for --para, as the service at --url says`;

export function withCodeSourceOptions(command: Command, io: CommandIo): Command {
  const fallback = io.env.PARARESCUE_URL || DEFAULT_SERVICE_URL;
  return withTrustOptions(
    command
      .addOption(endpointOption('--relay <url>', 'the relay chain'))
      .option('--para <id>', 'para id', paraArgument)
      .addOption(endpointOption('--para-node <url>', 'the para'))
      .addOption(
        new Option('--url <url>', 'address of the service (or PARARESCUE_URL)').default(
          fallback,
          shownUrl(fallback),
        ),
      ),
  );
}

/** Closes afterwards what was opened. */
export async function withCodeDesk<Result>(
  flags: CodeSourceFlags,
  io: CommandIo,
  work: (desk: CodeDesk) => Promise<Result>,
): Promise<Result> {
  const opened: { relay?: Promise<OpenRelay>; para?: Endpoints; seen?: Promise<RelayObservation | null> } =
    {};
  const openedRelay = (): Promise<OpenRelay> => {
    opened.relay ??= openRelayOf(flags, io);
    return opened.relay;
  };
  const seen = (): Promise<RelayObservation | null> => {
    opened.seen ??= observe();
    return opened.seen;
  };
  const observe = async (): Promise<RelayObservation | null> => {
    if (!flags.relay || flags.para === undefined) return null;
    return (await openedRelay()).reader.observe([flags.para]);
  };
  const observation = async (): Promise<ParaObservation | null> => (await seen())?.paras[0] ?? null;

  const stored = async (which: 'currentCodeHash' | 'futureCodeHash'): Promise<FoundCode> => {
    const found = await observation();
    if (!found) throw wrong('code of the relay chain needs --relay and --para');
    const hash = found[which];
    const name = which === 'currentCodeHash' ? 'stores' : 'will store next';
    if (hash === null) throw absent(`the relay chain ${name} no code for para ${found.paraId}`);
    const bytes = await (await openedRelay()).reader.storedCode(hash);
    if (bytes === null) throw absent(`the relay chain has no bytes of ${hash}`);
    return {
      bytes,
      name: `what the relay chain ${name} for para ${found.paraId} (${hash})`,
      trust: 'proven',
    };
  };

  const ofPara = async (): Promise<FoundCode> => {
    if (!flags.paraNode) throw wrong('code of the para needs --para-node');
    const [{ Endpoints }, { readParaCode }] = await Promise.all([
      import('../../chain/nodes/endpoints.ts'),
      import('../../chain/para/para-code.ts'),
    ]);
    opened.para ??= new Endpoints({ urls: flags.paraNode, onTrouble: troubleTo(io) });
    const head = (await observation())?.head ?? null;
    const { bytes, hash, block } = await readParaCode(opened.para, head);
    return {
      bytes,
      name: `:code of the para at block ${block.number} (${hash})`,
      trust: head ? 'proven' : 'told',
    };
  };

  const approved = async (): Promise<FoundCode> => {
    if (flags.para === undefined) throw wrong('approved code needs --para');
    const { code, codeHash, blockNumber } = await (await clientOf(flags, io)).substitute(flags.para);
    const name = `the code ${codeHash} that was approved for para ${flags.para}`;
    return { bytes: fromHex(code), name, trust: 'given', block: blockNumber };
  };

  const proposed = async (hash: Hex): Promise<FoundCode> => {
    const bytes = await (await clientOf(flags, io)).code(hash);
    return { bytes, name: `the proposed code ${hash}`, trust: 'given' };
  };

  try {
    return await work({
      seen,
      observation,
      find: async (source) => {
        if (source === 'relay') return stored('currentCodeHash');
        if (source === 'relay-next') return stored('futureCodeHash');
        if (source === 'para') return ofPara();
        if (source === 'approved') return approved();
        const hash = /^proposal:(0x[0-9a-f]{64})$/i.exec(source)?.[1];
        if (hash !== undefined) return proposed(hash.toLowerCase() as Hex);
        return { bytes: await readCodeFile(source), name: source, trust: 'given' };
      },
      bounds: async () => {
        const { USUAL_MAX_CODE_SIZE } = await import('../../code/describe.ts');
        if (!flags.relay) return { maxCodeSize: USUAL_MAX_CODE_SIZE, from: 'default' };
        const { maxCodeSize } = await (await openedRelay()).reader.limits();
        return { maxCodeSize, from: 'chain' };
      },
    });
  } finally {
    // Whoever waited for a relay chain that could not be opened has been told.
    const relay = await opened.relay?.catch(() => null);
    await Promise.all([relay?.close(), opened.para?.close()]);
  }
}

async function openRelayOf(flags: CodeSourceFlags, io: CommandIo): Promise<OpenRelay> {
  const { openRelay } = await import('../../chain/relay/session.ts');
  return openRelay({ urls: flags.relay ?? [], onTrouble: troubleTo(io), trust: await relayTrust(flags, io) });
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}

function absent(sentence: string): RescueError {
  return new RescueError('RESCUE_NOT_FOUND', sentence);
}
