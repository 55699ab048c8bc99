import { z } from 'zod';
import { messageOf, RescueError } from '../src/domain/errors.ts';
import type { Hex } from '../src/domain/units.ts';
import type { Migration } from './migrations/migration.ts';
import { VERSION_1_TO_2 } from './migrations/version-1-to-2.ts';
import { VERSION_2_TO_3 } from './migrations/version-2-to-3.ts';
import { VERSION_3_TO_4 } from './migrations/version-3-to-4.ts';
import { RECOVERY_MACHINE, RECOVERY_VERSION, recoveryMachine } from './recovery.ts';

/** In order, none missing: each is tested on stored snapshots that the version it starts from really wrote. */
const MIGRATIONS: readonly Migration[] = [VERSION_1_TO_2, VERSION_2_TO_3, VERSION_3_TO_4];

const snapshotSchema = z.looseObject({
  status: z.enum(['active', 'done', 'error', 'stopped']),
  value: z.union([z.string(), z.record(z.string(), z.string())]),
  context: z.looseObject({
    paraId: z.int().min(0),
    relayBlock: z.int().min(0),
    history: z.looseObject({}),
    round: z.int().min(0),
  }),
  children: z.record(
    z.string(),
    z.looseObject({ src: z.string(), snapshot: z.looseObject({ status: z.string() }) }),
  ),
});

type RestorableSnapshot = z.infer<typeof snapshotSchema>;

/**
 * Checks a saved snapshot before it may run: right machine, a version that is this one or can be migrated, states that
 * exist, and only actors that the machine knows.
 * @throws RescueError RESCUE_SNAPSHOT_INVALID with what does not fit; nothing is changed or thrown away.
 */
export function restorable(
  saved: { readonly machine: string; readonly version: number; readonly snapshot: unknown },
  migrations: readonly Migration[] = MIGRATIONS,
): RestorableSnapshot {
  if (saved.machine !== RECOVERY_MACHINE) {
    throw invalid(`it was saved by a machine called "${saved.machine}", not "${RECOVERY_MACHINE}"`);
  }
  const parsed = snapshotSchema.safeParse(migrated(saved.version, saved.snapshot, migrations));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).replaceAll('\n', '; '));
  const snapshot = parsed.data;
  if (snapshot.status !== 'active') throw invalid(`its machine had ended with status "${snapshot.status}"`);
  if (!stateExists(snapshot.value))
    throw invalid(`the machine has no state ${JSON.stringify(snapshot.value)}`);
  for (const child of Object.values(snapshot.children)) {
    if (!(child.src in recoveryMachine.implementations.actors)) {
      throw invalid(`it invokes an actor "${child.src}" that the machine does not have`);
    }
  }
  return snapshot;
}

/** The round that was open when a version saved this whose rounds had no id: nothing that was signed for it counts any more. */
export function voidedRound(saved: {
  readonly version: number;
  readonly snapshot: unknown;
}): { readonly round: number; readonly anchor: Hex } | null {
  if (saved.version >= FIRST_WITH_IDS) return null;
  const parsed = votingSchema.safeParse(saved.snapshot);
  if (!parsed.success) return null;
  const { round, anchor } = parsed.data.context;
  return { round, anchor: anchor.head.hash };
}

const FIRST_WITH_IDS = 3;
const votingSchema = z.looseObject({
  value: z.literal('voting'),
  context: z.looseObject({
    round: z.int(),
    anchor: z.looseObject({ head: z.looseObject({ hash: z.templateLiteral(['0x', z.string()]) }) }),
  }),
});

function migrated(version: number, snapshot: unknown, migrations: readonly Migration[]): unknown {
  if (!Number.isSafeInteger(version) || version < 1 || version > RECOVERY_VERSION) {
    throw invalid(
      `it has version ${version}; this program reads versions 1 to ${RECOVERY_VERSION}. A newer program saved it: use that one`,
    );
  }
  let current = snapshot;
  for (let from = version; from < RECOVERY_VERSION; from += 1) {
    const step = migrations.find((migration) => migration.from === from);
    if (!step) throw invalid(`there is no migration from version ${from}`);
    try {
      current = step.migrate(current);
    } catch (error) {
      throw invalid(`what version ${from} saved is not as that version wrote it (${messageOf(error)})`);
    }
  }
  return current;
}

function stateExists(value: RestorableSnapshot['value']): boolean {
  if (typeof value === 'string') {
    const state = recoveryMachine.states[value as keyof typeof recoveryMachine.states];
    return state !== undefined && state.type === 'atomic';
  }
  return Object.entries(value).every(([parent, child]) => {
    const state = recoveryMachine.states[parent as keyof typeof recoveryMachine.states];
    return state !== undefined && Object.keys(state.states).includes(child);
  });
}

function invalid(reason: string): RescueError {
  return new RescueError(
    'RESCUE_SNAPSHOT_INVALID',
    `The saved state of the para cannot be restored: ${reason}.`,
  );
}
