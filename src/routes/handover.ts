import { type Acting, type MultisigAccount, multisigTurn } from '../domain/chain/acting.ts';
import type { PreparedCall } from '../domain/chain/extrinsics.ts';
import { appsLink, type Handover, handoverHints, shellWord } from '../domain/chain/handover.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { ChainView } from '../domain/route/view.ts';
import type { ParaId } from '../domain/units.ts';
import type { ActingLook } from './acting.ts';
import { holds } from './facts.ts';
import type { HandedOver } from './route.ts';
import { hasMoved, UNREADABLE_HEAD } from './route-context.ts';

/** What a command line needs to be given again. */
export interface CommandPlace {
  readonly para: ParaId;
  readonly relay: readonly string[];
  /** Command, and the flags of its own: `code schedule --code fixed.wasm`. */
  readonly words: readonly string[];
}

/** The key of whoever gives the command, who then is asked nothing. */
export const BY_KEYSTORE = ['--signer-file', 'KEYSTORE', '--yes'] as const;

/** Without a signature. */
export const BY_NOBODY = ['--yes'] as const;

/** A command of ours, as shells take it. */
export function commandLine(words: readonly string[]): string {
  return ['pararescue', ...words].map(shellWord).join(' ');
}

/** The flags that name a chain's nodes; `otherwise` where none may be told. */
export function nodeWords(flag: string, urls: readonly string[], otherwise: string): readonly string[] {
  return (urls.length === 0 ? [otherwise] : urls).flatMap((url) => [flag, url]);
}

/** The command with which one signatory, or the account itself, makes its part of the call. */
export function commandOf(
  { para, relay, words }: CommandPlace,
  multisig: MultisigAccount | null,
  by: readonly string[] = BY_KEYSTORE,
): string {
  const isOfPolicy = words.includes('--policy');
  return commandLine([
    ...words,
    ...(isOfPolicy ? [] : ['--para', String(para)]),
    ...nodeWords('--relay', relay, 'RELAY'),
    ...(multisig ? ['--multisig', `${multisig.threshold}:${multisig.signatories.join(',')}`] : []),
    ...by,
  ]);
}

/** The document for a call of the relay chain that is made as one account, by whoever acts for it. */
export function handoverOf(
  about: Pick<Handover, 'title' | 'effect'>,
  look: ActingLook,
  { signer, multisig }: Acting,
  place: CommandPlace,
): Handover {
  const approvals = look.multisig?.state.approval?.approvals ?? [];
  const whoever = signer ?? look.account ?? look.real;
  const open = multisig
    ? multisig.signatories.filter((by) => multisigTurn(multisig, approvals, by).kind !== 'wait')
    : [whoever];
  const command = commandOf(place, multisig);
  const plain = callHandover(about, look.ownPrepared, {
    chain: 'relay chain',
    url: place.relay[0],
    by: look.account ?? look.real,
    commands: open.map((by) => ({ by, command })),
  });
  return {
    ...plain,
    multisig: multisig && {
      signatories: multisig.signatories,
      threshold: multisig.threshold,
      approvals,
    },
    hints: handoverHints(plain.link, multisig),
  };
}

/** The document for a call that one account makes alone: the one that is named, or anybody. */
export function callHandover(
  { title, effect }: Pick<Handover, 'title' | 'effect'>,
  prepared: PreparedCall,
  how: Pick<Handover, 'by' | 'commands'> & {
    readonly chain: NonNullable<Handover['chain']>;
    /** A node of that chain, for the link. */
    readonly url: string | undefined;
    readonly hints?: readonly string[];
  },
): Handover {
  const { data, hash, decoded } = prepared;
  const { chain, url, by, commands, hints = [] } = how;
  const link = appsLink(url, prepared);
  return {
    title,
    effect,
    chain,
    ...decoded,
    callHash: hash,
    length: (data.length - 2) / 2,
    data,
    by,
    multisig: null,
    link,
    hints: [...handoverHints(link, null), ...hints],
    commands,
  };
}

export function nothing(why: string): HandedOver {
  return { kind: 'nothing', why };
}

/** Why nothing has to be signed any more to bring the code there; null when it is not there, and wanted. */
export function whyOver(rescue: DecidedRound, view: ChainView): string | null {
  const { codeHash } = rescue.approved;
  if (holds({ kind: 'code-scheduled-or-current', codeHash }, view)) {
    return `the relay chain shows code ${codeHash} as scheduled or current already`;
  }
  const moved = hasMoved(rescue, view);
  if (moved === null) return UNREADABLE_HEAD;
  return moved ? 'the para includes blocks again' : null;
}
