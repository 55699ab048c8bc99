import type { Acting, MultisigAccount } from '../../domain/chain/acting.ts';
import type { Handover } from '../../domain/chain/handover.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { ActingLook } from '../../routes/acting.ts';
import { type CommandPlace, commandOf } from '../../routes/handover.ts';
import type { ActingFlags } from './acting-flags.ts';
import { accountText } from './signing.ts';
import { facts } from './table.ts';

/** As which account, and whose turn it is. */
export async function actingText(look: ActingLook, { signer, multisig }: Acting): Promise<string> {
  const approvals = look.multisig?.state.approval?.approvals ?? [];
  return facts([
    ['made as', await accountText(look.real)],
    ['by proxy', look.reach.kind === 'proxy' && look.account ? await accountText(look.account) : null],
    [
      'multisig',
      multisig &&
        `${multisig.threshold} of ${multisig.signatories.length}, ${multisig.account}; approved by ${approvals.length === 0 ? 'nobody yet' : approvals.join(', ')}`,
    ],
    ['signed by', signer && (await accountText(signer))],
    ['next', nextText(look, approvals.length, multisig)],
  ]);
}

function nextText({ turn }: ActingLook, approvals: number, multisig: MultisigAccount | null): string | null {
  if (multisig === null || turn === null) return null;
  switch (turn) {
    case 'approve':
      return `this signatory approves the call by its hash: ${approvals + 1} of ${multisig.threshold}`;
    case 'execute':
      return 'this signatory supplies the whole call, which is made with that';
    case 'wait':
      return `this signatory has approved; ${multisig.threshold - approvals} more needed`;
  }
}

/** The lines of a handover: what people need who do not read the file. */
export async function handoverText(handover: Handover, file: string | undefined): Promise<string> {
  const lines: [string, string | null][] = [
    ['outside', `${handover.title}: ${handover.effect}`],
    ['chain', handover.chain ?? 'relay chain'],
    ['file', file ?? null],
    ['link', handover.link],
  ];
  for (const hint of handover.hints) lines.push(['note', hint]);
  for (const { by, command } of handover.commands) {
    lines.push(['command', by === null ? command : `${command}  # ${await accountText(by)}`]);
  }
  return facts(lines);
}

/** Who has to give the same command after this approval. */
export async function nextSignatories(
  multisig: MultisigAccount,
  approvals: readonly AccountHex[],
  place: CommandPlace,
): Promise<string> {
  const left = multisig.signatories.filter((account) => !approvals.includes(account));
  const names = await Promise.all(left.map(accountText));
  return facts([
    ['next', `${multisig.threshold - approvals.length} of these: ${names.join(', ')}`],
    ['command', commandOf(place, multisig)],
  ]);
}

/** Whether the flags name somebody who signs elsewhere. */
export function isOutside({ account }: Pick<ActingFlags, 'account'>): boolean {
  return account !== undefined;
}
