import type { ParaObservation } from '../../../src/domain/chain/observation.ts';
import type { Sight } from '../../../src/domain/chain/sight.ts';
import type { ServiceEvent } from '../../../src/domain/events.ts';
import type { ParaStatus } from '../../../src/domain/views/status.ts';
import type { Truth } from './truth.ts';

/** Relay blocks of the policy and of the configuration. */
export interface Limits {
  readonly gap: number;
  readonly grace: number;
  readonly blindMs: number;
}

/** What is looked at of a para's status. */
type SaidOfPara = Pick<ParaStatus, 'condition' | 'stall'> & {
  readonly observation:
    | (Pick<ParaObservation, 'mostRecentContext' | 'actable'> & {
        readonly relay: Pick<ParaObservation['relay'], 'number'>;
      })
    | null;
};

/** The answer of `GET /health`. */
export interface HealthAnswer {
  readonly ok: boolean;
  readonly sight: Sight;
}

/** Milliseconds between the time that a block proves and its being final, at most. */
const SLACK_MS = 250;

/** States into which only a dead para comes. */
const RESCUING = /^(stalled|optInRescue|voting|escalated|upgrading)/;

export type Judge = ReturnType<typeof createJudge>;

/** Compares what the service says with what is so. Each says what is wrong; null for what is right. */
export function createJudge(truth: Truth, { gap, grace, blindMs }: Limits) {
  /** Whether the block became final within the limit before `askedAt`. */
  const isFresh = (block: number, askedAt: number): boolean =>
    (truth.finalAt(block) ?? 0) >= askedAt - blindMs - SLACK_MS;

  /** What is done for an approved code goes on when the first heads come: its lock is added again. */
  let isUpgrading = false;

  return {
    status: (
      { paras: [para] }: { readonly paras: readonly SaidOfPara[] },
      askedAt: number,
    ): string | null => {
      if (!para) return 'the status names no para';
      const { condition, observation, stall } = para;
      if (observation?.actable) {
        const { number } = observation.relay;
        const context = truth.context(number);
        if (context === undefined) return `the status rests on relay block ${number}, which there is not`;
        if (observation.mostRecentContext !== context)
          return `the status takes ${observation.mostRecentContext} for the context of the last head at ${number}, which is ${context}`;
      }
      if (condition.is === 'healthy') {
        if (!observation || !stall) return 'the para is called healthy by nothing';
        const { number } = observation.relay;
        const age = truth.age(number);
        if (age === null || age >= gap)
          return `the para is called healthy at relay block ${number}, where its last head is ${age} blocks old`;
        if (!isFresh(number, askedAt))
          return `the para is called healthy by relay block ${number}, which is older than the limit; the newest is ${truth.newest}`;
      }
      if (condition.is === 'stalled' && observation && stall?.stalled) {
        const age = truth.age(observation.relay.number);
        if (age === null || age < gap)
          return `the para is called stalled at relay block ${observation.relay.number}, where its last head is ${age} blocks old`;
      }
      return null;
    },

    health: ({ ok, sight }: HealthAnswer, askedAt: number): string | null => {
      if (!ok) return null;
      if (sight.block === null) return 'health is ok without a relay block';
      return isFresh(sight.block, askedAt)
        ? null
        : `health is ok by relay block ${sight.block}, which is older than the limit; the newest is ${truth.newest}`;
    },

    event: ({ type, relayBlock, data, message }: ServiceEvent): string | null => {
      const needed = ageNeeded(type, data);
      if (type === 'state-changed') isUpgrading = String(data.to).startsWith('upgrading');
      if (needed === null) return null;
      if (relayBlock === null) return `${type} names no relay block: ${message}`;
      const age = truth.age(relayBlock);
      return age !== null && age >= needed
        ? null
        : `${type} at relay block ${relayBlock}, where the last head is ${age} blocks old: ${message}`;
    },

    /** `block` is the newest one: whether the manager's account did something there. */
    extrinsics: (block: number): string | null => {
      const [before, now] = [truth.nonce(block - 1), truth.nonce(block)];
      if (before === undefined || now === undefined || before === now || isUpgrading) return null;
      // What was signed while it was dead may be included some blocks later.
      const wasDead = [0, 1, 2, 3, 4, 5].some((back) => (truth.age(block - back) ?? 0) >= gap);
      return wasDead
        ? null
        : `the manager's account acted in relay block ${block}, where the last head is ${truth.age(block)} blocks old`;
    },
  };

  /** Blocks without a head that an event says there were; null for events that say nothing of it. */
  function ageNeeded(type: string, { from, to }: ServiceEvent['data']): number | null {
    if (type === 'step-signed' || type === 'step-sent') return isUpgrading ? null : gap;
    if (type === 'condition-changed') return to === 'stalled' ? gap : null;
    if (type !== 'state-changed' || !RESCUING.test(String(to))) return null;
    // Whoever is being carried out may have its first heads.
    if (String(from).startsWith('upgrading')) return null;
    return to === 'stalled' ? gap : gap + grace;
  }
}
