import { RescueError } from '../domain/errors.ts';
import type { Journal } from '../domain/ports/journal.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { RelaySubmitter } from '../domain/ports/submitter.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { RouteName, StepId } from '../domain/route/route.ts';
import type { ChainView } from '../domain/route/view.ts';
import type { Hex } from '../domain/units.ts';

/** What every route works with. */
export interface RouteContext {
  readonly relay: Pick<RelayReader, 'limits' | 'approvalState'>;
  readonly ledger: Pick<Ledger, 'code'>;
  readonly submitter: RelaySubmitter;
  readonly journal: Pick<Journal, 'get'>;
  /** Nodes of the relay chain as others may be told of them, for commands and links. */
  readonly relayUrls?: readonly string[];
}

/** Rounds that were decided before rounds had ids are known by head and number. */
export function roundName({ roundId, anchor, round }: DecidedRound): string {
  return roundId ?? `${anchor.head.hash}/${round}`;
}

/** `rest` tells acts of one step apart that are made more than once. Keys outlive versions: old journals are read by them. */
export function stepKey(
  decided: DecidedRound,
  route: RouteName,
  step: StepId,
  ...rest: readonly (string | number)[]
): string {
  return [decided.paraId, roundName(decided), route, step, ...rest].join('/');
}

/** The id of the step that a key is of, and what tells its acts apart; null for keys of other decisions and routes. */
export function readStepKey(
  decided: DecidedRound,
  route: RouteName,
  key: string,
): { readonly step: string; readonly rest: readonly string[] } | null {
  const prefix = `${[decided.paraId, roundName(decided), route].join('/')}/`;
  if (!key.startsWith(prefix)) return null;
  const [step = '', ...rest] = key.slice(prefix.length).split('/');
  return { step, rest };
}

/** Said while it cannot be told whether the para lives again. */
export const UNREADABLE_HEAD =
  'the head that the relay chain stores of the para cannot be read, so nothing tells whether it lives again';

/** Whether the para moved on from the anchor's head; null when its head cannot be read, which says nothing. */
export function hasMoved({ anchor }: DecidedRound, { observation: { head } }: ChainView): boolean | null {
  return head === null ? null : head.hash !== anchor.head.hash;
}

/** The approved blob. @throws RESCUE_STORE_CORRUPT */
/** Sizes of approved code by hash: the blob itself is megabytes, and the same at every block. */
export interface CodeSizes {
  /** Bytes of the code, read once. @throws RESCUE_STORE_CORRUPT when it is missing */
  load(rescue: DecidedRound): Promise<number>;
  /** 0 before it was loaded. */
  of(codeHash: Hex): number;
}

export function createCodeSizes(ledger: Pick<Ledger, 'code'>): CodeSizes {
  const sizes = new Map<Hex, number>();
  return {
    load: async (rescue) => {
      const { codeHash } = rescue.approved;
      const size = sizes.get(codeHash) ?? (await requireCode(ledger, rescue)).length;
      sizes.set(codeHash, size);
      return size;
    },
    of: (codeHash) => sizes.get(codeHash) ?? 0,
  };
}

export async function requireCode(
  ledger: Pick<Ledger, 'code'>,
  { approved }: DecidedRound,
): Promise<Uint8Array> {
  const code = await ledger.code(approved.codeHash);
  if (code) return code;
  throw new RescueError(
    'RESCUE_STORE_CORRUPT',
    `The approved code ${approved.codeHash} is missing in the database.`,
  );
}
