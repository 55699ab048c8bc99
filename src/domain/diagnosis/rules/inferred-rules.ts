import type { DiagnosisFacts } from '../facts.ts';
import { cooldown, needsNoBlock, oldRule, patchedCode, rootCall } from '../remedies.ts';
import type { Rule } from '../rule.ts';
import { codeSwitch, fromPara, fromRelay, lastHead, relayUpgrade } from '../stated.ts';
import { isNear, RELAY_UPGRADE } from './near.ts';
import { isPending, pendingFacts, STUCK_WARNINGS, stuckRemedies } from './pending-upgrade.ts';

/** What fits to what is known, where no block was seen to fail. */
export const INFERRED_RULES: readonly Rule[] = [
  {
    name: 'many stopped together',
    cause: 'fleet-wide',
    signs:
      'more than half of the watched paras (of three or more) stopped within two relay blocks of each other, and this one’s next block does not fail',
    needs: [],
    ruledOutByABlock: false,
    holds: ({ fleet }) => fleet.watched >= 3 && fleet.stoppedTogether * 2 > fleet.watched,
    curableByCode: () => false,
    confidence: () => 'inferred',
    sentence: ({ fleet }) =>
      `${fleet.stoppedTogether} of ${fleet.watched} watched paras stopped at the same relay block: backing is broken, not this para`,
    facts: (facts) => [
      fromRelay(
        facts,
        'watched paras with a core that stopped at the same relay block',
        'Paras.MostRecentContext',
        `${facts.fleet.stoppedTogether} of ${facts.fleet.watched}`,
      ),
      lastHead(facts),
    ],
    remedies: () => ['waiting a session', 'the validators of the relay chain'],
    warnings: () => ['a rescue of this para: the others would stay as they are'],
  },
  {
    name: 'it stopped when the relay chain was upgraded',
    cause: 'relay-upgrade',
    signs:
      'the last head was included at most 20 relay blocks after the relay chain changed its own runtime; the next block works here, or could not be tried, and the para’s own code did not change near that',
    needs: ['relayUpgrade'],
    ruledOutByABlock: false,
    holds: ({ relayUpgradedAt, codeChangedAt, observation }) =>
      isNear(relayUpgradedAt, observation.mostRecentContext, RELAY_UPGRADE) &&
      !isNear(codeChangedAt, observation.mostRecentContext),
    curableByCode: () => false,
    confidence: () => 'inferred',
    sentence: ({ relayUpgradedAt, nextBlock }) =>
      `the para stopped when the relay chain changed its own runtime at block ${relayUpgradedAt}: old collators do not understand it${nextBlock?.kind === 'accepted' ? '; its own runtime does, for its next block was built here and validators would take it' : ''}`,
    facts: (facts) => [...relayUpgrade(facts), lastHead(facts)],
    remedies: () => ['updating the collators’ software'],
    warnings: () => ['a code upgrade of the para: its runtime is not what fails'],
  },
  {
    name: 'no endpoint knows the head',
    cause: 'head-lost',
    signs: 'every configured endpoint of the para answers, and none of them knows the included head',
    needs: ['headKnown'],
    ruledOutByABlock: false,
    holds: ({ headKnown }) => headKnown?.known === false,
    curableByCode: () => false,
    confidence: ({ headKnown }) => ((headKnown?.endpoints ?? 0) > 1 ? 'agreed' : 'told'),
    sentence: ({ headKnown, observation: { head } }) =>
      `none of the ${headKnown?.endpoints} configured endpoints of the para knows its included head ${head ? `${head.number} ${head.hash}` : 'as stored on the relay chain'}; the best block that one of them tells is ${headKnown?.best ?? 'none'}`,
    facts: (facts) => [
      {
        ...fromPara(
          facts,
          'endpoints that know the included head',
          'chain_getHeader',
          `0 of ${facts.headKnown?.endpoints}`,
        ),
        where: 'nodes of the para',
        confidence: (facts.headKnown?.endpoints ?? 0) > 1 ? 'agreed' : 'told',
      },
      fromRelay(facts, 'included head', 'Paras.Heads', facts.observation.head?.hash),
    ],
    remedies: () => [
      'an endpoint that holds the block (these may only be behind, or keep no old blocks)',
      'if no node has it, recovering it from availability: validators keep it for about a day',
    ],
    warnings: () => ['rewriting the head: message queues and every anchor of a vote rest on it'],
  },
  {
    name: 'an upgrade is due',
    cause: 'upgrade-stuck',
    signs:
      'an upgrade that waits for a block of the para has been due since before now, no head was included since, and the next block could not be tried',
    needs: ['nextBlock'],
    ruledOutByABlock: true,
    holds: (facts) => isPending(facts) && isOverdue(facts) && facts.nextBlock === undefined,
    curableByCode: () => false,
    confidence: () => 'inferred',
    sentence: ({ observation: { futureCodeHash, futureCodeUpgrade } }) =>
      `an upgrade to ${futureCodeHash} is due since relay block ${futureCodeUpgrade} and waits for a para block, which does not come; the manager cannot replace it (the next block could not be tried so far)`,
    facts: (facts) => [...pendingFacts(facts), lastHead(facts)],
    remedies: (facts) => [
      'nodes of the para that serve its last state, to try the next block on',
      ...stuckRemedies(facts),
    ],
    warnings: () => STUCK_WARNINGS,
  },
  {
    name: 'an unexpected signal to go ahead',
    cause: 'bad-runtime',
    signs:
      '`Paras.UpgradeGoAheadSignal` is `GoAhead`, and the para waits for no upgrade (`ParachainSystem.PendingValidationCode` is empty); the next block could not be tried',
    needs: ['paraUpgrade'],
    ruledOutByABlock: true,
    holds: ({ observation, paraPending, nextBlock }) =>
      observation.upgradeGoAhead === 'GoAhead' && paraPending === false && nextBlock === undefined,
    curableByCode: () => true,
    confidence: () => 'inferred',
    sentence: () =>
      'the relay chain signals GoAhead for an upgrade that the para itself never scheduled, at which runtimes made of cumulus panic (its next block could not be tried so far)',
    facts: (facts) => [
      fromRelay(facts, 'signal to go ahead', 'Paras.UpgradeGoAheadSignal', facts.observation.upgradeGoAhead),
      fromPara(facts, 'upgrade that the para waits for', 'ParachainSystem.PendingValidationCode', null),
      lastHead(facts),
    ],
    remedies: (facts) => [
      ...patchedCode(facts, 'which passes over the signal'),
      'root of the relay chain, which notes the same head anew (paras.forceNoteNewHead): that takes the signal away',
    ],
    warnings: (facts) => [
      'another upgrade by the registrar under the old rule, which sets the same signal again',
      ...oldRule(facts),
    ],
  },
  {
    name: 'its code changed near the onset',
    cause: 'bad-runtime',
    signs:
      'the para stopped at most 300 relay blocks after its code changed, and its next block could not be tried',
    needs: ['codeSwitch'],
    ruledOutByABlock: true,
    holds: ({ nextBlock, codeChangedAt, observation: { mostRecentContext } }) =>
      nextBlock === undefined && isNear(codeChangedAt, mostRecentContext),
    curableByCode: () => true,
    confidence: () => 'inferred',
    sentence: ({ codeChangedAt }) =>
      `the para stopped soon after its code changed at relay block ${codeChangedAt}: the new runtime is the likely cause (its next block could not be tried so far)`,
    facts: (facts) => [...codeSwitch(facts), lastHead(facts)],
    remedies: (facts) => [
      'nodes of the para that serve its last state, to try the next block on',
      ...patchedCode(facts),
    ],
    warnings: (facts) => [
      'setting the head: message queues differ afterwards, and the code stays',
      ...oldRule(facts),
    ],
  },
  {
    name: 'validators rejected the last upgrade',
    cause: 'pvf-rejected',
    signs:
      '`Paras.UpgradeGoAheadSignal` is `Abort`, which stays until the next head, nothing waits, and the next block could not be tried. A rejection before the last head explains nothing',
    needs: ['nextBlock'],
    ruledOutByABlock: true,
    holds: ({ pvfRejectedAt, observation: { futureCodeHash, mostRecentContext, upgradeGoAhead } }) =>
      futureCodeHash === null &&
      (upgradeGoAhead === 'Abort' ||
        (pvfRejectedAt !== undefined && pvfRejectedAt > (mostRecentContext ?? 0))),
    curableByCode: needsNoBlock,
    confidence: () => 'inferred',
    sentence: () => 'the validators rejected the last code that was scheduled for the para',
    facts: (facts) => [
      fromRelay(
        facts,
        'signal of the last upgrade',
        'Paras.UpgradeGoAheadSignal',
        facts.observation.upgradeGoAhead ?? `Abort, seen last at relay block ${facts.pvfRejectedAt}`,
      ),
      fromRelay(facts, 'upgrade that waits', 'Paras.FutureCodeHash', facts.observation.futureCodeHash),
      lastHead(facts),
    ],
    remedies: rejectionRemedies,
    warnings: (facts) => ['the same code again: it is rejected again', ...oldRule(facts)],
  },
];

function isOverdue({
  observation: { futureCodeUpgrade, relay, mostRecentContext },
}: DiagnosisFacts): boolean {
  return (
    futureCodeUpgrade !== null &&
    futureCodeUpgrade <= relay.number &&
    (mostRecentContext ?? 0) < futureCodeUpgrade
  );
}

/** The way of the registrar, and where that is closed those that are not. */
function rejectionRemedies(facts: DiagnosisFacts): readonly string[] {
  if (!needsNoBlock(facts)) {
    return [
      'the way of the collators: the code that the relay chain stores was not changed by the rejection, so nodes that run it, or a substitute equal to it with the same spec version, go on',
      `root of the relay chain, which sets other code at once: ${rootCall(facts)}`,
    ];
  }
  const wait = cooldown(facts);
  return [
    `a different code${wait === null ? '' : ` after ${wait}`}${wait === null ? '' : '; anybody may pay to end it sooner where the relay chain has paras.removeUpgradeCooldown'}`,
  ];
}
