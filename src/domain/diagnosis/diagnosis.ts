import type { ParaObservation } from '../chain/observation.ts';
import { isLiveLifecycle } from '../chain/stall.ts';
import { oneLine } from '../plain-text.ts';
import type { KnownHead } from '../ports/para.ts';
import type { Hex, RelayBlock } from '../units.ts';
import { failingPlace, type TrialFailure, type TrialVerdict } from './trial.ts';

export const CAUSES = [
  'relay-stalled',
  'inclusion-frozen',
  'fleet-wide',
  'not-live',
  'no-core',
  'foreign-head',
  'upgrade-stuck',
  'code-mismatch',
  'bad-runtime',
  'relay-upgrade',
  'head-lost',
  'pvf-rejected',
  'collators-down',
] as const;
export type Cause = (typeof CAUSES)[number];

/** What is known of a stalled para. `undefined` means not known; a rule that needs it is then passed over. */
export interface DiagnosisFacts {
  readonly observation: ParaObservation;
  readonly relayLive: boolean;
  /** Of the watched paras with a core: how many, and how many stopped at about the same relay block as this one. */
  readonly fleet: { readonly watched: number; readonly stoppedTogether: number };
  /** Relay block at which the relay's own runtime changed last, as far as it was watched. */
  readonly relayUpgradedAt: RelayBlock | undefined;
  /** Relay block at which `Paras.CurrentCodeHash` changed last, as far as it was watched. */
  readonly codeChangedAt: RelayBlock | undefined;
  /** Relay block at which `UpgradeGoAheadSignal` was last seen as `Abort` since the last code change; it stays until the next head. */
  readonly pvfRejectedAt: RelayBlock | undefined;
  /** blake2-256 of `:pending_code` or else `:code` at the included head, from the para's own state. */
  readonly paraCodeHash: Hex | undefined;
  /** Whether any para node knows the included head. */
  readonly headKnown: KnownHead | undefined;
  /** How the block after the included head ended when it was really built and validated. What could not be tried is not known. */
  readonly nextBlock: TrialVerdict | undefined;
  /** Why it could not be tried, where that is known. */
  readonly untried: string | undefined;
}

export interface Diagnosis {
  readonly cause: Cause;
  /** True when new validation code is a cure, so that a vote on one makes sense. */
  readonly curableByCode: boolean;
  /** What is wrong, in one plain line. */
  readonly sentence: string;
  /** What helps. */
  readonly helps: string;
  /** What is useless or does harm. */
  readonly avoid: string;
}

/** A diagnosis with the age of what it rests on. */
export interface ParaDiagnosis extends Diagnosis {
  /** Relay block on which the next block was really tried last; null while it could not be tried on what there is now. */
  readonly triedAt: RelayBlock | null;
}

/** Most of a panic message that is shown: it comes from a runtime that may be hostile. */
const LONGEST_PANIC = 200;
/** A code change counts as near the onset when the para stopped at most this many relay blocks after it. */
export const NEAR_ONSET: RelayBlock = 300;
/** The same for a change of the relay chain's own runtime. */
const RELAY_UPGRADE: RelayBlock = 20;

/** First rule that holds, from the top, on finalized state only. */
export function diagnose(facts: DiagnosisFacts): Diagnosis {
  for (const rule of RULES) {
    const diagnosis = rule(facts);
    if (diagnosis) return diagnosis;
  }
  const because = facts.untried === undefined ? '' : ` (${oneLine(facts.untried, LONGEST_PANIC)})`;
  const core =
    facts.observation.hasCore === undefined
      ? '. Whether a core is assigned to it, this relay chain does not tell: look at its coretime too'
      : '';
  return {
    cause: 'collators-down',
    curableByCode: false,
    sentence:
      facts.nextBlock?.kind === 'accepted'
        ? `the para’s next block was built here and validators would take it, but no block of it is included: its collators are down or cannot reach the relay chain${core}`
        : `no block of the para is included, and its next block could not be tried so far${because}: its collators are down or cannot be reached${core}`,
    helps: 'the operators of the collators',
    avoid: 'calls on the relay chain',
  };
}

