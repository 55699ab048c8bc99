import type { DiagnosisFacts } from '../facts.ts';
import { PANIC_CAUSES, type PanicCause, treatmentOf } from '../panics.ts';
import { oldRule, patchedCode, rootCall } from '../remedies.ts';
import type { Rule } from '../rule.ts';
import {
  codeSwitch,
  executed,
  fromPara,
  fromRelay,
  fromTrial,
  lastHead,
  ofRelay,
  relayUpgrade,
  span,
  wordsOf,
} from '../stated.ts';
import type { TrialFailure } from '../trial.ts';
import type { StatedFact } from '../verdict.ts';
import { isNear, RELAY_UPGRADE } from './near.ts';
import { isPending, pendingFacts, STUCK_WARNINGS, stuckRemedies } from './pending-upgrade.ts';

/** The next block, really tried, and what must keep every block from being taken. They come before all that is inferred. */
export const BLOCK_RULES: readonly Rule[] = [
  {
    name: 'an upgrade waits for a block that fails',
    cause: 'upgrade-stuck',
    signs:
      'an upgrade waits for a block of the para (`Paras.FutureCodeHash` and `Paras.FutureCodeUpgrades`), and the next block fails when it is tried',
    needs: ['nextBlock'],
    ruledOutByABlock: true,
    holds: (facts) => isPending(facts) && failed(facts) !== null,
    curableByCode: () => false,
    confidence: executed,
    sentence: (facts) => {
      const failure = failed(facts);
      return `an upgrade to ${facts.observation.futureCodeHash} waits for a para block that cannot come, so the manager cannot replace it${failure === null ? '' : `: the next block fails ${wordsOf(failure)}`}`;
    },
    facts: (facts) => [...pendingFacts(facts), ...fromTrial(facts), lastHead(facts)],
    remedies: (facts) => stuckRemedies(facts),
    warnings: () => STUCK_WARNINGS,
  },
  {
    name: 'the relay chain stores other code',
    cause: 'code-mismatch',
    signs:
      '`Paras.CurrentCodeHash` is not blake2-256 of the para’s own `:pending_code`, or else `:code`, at the included head, and no head was included under it',
    needs: ['paraCode'],
    ruledOutByABlock: false,
    // Heads that were included under another code than the para's own come from nodes with a substitute.
    holds: ({ paraCodeHash, codeChangedAt, observation: { currentCodeHash, mostRecentContext } }) =>
      paraCodeHash !== undefined &&
      currentCodeHash !== null &&
      paraCodeHash !== currentCodeHash &&
      !(codeChangedAt !== undefined && mostRecentContext !== null && mostRecentContext > codeChangedAt),
    curableByCode: () => true,
    confidence: ofRelay,
    sentence: (facts) => {
      const failure = failed(facts);
      return `the relay chain stores code ${facts.observation.currentCodeHash}, but the para's own state holds ${facts.paraCodeHash}${failure === null ? '' : `; the next block fails ${wordsOf(failure)}`}`;
    },
    facts: (facts) => [...bothCodes(facts), ...codeSwitch(facts), ...fromTrial(facts), lastHead(facts)],
    remedies: mismatchRemedies,
    warnings: (facts) => ['changing both: then no node has what validators run', ...oldRule(facts)],
  },
  ...PANIC_CAUSES.map(knownPanic),
  {
    name: 'the next block fails',
    cause: 'bad-runtime',
    signs:
      'the next block fails when it is tried, in words that are not known; or as if it was built by other code, though both codes are the same',
    needs: ['nextBlock'],
    ruledOutByABlock: true,
    holds: (facts) => {
      const failure = failed(facts);
      if (failure === null) return false;
      return failure.known === null || (failure.known.cause === 'other-code' && hasSameCode(facts));
    },
    curableByCode: () => true,
    confidence: executed,
    sentence: failingSentence,
    facts: failingFacts,
    remedies: (facts) => patchedCode(facts),
    warnings: (facts) => [HEAD_RESET, ...oldRule(facts)],
  },
  {
    name: 'message queues differ',
    cause: 'messages-differ',
    signs:
      'from `ParachainSystem.LastDmqMqcHead` (and `LastHrmpMqcHeads`) over the messages that wait, one does not come to `Dmp.DownwardMessageQueueHeads` (and `Hrmp.HrmpChannels`)',
    needs: ['queues'],
    ruledOutByABlock: true,
    holds: ({ queues }) => queues?.some(({ same }) => !same) === true,
    curableByCode: () => true,
    confidence: executed,
    sentence: ({ queues = [] }) => {
      const differing = queues
        .filter(({ same }) => !same)
        .map(({ sender }) => (sender === null ? 'the relay chain' : `para ${sender}`));
      const named = differing.slice(0, 3).join(', ');
      return `the messages that the para has taken are not those that were sent to it by ${named}${differing.length > 3 ? ` and ${differing.length - 3} more` : ''}: no block that takes the next ones is valid, as after a head was set back or forward`;
    },
    facts: (facts) => [...queueFacts(facts), ...fromTrial(facts), lastHead(facts)],
    remedies: (facts) => patchedCode(facts, "which takes over the relay chain's queue heads"),
    warnings: (facts) => [...treatmentOf('messages').warnings, ...oldRule(facts)],
  },
];

