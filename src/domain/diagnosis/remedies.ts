import type { DiagnosisFacts } from './facts.ts';
import { span } from './stated.ts';

/**
 * Whether code that the registrar schedules takes effect without a block of the para (polkadot-sdk of 2024 and later: the relay chain
 * has `Paras.FutureCodeUpgradesAt`). Under the old rule it waits for the next included head, and the registrar helps no dead para.
 */
export function needsNoBlock({ observation }: Pick<DiagnosisFacts, 'observation'>): boolean {
  return observation.futureCodeUpgradeAt !== undefined;
}

/** New code on the relay chain and with every node: the best way first. */
export function patchedCode(facts: DiagnosisFacts, like = ''): readonly string[] {
  const code = `patched code${like === '' ? '' : `, ${like},`}`;
  if (needsNoBlock(facts)) {
    return [`${code} as validation code on the relay chain, and the same code as a substitute on every node`];
  }
  return [
    `${code} set by root of the relay chain, and the same code as a substitute on every node: ${rootCall(facts)}`,
    'the way of the collators: their operators patch the client, where that is enough to get over the block',
  ];
}

/** What does not work under the old rule; nothing where the registrar helps. */
export function oldRule(facts: DiagnosisFacts): readonly string[] {
  return needsNoBlock(facts)
    ? []
    : [
        'an upgrade by the registrar, or a vote on one: this relay chain takes scheduled code into use with the next block of the para only, which cannot come',
      ];
}

/** The calls by which root sets code at once. */
export function rootCall({ observation: { authorizedCode } }: Pick<DiagnosisFacts, 'observation'>): string {
  const byHash = 'paras.authorizeForceSetCurrentCodeHash, after which anybody hands the code in';
  return `paras.forceSetCurrentCode${authorizedCode === undefined ? '' : `, or ${byHash}`}`;
}

/** From when on the registrar takes an upgrade again; null when nothing holds it up. */
export function cooldown({ observation }: DiagnosisFacts): string | null {
  const { upgradeCooldownUntil: until, upgradeRestriction, relay } = observation;
  if (until !== null && until > relay.number)
    return `the upgrade cooldown, which ends at relay block ${until}, in ${span(until - relay.number)}`;
  return upgradeRestriction === null ? null : 'the upgrade cooldown';
}