type Rule = (facts: DiagnosisFacts) => Diagnosis | null;

const RULES: readonly Rule[] = [
  ({ relayLive, observation }) =>
    relayLive
      ? null
      : {
          cause: 'relay-stalled',
          curableByCode: false,
          sentence: `the relay chain itself does not finalize: it is ${observation.relayBest - observation.relay.number} blocks behind its best block`,
          helps: 'waiting; every clock is paused',
          avoid: 'any rescue',
        },
  ({ observation: { disputesFrozen } }) =>
    disputesFrozen === null || disputesFrozen === undefined
      ? null
      : {
          cause: 'inclusion-frozen',
          curableByCode: false,
          sentence: `a dispute has frozen inclusion on the whole relay chain since block ${disputesFrozen}`,
          helps: 'relay chain governance',
          avoid: 'code or head changes',
        },
  ({ fleet }) =>
    fleet.watched >= 3 && fleet.stoppedTogether * 2 > fleet.watched
      ? {
          cause: 'fleet-wide',
          curableByCode: false,
          sentence: `${fleet.stoppedTogether} of ${fleet.watched} watched paras stopped at the same relay block: backing is broken, not this para`,
          helps: 'waiting a session',
          avoid: 'a rescue of this para',
        }
      : null,
  ({ observation: { lifecycle } }) =>
    isLiveLifecycle(lifecycle)
      ? null
      : {
          cause: 'not-live',
          curableByCode: false,
          sentence: `the para is not live on the relay chain: its lifecycle is ${lifecycle ?? 'empty, it is not registered'}`,
          helps: 'registering or onboarding it',
          avoid: 'a code upgrade',
        },
  ({ observation: { hasCore } }) =>
    hasCore === false
      ? {
          cause: 'no-core',
          curableByCode: false,
          sentence: 'no core is assigned to the para: it is idle, not broken',
          helps: 'renewing coretime or ordering a core on demand',
          avoid: 'a code upgrade',
        }
      : null,
  ({ observation: { headData, head } }) =>
    headData !== null && head === null
      ? {
          cause: 'foreign-head',
          curableByCode: false,
          sentence: `its head on the relay chain (${(headData.length - 2) / 2} bytes) is no Substrate header: nothing can be read of its state, so no balance can be proven and nobody can vote`,
          helps: 'the operators of the para; relay chain governance or the registrar manager, without a vote',
          avoid: 'waiting for a vote of its holders',
        }
      : null,
  // A next block that works enacts it.
  ({ observation, nextBlock }) =>
    observation.futureCodeHash !== null &&
    observation.futureCodeUpgrade !== null &&
    nextBlock?.kind !== 'accepted'
      ? {
          cause: 'upgrade-stuck',
          curableByCode: false,
          sentence: `an upgrade to ${observation.futureCodeHash} waits for a para block that cannot come: the manager cannot replace it`,
          helps: 'a root batch that notes the same head again and sets the code, by governance',
          avoid: 'another upgrade by the registrar manager',
        }
      : null,
  // Heads that were included under another code than the para's own come from nodes with a substitute.
  ({ paraCodeHash, codeChangedAt, nextBlock, observation: { currentCodeHash, mostRecentContext } }) =>
    paraCodeHash !== undefined &&
    currentCodeHash !== null &&
    paraCodeHash !== currentCodeHash &&
    !(codeChangedAt !== undefined && mostRecentContext !== null && mostRecentContext > codeChangedAt)
      ? {
          cause: 'code-mismatch',
          curableByCode: true,
          sentence: `the relay chain stores code ${currentCodeHash}, but the para's own state holds ${paraCodeHash}${
            nextBlock?.kind === 'failed' ? `; the next block fails ${wordsOf(nextBlock)}` : ''
          }`,
          helps:
            "setting the relay's code to the para's, or giving every node a code substitute equal to the relay's",
          avoid: 'changing both',
        }
      : null,
  ({ nextBlock, codeChangedAt, relayUpgradedAt, observation: { mostRecentContext } }) =>
    nextBlock?.kind === 'failed'
      ? failedBlock(
          nextBlock,
          codeChangedAt !== undefined
            ? `its code changed at relay block ${codeChangedAt}`
            : near(relayUpgradedAt, mostRecentContext, RELAY_UPGRADE)
              ? `the relay chain changed its own runtime at block ${relayUpgradedAt}`
              : null,
        )
      : null,
  ({ relayUpgradedAt, observation, codeChangedAt }) =>
    near(relayUpgradedAt, observation.mostRecentContext, RELAY_UPGRADE) &&
    !near(codeChangedAt, observation.mostRecentContext)
      ? {
          cause: 'relay-upgrade',
          curableByCode: false,
          sentence: `the para stopped when the relay chain changed its own runtime at block ${relayUpgradedAt}: old collators do not understand it`,
          helps: 'updating the collators',
          avoid: 'a code upgrade of the para',
        }
      : null,
  ({ headKnown, observation: { head } }) =>
    headKnown?.known === false
      ? {
          cause: 'head-lost',
          curableByCode: false,
          sentence: `none of the ${headKnown.endpoints} configured endpoints of the para knows its included head ${head ? `${head.number} ${head.hash}` : 'as stored on the relay chain'}; the best block that one of them tells is ${headKnown.best ?? 'none'}`,
          helps:
            'an endpoint that holds the block (these may only be behind, or keep no old blocks); if no node has it, recovering it from availability',
          avoid: 'rewriting the head',
        }
      : null,
  ({ nextBlock, codeChangedAt, observation: { mostRecentContext } }) =>
    nextBlock === undefined && near(codeChangedAt, mostRecentContext)
      ? {
          cause: 'bad-runtime',
          curableByCode: true,
          sentence: `the para stopped soon after its code changed at relay block ${codeChangedAt}: the new runtime is the likely cause (its next block could not be tried so far)`,
          helps: 'patched code on the relay chain and the same code as a substitute on every node',
          avoid: 'a head reset',
        }
      : null,
  // What happened before the last head explains nothing about why there is no next one.
  ({ pvfRejectedAt, observation: { futureCodeHash, mostRecentContext } }) =>
    pvfRejectedAt !== undefined && pvfRejectedAt >= (mostRecentContext ?? 0) && futureCodeHash === null
      ? {
          cause: 'pvf-rejected',
          curableByCode: true,
          sentence: 'the validators rejected the last code that was scheduled for the para',
          helps: 'a different blob after the upgrade cooldown',
          avoid: 'the same blob again',
        }
      : null,
];

/** A block that fails is the runtime's fault, unless its words are known to be about something else. */
function failedBlock(failure: TrialFailure, trigger: string | null): Diagnosis {
  const { known } = failure;
  const meaning = known ? `; ${known.sentence}` : '';
  return {
    cause: 'bad-runtime',
    curableByCode: known?.curableByCode ?? true,
    sentence: `the next block fails ${wordsOf(failure)}${meaning}${trigger ? ` (${trigger})` : ''}`,
    helps: known?.helps ?? 'patched code on the relay chain and the same code as a substitute on every node',
    avoid: known?.avoid || 'a head reset',
  };
}

/** Where it fails, and what was said of it. */
function wordsOf(failure: TrialFailure): string {
  return `${failingPlace(failure)}: ${oneLine(failure.words, LONGEST_PANIC)}`;
}

function near(event: RelayBlock | undefined, onset: RelayBlock | null, window = NEAR_ONSET): boolean {
  return event !== undefined && onset !== null && onset >= event - 2 && onset - event <= window;
}
