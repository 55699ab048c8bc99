import type { Call } from '@polkadot/types/interfaces';
import type { Codec } from '@polkadot/types/types';
import { blake2AsHex } from '@polkadot/util-crypto';
import { fromHex } from '../../bytes/hex.ts';
import type { RootEffect } from '../../domain/governance/referendum.ts';
import type { Hex } from '../../domain/units.ts';
import { type ChainAt, callOf } from './chain-at.ts';

/** Calls inside calls that are looked into. */
const DEEPEST = 6;
/** Calls of one proposal that are looked at. */
const MOST_CALLS = 100;

/** A call as far as it was understood, and the hash that has to be on the whitelist for it. */
export interface ReadProposal {
  readonly effects: readonly RootEffect[];
  readonly whitelistHash: Hex | null;
}

/**
 * What root of the relay chain does when `call` is dispatched on the governing chain: by the messages that it sends upwards, or
 * by itself where the relay chain governs itself. `preimage` gives bytes of a call that is named by hash.
 */
export function readProposal(
  hub: ChainAt,
  relay: ChainAt,
  call: Call,
  preimage: (hash: Hex, length: number) => Uint8Array | null,
): ReadProposal {
  const effects: RootEffect[] = [];
  let whitelistHash: Hex | null = null;
  let left = MOST_CALLS;
  const look = (at: ChainAt, one: Call, isRelay: boolean, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > DEEPEST) return;
    const effect = isRelay ? effectOf(one) : null;
    if (effect) effects.push(effect);
    const name = `${one.section}.${one.method}`;
    if (name === 'whitelist.dispatchWhitelistedCall') {
      const hash = one.args[0]?.toHex() as Hex;
      whitelistHash = hash;
      const bytes = preimage(hash, Number(one.args[1]?.toString()));
      const inner = bytes && callOf(at, bytes);
      if (inner) look(at, inner, isRelay, depth + 1);
      return;
    }
    if (name === 'whitelist.dispatchWhitelistedCallWithPreimage') {
      const bytes = one.args[0]?.toU8a() ?? new Uint8Array();
      whitelistHash = blake2AsHex(bytes) as Hex;
    }
    if (/^(polkadotXcm|xcmPallet)\.send$/.test(name)) {
      for (const bytes of transactedAsRoot(one)) {
        const inner = callOf(relay, bytes);
        if (inner) look(relay, inner, true, depth + 1);
      }
      return;
    }
    for (const inner of innerCalls(one)) look(at, inner, isRelay, depth + 1);
  };
  look(hub, call, hub === relay, 0);
  return { effects, whitelistHash };
}

function effectOf({ section, method, args }: Call): RootEffect | null {
  const [para, second, third] = args;
  const paraId = Number(para?.toString());
  switch (`${section}.${method}`) {
    case 'paras.authorizeForceSetCurrentCodeHash':
      return {
        kind: 'authorise-code',
        paraId,
        codeHash: second?.toHex() as Hex,
        validPeriod: Number(third?.toString()),
      };
    case 'registrar.removeLock':
    case 'registrar.forceRemoveLock':
      return { kind: 'remove-lock', paraId };
    case 'paras.forceNoteNewHead':
    case 'paras.forceSetCurrentHead':
      return { kind: 'note-head', paraId, head: second?.toHex() as Hex };
    default:
      return null;
  }
}

/** Calls among the arguments of a call, such as those of a batch. */
function innerCalls({ args }: Call): Call[] {
  return args.flatMap((argument) =>
    isCall(argument) ? [argument] : isList(argument) ? [...argument].filter(isCall) : [],
  );
}

/** The calls that a message for the relay chain has executed as root, in whichever version of XCM it is. */
function transactedAsRoot({ args }: Call): Uint8Array[] {
  const [destination, message] = args.map((argument) => argument.toJSON());
  const [place] = Object.values(
    (destination ?? {}) as Record<string, { parents?: number; interior?: unknown }>,
  );
  if (place?.parents !== 1 || JSON.stringify(place.interior).toLowerCase().indexOf('here') < 0) return [];
  const [instructions] = Object.values((message ?? {}) as Record<string, unknown>);
  if (!Array.isArray(instructions)) return [];
  return instructions.flatMap((one: unknown) => {
    const transact = (one as { transact?: Record<string, unknown> } | null)?.transact;
    const kind = transact?.originKind ?? transact?.originType;
    const encoded = (transact?.call as { encoded?: string } | undefined)?.encoded;
    return kind === 'Superuser' && encoded !== undefined ? [fromHex(encoded)] : [];
  });
}

function isCall(value: unknown): value is Call {
  return typeof value === 'object' && value !== null && 'callIndex' in value && 'section' in value;
}

function isList(value: Codec): value is Codec & Iterable<Codec> {
  return Array.isArray(value);
}
