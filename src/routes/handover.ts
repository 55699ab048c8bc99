import { type Acting, type MultisigAccount, multisigTurn } from '../domain/chain/acting.ts';
import { appsLink, type Handover, handoverHints, shellWord } from '../domain/chain/handover.ts';
import type { ParaId } from '../domain/units.ts';
import type { ActingLook } from './acting.ts';

/** What a command line needs to be given again. */
export interface CommandPlace {
  readonly para: ParaId;
  readonly relay: readonly string[];
  /** Command, and the flags of its own: `code schedule --code fixed.wasm`. */
  readonly words: readonly string[];
}

/** The command with which one signatory, or the account itself, makes its part of the call. */
export function commandOf({ para, relay, words }: CommandPlace, multisig: MultisigAccount | null): string {
  const isOfPolicy = words.includes('--policy');
  return [
    'pararescue',
    ...words,
    ...(isOfPolicy ? [] : ['--para', String(para)]),
    ...(relay.length === 0 ? ['--relay', 'RELAY'] : relay.flatMap((url) => ['--relay', url])),
    ...(multisig ? ['--multisig', `${multisig.threshold}:${multisig.signatories.join(',')}`] : []),
    '--signer-file',
    'KEYSTORE',
    '--yes',
  ]
    .map(shellWord)
    .join(' ');
}

/** The document for whoever signs outside. */
export function handoverOf(
  { title, effect }: Pick<Handover, 'title' | 'effect'>,
  look: ActingLook,
  { signer, multisig }: Acting,
  place: CommandPlace,
): Handover {
  const { ownPrepared } = look;
  const approvals = look.multisig?.state.approval?.approvals ?? [];
  const [url] = place.relay;
  const link = appsLink(url, ownPrepared);
  const whoever = signer ?? look.account ?? look.real;
  const open = multisig
    ? multisig.signatories.filter((by) => multisigTurn(multisig, approvals, by).kind !== 'wait')
    : [whoever];
  const command = commandOf(place, multisig);
  return {
    title,
    effect,
    ...ownPrepared.decoded,
    callHash: ownPrepared.hash,
    length: (ownPrepared.data.length - 2) / 2,
    data: ownPrepared.data,
    by: look.account ?? look.real,
    multisig: multisig && {
      signatories: multisig.signatories,
      threshold: multisig.threshold,
      approvals,
    },
    link,
    hints: handoverHints(link, multisig),
    commands: open.map((by) => ({ by, command })),
  };
}
