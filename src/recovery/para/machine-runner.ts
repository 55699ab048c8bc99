import { type Actor, createActor, type Snapshot } from 'xstate';
import type { RecoveryContext } from '../../../machines/context.ts';
import type { RecoveryEvent } from '../../../machines/judgements.ts';
import { restorable, voidedRound } from '../../../machines/migrations.ts';
import { RECOVERY_MACHINE, RECOVERY_VERSION, recoveryMachine } from '../../../machines/recovery.ts';
import { type NewServiceEvent, newEvent, type ServiceEvent } from '../../domain/events.ts';
import type { SnapshotStore } from '../../domain/ports/snapshots.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';

export type RecoveryMachine = typeof recoveryMachine;
export type RecoveryActors = Parameters<RecoveryMachine['provide']>[0]['actors'];

export interface MachineRunnerOptions {
  readonly paraId: ParaId;
  readonly snapshots: SnapshotStore;
  /** The actors; a restored one runs at once, before `startMachine` has returned, and still can wait for `saved`. */
  readonly actors: (saved: () => Promise<void>) => NonNullable<RecoveryActors>;
  readonly now: () => number;
  /** Called after a transition was saved, in order. */
  readonly onSaved: (events: readonly ServiceEvent[]) => void;
  /** The database refused a snapshot: nothing may go on as if it had been saved. */
  readonly onSaveFailed: (error: unknown) => void;
}

/** Runs the machine of one para and saves every transition, in order, before anybody acts on it. */
export interface MachineRunner {
  state(): string;
  context(): RecoveryContext;
  send(event: RecoveryEvent): void;
  /** Resolves when every transition up to now is on disk. Irreversible effects wait for it. */
  saved(): Promise<void>;
  /** Leaves the state and begins as for a para that was never seen; `why` is told with it. */
  discard(why: { readonly possible: RelayBlock }): Promise<void>;
  stop(): Promise<void>;
}

/** `upgrading.carryingOut` for nested states. */
export function stateName(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value !== 'object') return String(value);
  return Object.entries(value)
    .map(([parent, child]) => `${parent}.${stateName(child)}`)
    .join(',');
}

/**
 * Starts or restores the machine of a para.
 * @throws RescueError RESCUE_SNAPSHOT_INVALID when the saved snapshot does not fit this machine.
 */
export async function startMachine(options: MachineRunnerOptions): Promise<MachineRunner> {
  const { paraId, snapshots, now, onSaved, onSaveFailed } = options;
  let tail: Promise<void> = Promise.resolve();
  const saved = async (): Promise<void> => {
    // A save may add another one behind it; wait until the chain stands still.
    for (let seen: Promise<void> | null = null; seen !== tail; ) {
      seen = tail;
      await seen;
    }
  };
  const machine = recoveryMachine.provide({ actors: options.actors(saved) });
  const loaded = await snapshots.load(paraId);
  let actor: Actor<RecoveryMachine> = createActor(machine, {
    input: { paraId },
    ...(loaded ? { snapshot: restorable(loaded) as unknown as Snapshot<unknown> } : {}),
  });

  let lastState = stateName(actor.getSnapshot().value);
  let lastEnacted = actor.getSnapshot().context.headAtEnactment;
  let isReplaced = actor.getSnapshot().context.trouble?.code === 'RESCUE_CODE_REPLACED';
  /** As it was before the newest transition, which may have ended it. */
  let lastRound: Pick<RecoveryContext, 'round' | 'roundId'> = actor.getSnapshot().context;
  let lastSaved = '';
  const voided = loaded && voidedRound(loaded);
  /** Told with the next save. */
  let told: readonly NewServiceEvent[] = voided
    ? [newEvent(actor.getSnapshot().context, 'round-void', voided)]
    : [];
  let stopped = false;

  const save = (): void => {
    const snapshot = actor.getPersistedSnapshot();
    // Serialised now: a later transition must not leak into what is written for this one.
    const text = JSON.stringify(snapshot);
    if (text === lastSaved) return;
    lastSaved = text;
    const { value, context } = actor.getSnapshot();
    const state = stateName(value);
    const events = [
      ...told,
      ...(state === lastState ? [] : [stateChanged(context, lastState, state)]),
      ...(lastEnacted === null ? codeEnacted(context) : []),
      ...(isReplaced ? [] : codeReplaced(context, lastRound)),
    ];
    told = [];
    lastState = state;
    lastEnacted = context.headAtEnactment;
    isReplaced = context.trouble?.code === 'RESCUE_CODE_REPLACED';
    lastRound = context;
    const record = {
      machine: RECOVERY_MACHINE,
      version: RECOVERY_VERSION,
      savedAt: now(),
      snapshot: JSON.parse(text) as unknown,
    };
    tail = tail.then(() => snapshots.save(paraId, record, events)).then(onSaved);
    tail.catch(onSaveFailed);
  };

  const begin = (): void => {
    actor.subscribe({ next: save, error: onSaveFailed });
    actor.start();
  };
  begin();
  save();
  await tail;

  return {
    state: () => stateName(actor.getSnapshot().value),
    context: () => actor.getSnapshot().context,
    send: (event) => {
      // What a node answers after the end changes nothing any more; the next start looks again.
      if (!stopped) actor.send(event);
    },
    saved,
    discard: async ({ possible }) => {
      const { context } = actor.getSnapshot();
      const data = { saved: context.relayBlock, possible, state: lastState, round: context.round };
      actor.stop();
      actor = createActor(machine, { input: { paraId } });
      told = [newEvent({ paraId, relayBlock: null }, 'state-discarded', data)];
      begin();
      save();
      await saved();
    },
    stop: async () => {
      stopped = true;
      actor.stop();
      await tail.catch(() => undefined);
    },
  };
}

function stateChanged(context: RecoveryContext, from: string, to: string): NewServiceEvent {
  return newEvent(context, 'state-changed', {
    from,
    to,
    reason: context.trouble?.message ?? null,
    round: context.round,
    roundId: context.roundId,
    anchor: context.anchor?.head.hash ?? null,
    approved: context.approved,
  });
}

/** That the code of the round was replaced, when this context is the first one that knows of it. */
function codeReplaced(
  context: RecoveryContext,
  { round, roundId }: Pick<RecoveryContext, 'round' | 'roundId'>,
): NewServiceEvent[] {
  const { trouble } = context;
  if (trouble?.code !== 'RESCUE_CODE_REPLACED') return [];
  return [newEvent(context, 'code-replaced', { reason: trouble.message, round, roundId })];
}

/** The switch to the approved code, when this context is the first one that knows of it. */
function codeEnacted(context: RecoveryContext): NewServiceEvent[] {
  const { headAtEnactment: head, approved } = context;
  if (head === null || approved === null) return [];
  return [newEvent(context, 'code-enacted', { codeHash: approved.codeHash, head })];
}
