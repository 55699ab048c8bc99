import type { AccountHex, Hex } from '../units.ts';
import type { Multisig } from './acting.ts';
import type { PreparedCall } from './extrinsics.ts';

export const HANDOVER_CHAINS = ['relay chain', 'contracts chain'] as const;

/** A call that somebody outside signs, with everything that is needed for it; JSON only. */
export interface Handover {
  readonly title: string;
  /** What shows that it is done, for people. */
  readonly effect: string;
  /** Where the call is made; versions that knew calls of the relay chain alone left it out. */
  readonly chain?: (typeof HANDOVER_CHAINS)[number] | undefined;
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** blake2-256 of `data`: what a wallet or a multisig shows. */
  readonly callHash: Hex;
  /** Bytes of `data`. */
  readonly length: number;
  readonly data: Hex;
  /** Who makes the call: the account that signs, or the multisig of the signatories; null when it is anybody, or any of those below. */
  readonly by: AccountHex | null;
  readonly multisig: (Multisig & { readonly approvals: readonly AccountHex[] }) | null;
  /** The call in polkadot-js apps; null when it is too long for a link. */
  readonly link: string | null;
  /** What to do where the link is missing, or a multisig has to be chosen. */
  readonly hints: readonly string[];
  /** A command for each who has to sign, or can; `by` is null where that is anybody. */
  readonly commands: readonly { readonly by: AccountHex | null; readonly command: string }[];
}

/** Longest call in a link: browsers and wallets cut longer ones. */
const MOST_LINKED_BYTES = 8_000;

/** Whether a URL names nothing but a node: a path or a query may hold a key of whoever runs it. */
export function isPlainUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { pathname, search, username } = new URL(url);
  return pathname === '/' && search === '' && username === '';
}

/** polkadot-js apps with the decoded call of a chain that is reached at `url`; null when it is too long. */
export function appsLink(url: string | undefined, { data }: Pick<PreparedCall, 'data'>): string | null {
  if ((data.length - 2) / 2 > MOST_LINKED_BYTES) return null;
  const node = url !== undefined && isPlainUrl(url) ? `?rpc=${encodeURIComponent(url)}` : '';
  return `https://polkadot.js.org/apps/${node}#/extrinsics/decode/${data}`;
}

/** What a person needs to know who has no command line at hand. */
export function handoverHints(
  link: string | null,
  multisig: Pick<Multisig, 'threshold' | 'signatories'> | null,
): string[] {
  return [
    ...(link === null
      ? [
          'the call is too long for a link: take its bytes from the file, and paste them as hex in polkadot-js apps under Developer, Extrinsics, Decode',
        ]
      : []),
    ...(multisig === null
      ? []
      : [
          `in a wallet choose the multisig of ${multisig.threshold} of ${multisig.signatories.length}; it shows the call hash above, and the last signatory supplies the whole call`,
        ]),
  ];
}

/** A word of a command line, as shells take it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