const HEAD_RESET = 'setting the head: the code is what fails, and message queues differ afterwards';
/** One rule a known kind of panic: each has its own cause and cure. */
function knownPanic(cause: PanicCause): Rule {
  const treatment = treatmentOf(cause);
  return {
    name: `the next block fails: ${cause}`,
    cause: treatment.diagnosis,
    signs: `the next block fails when it is tried: ${treatment.sentence}`,
    needs: ['nextBlock'],
    ruledOutByABlock: true,
    // Where both codes are known the comparison says more.
    holds: (facts) =>
      failed(facts)?.known?.cause === cause && !(cause === 'other-code' && facts.paraCodeHash !== undefined),
    curableByCode: (facts) => failed(facts)?.known?.curableByCode ?? treatment.curableByCode,
    confidence: executed,
    sentence: failingSentence,
    facts: (facts) => [
      ...failingFacts(facts),
      ...(cause === 'go-ahead'
        ? [
            fromRelay(
              facts,
              'signal to go ahead',
              'Paras.UpgradeGoAheadSignal',
              facts.observation.upgradeGoAhead,
            ),
          ]
        : []),
      ...(cause === 'messages' ? queueFacts(facts) : []),
    ],
    remedies: (facts) => {
      const { patch, remedies } = treatment;
      return patch === null ? remedies : [...patchedCode(facts, `which ${patch}`), ...remedies];
    },
    warnings: (facts) => [...treatment.warnings, ...(treatment.curableByCode ? oldRule(facts) : [])],
  };
}

function failed({ nextBlock }: DiagnosisFacts): TrialFailure | null {
  return nextBlock?.kind === 'failed' ? nextBlock : null;
}

function hasSameCode({ paraCodeHash, observation }: DiagnosisFacts): boolean {
  return paraCodeHash !== undefined && paraCodeHash === observation.currentCodeHash;
}

function bothCodes(facts: DiagnosisFacts): readonly StatedFact[] {
  return [
    fromRelay(facts, 'code that validators run', 'Paras.CurrentCodeHash', facts.observation.currentCodeHash),
    fromPara(
      facts,
      'code in the para’s own state, hashed',
      ':pending_code or :code',
      facts.paraCodeHash ?? 'not known',
    ),
  ];
}

function mismatchRemedies(facts: DiagnosisFacts): readonly string[] {
  const substitutes =
    "a code substitute on every node equal to the relay chain's code, where both carry the same spec version";
  const { authorizedCode, futureCodeUpgradeAt } = facts.observation;
  if (futureCodeUpgradeAt !== undefined)
    return ["setting the relay chain's code to that of the para's own state", substitutes];
  return [
    substitutes,
    `root of the relay chain, which sets the para's own code: ${rootCall({ observation: { ...facts.observation, authorizedCode } })}`,
  ];
}

function failingSentence(facts: DiagnosisFacts): string {
  const failure = failed(facts);
  if (failure === null) return 'the next block fails';
  const meaning = failure.known ? `; ${failure.known.sentence}` : '';
  const trigger = triggerOf(facts);
  return `the next block fails ${wordsOf(failure)}${meaning}${trigger === null ? '' : ` (${trigger})`}`;
}

function failingFacts(facts: DiagnosisFacts): readonly StatedFact[] {
  return [
    ...fromTrial(facts),
    ...(facts.paraCodeHash === undefined ? [] : bothCodes(facts)),
    ...codeSwitch(facts),
    ...(isNear(facts.relayUpgradedAt, facts.observation.mostRecentContext, RELAY_UPGRADE)
      ? relayUpgrade(facts)
      : []),
    ...(failed(facts)?.stage === 'outputs' ? constraintFacts(facts) : []),
    lastHead(facts),
  ];
}

/** What may have set it off; null where nothing is known to. */
function triggerOf(facts: DiagnosisFacts): string | null {
  const { codeChangedAt, relayUpgradedAt, observation } = facts;
  const context = observation.mostRecentContext;
  const byRelay = isNear(relayUpgradedAt, context, RELAY_UPGRADE)
    ? `the relay chain changed its own runtime at block ${relayUpgradedAt}`
    : null;
  if (codeChangedAt === undefined) return byRelay;
  // A code that has made blocks for long did not break by itself.
  if (byRelay !== null && !isNear(codeChangedAt, context)) return byRelay;
  const since = context === null ? 0 : context - codeChangedAt;
  const late = since > 0 ? `, ${span(since)} before the last head` : '';
  return `its code changed at relay block ${codeChangedAt}${late}`;
}

function constraintFacts(facts: DiagnosisFacts): readonly StatedFact[] {
  const { constraints } = facts;
  if (constraints === undefined) return [];
  const said = (what: string, value: unknown) => ({
    ...fromRelay(facts, what, 'ParachainHost_backing_constraints', value),
    confidence: executed(facts),
  });
  return [
    said(
      'messages to the relay chain that its queue still takes',
      `${constraints.upwardMessages}, of ${constraints.upwardBytes} bytes`,
    ),
    said('messages from the relay chain that wait', constraints.downwardMessages),
    said(
      'whether the para may bring new code',
      constraints.upgradeRestricted ? 'no, the cooldown runs' : 'yes',
    ),
  ];
}

function queueFacts(facts: DiagnosisFacts): readonly StatedFact[] {
  return (facts.queues ?? [])
    .filter(({ same }) => !same)
    .slice(0, 8)
    .flatMap(({ sender, para, relay }) => {
      const of =
        sender === null ? 'the queue of messages from the relay chain' : `the channel from para ${sender}`;
      return [
        fromRelay(
          facts,
          `head of ${of}`,
          sender === null ? 'Dmp.DownwardMessageQueueHeads' : 'Hrmp.HrmpChannels',
          relay,
        ),
        {
          ...fromPara(
            facts,
            `head of ${of}, from what the para has taken and what waits`,
            sender === null ? 'ParachainSystem.LastDmqMqcHead' : 'ParachainSystem.LastHrmpMqcHeads',
            para,
          ),
          confidence: executed(facts),
        },
      ];
    });
}
