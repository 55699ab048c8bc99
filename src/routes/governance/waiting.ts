import type { GovernanceLook, Referendum, RootEffect } from '../../domain/governance/referendum.ts';
import { stageText, whitelistText } from '../../domain/governance/sentences.ts';
import type { Hex } from '../../domain/units.ts';

/** What is waited for until root has authorised `codeHash`, in a sentence, as far as governance shows it. */
export function authorisationText(codeHash: Hex, look: GovernanceLook | null): string {
  const what = `the relay chain's governance to authorise code ${codeHash}`;
  if (look === null) return what;
  const concerned = look.referenda.filter(({ effects }) => effects.some((effect) => isIt(effect, codeHash)));
  const [best] = concerned.toSorted((a, b) => rank(b) - rank(a));
  if (!best) {
    const other = look.referenda.find(isOpen);
    return other === undefined
      ? `${what}: no referendum asks for it yet ("pararescue governance prepare" makes the calls)`
      : `${what}: no referendum asks for it, but referendum ${other.index} is about the para too`;
  }
  const whitelist = whitelistText(best);
  const lost =
    best.stage.kind === 'dispatched' && look.messagesWaiting === 0
      ? '; no message of it waits on the relay chain: if the code is not authorised, its call failed there or another one came after it'
      : '';
  return `${what}: referendum ${best.index} ${stageText(best.stage, null)}${whitelist === null ? '' : `; ${whitelist}`}${lost}`;
}

function isIt(effect: RootEffect, codeHash: Hex): boolean {
  return effect.kind === 'authorise-code' && effect.codeHash === codeHash && effect.validPeriod > 0;
}

function isOpen({ stage: { kind } }: Referendum): boolean {
  return kind !== 'ended' && kind !== 'dispatched';
}

const ORDER = ['ended', 'dispatched', 'preparing', 'queued', 'deciding', 'confirming', 'scheduled'] as const;

function rank({ stage }: Referendum): number {
  return ORDER.indexOf(stage.kind);
}
