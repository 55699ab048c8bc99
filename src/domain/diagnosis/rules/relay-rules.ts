import { isLiveLifecycle, isOnDemand } from '../../chain/stall.ts';
import type { Rule } from '../rule.ts';
import { fromRelay, lastHead, ofRelay } from '../stated.ts';

/** What the relay chain's own state says: it needs no para to be looked at, and no block of a para can speak against it. */
export const RELAY_RULES: readonly Rule[] = [
  {
    name: 'the relay chain does not finalize',
    cause: 'relay-stalled',
    signs: 'its best block is more than 20 blocks ahead of the last final one',
    needs: [],
    ruledOutByABlock: false,
    holds: ({ relayLive }) => !relayLive,
    curableByCode: () => false,
    confidence: () => 'told',
    sentence: ({ observation: { relayBest, relay } }) =>
      `the relay chain itself does not finalize: it is ${relayBest - relay.number} blocks behind its best block`,
    facts: (facts) => [
      {
        ...fromRelay(
          facts,
          'best block of the relay chain',
          'nodes of the relay chain',
          facts.observation.relayBest,
        ),
        where: 'nodes of the relay chain',
        confidence: 'told',
      },
      fromRelay(facts, 'its last final block', 'finality', facts.observation.relay.number),
    ],
    remedies: () => ['waiting: every clock is paused until it finalizes again'],
    warnings: () => ['any rescue: nothing that is sent is final'],
  },
  {
    name: 'a dispute froze inclusion',
    cause: 'inclusion-frozen',
    signs: '`ParasDisputes.Frozen` is set',
    needs: ['disputes'],
    ruledOutByABlock: false,
    holds: ({ observation: { disputesFrozen } }) => typeof disputesFrozen === 'number',
    curableByCode: () => false,
    confidence: ofRelay,
    sentence: ({ observation: { disputesFrozen } }) =>
      `a dispute has frozen inclusion on the whole relay chain since block ${disputesFrozen}`,
    facts: (facts) => [
      fromRelay(
        facts,
        'inclusion is frozen since block',
        'ParasDisputes.Frozen',
        facts.observation.disputesFrozen,
      ),
    ],
    remedies: () => ['governance of the relay chain, which lifts the freeze (parasDisputes.forceUnfreeze)'],
    warnings: () => ['changing code or head of the para: no para has blocks included'],
  },
  {
    name: 'it is not live',
    cause: 'not-live',
    signs: '`Paras.ParaLifecycles` is neither that of a parachain nor of a parathread',
    needs: [],
    ruledOutByABlock: false,
    holds: ({ observation: { lifecycle } }) => !isLiveLifecycle(lifecycle),
    curableByCode: () => false,
    confidence: ofRelay,
    sentence: ({ observation: { lifecycle } }) =>
      `the para is not live on the relay chain: its lifecycle is ${lifecycle ?? 'empty, it is not registered'}`,
    facts: (facts) => [fromRelay(facts, 'lifecycle', 'Paras.ParaLifecycles', facts.observation.lifecycle)],
    remedies: ({ observation: { lifecycle } }) => [
      lifecycle === 'Onboarding' ? 'waiting until it is onboarded' : 'registering or onboarding it again',
    ],
    warnings: () => ['a code upgrade: the relay chain includes no block of it, whatever its code'],
  },
  {
    name: 'it has no core',
    cause: 'no-core',
    signs:
      'no core is assigned to it (`ParaScheduler.CoreDescriptors`, or what older relay chains have in its place), and it is not in the claim queue, which alone is no proof; one that runs on demand is without a core for want of an order, unless its next block fails',
    needs: ['core'],
    ruledOutByABlock: false,
    // Orders come and go, and nobody orders for a para whose blocks fail.
    holds: ({ observation: { hasCore, lifecycle }, nextBlock }) =>
      hasCore === false && !(isOnDemand(lifecycle) && nextBlock?.kind === 'failed'),
    curableByCode: () => false,
    confidence: ofRelay,
    sentence: ({ observation: { lifecycle } }) =>
      isOnDemand(lifecycle)
        ? 'the para runs on demand and no core is ordered or assigned for it: it is idle, not broken'
        : 'no core is assigned to the para: it is idle, not broken',
    facts: (facts) => [
      fromRelay(
        facts,
        'cores that are assigned to it, and its place in the claim queue',
        'ParaScheduler.CoreDescriptors or what the era has in its place, ParachainHost_claim_queue',
        'none',
      ),
      lastHead(facts),
    ],
    remedies: ({ observation: { lifecycle } }) =>
      isOnDemand(lifecycle)
        ? ['ordering a core on demand', 'buying coretime']
        : ['renewing its coretime', 'ordering a core on demand'],
    warnings: () => ['a code upgrade: it changes nothing while there is no core'],
  },
  {
    name: 'its head is no header',
    cause: 'foreign-head',
    signs: '`Paras.Heads` holds something that is no Substrate header',
    needs: [],
    ruledOutByABlock: false,
    holds: ({ observation: { headData, head } }) => headData !== null && head === null,
    curableByCode: () => false,
    confidence: ofRelay,
    sentence: ({ observation: { headData } }) =>
      `its head on the relay chain (${headBytes(headData)} bytes) is no Substrate header: nothing can be read of its state, so no balance can be proven and nobody can vote`,
    facts: (facts) => [
      fromRelay(facts, 'head data', 'Paras.Heads', `${headBytes(facts.observation.headData)} bytes`),
      lastHead(facts),
    ],
    remedies: () => [
      'the operators of the para, who know its nodes',
      'governance of the relay chain or the registrar manager, without a vote',
    ],
    warnings: () => ['waiting for a vote of its holders: none can be held'],
  },
  {
    name: 'backed blocks do not become available',
    cause: 'not-available',
    signs:
      'validators have backed candidates after the last head (`ParaInclusion.V1`), none of which is included within 10 relay blocks',
    needs: ['candidates'],
    ruledOutByABlock: false,
    holds: ({ candidates, observation: { relay, mostRecentContext } }) =>
      candidates !== undefined &&
      candidates.firstAt !== null &&
      candidates.firstAt > (mostRecentContext ?? 0) &&
      relay.number - candidates.firstAt >= AVAILABILITY &&
      relay.number - (candidates.lastAt ?? 0) < BACKED_LATELY,
    curableByCode: () => false,
    confidence: ofRelay,
    sentence: ({ candidates }) =>
      `validators back its blocks since relay block ${candidates?.firstAt}, and none of them becomes available`,
    facts: (facts) => [
      fromRelay(
        facts,
        'first candidate that was backed after the last head',
        'ParaInclusion.V1',
        facts.candidates?.firstAt,
      ),
      fromRelay(facts, 'last one', 'ParaInclusion.V1', facts.candidates?.lastAt),
      fromRelay(facts, 'candidates that wait to be available', 'ParaInclusion.V1', facts.candidates?.pending),
      lastHead(facts),
    ],
    remedies: () => [
      'waiting a session: other validators are assigned then',
      'the validators and the maintainers of their software, with the candidate’s hash',
    ],
    warnings: () => ['a code upgrade: validators take its blocks already'],
  },
];

/** Relay blocks after which a candidate is given up on relay chains of today (`paras_availability_period`). */
const AVAILABILITY = 10;
/** What was backed longer ago than this says nothing of the present. */
const BACKED_LATELY = 100;

function headBytes(headData: string | null): number {
  return headData === null ? 0 : (headData.length - 2) / 2;
}
