import { CONDITIONS, type ConditionName } from '../chain/condition.ts';
import type { Cause } from '../diagnosis/causes.ts';
import type { ParaId, RelayBlock } from '../units.ts';

/** One para in the list of all. */
export interface FleetRow {
  readonly paraId: ParaId;
  /** By the configuration; null without one. */
  readonly name: string | null;
  readonly condition: ConditionName;
  /** One plain line about the condition. */
  readonly sentence: string;
  /** Relay blocks since the relay parent of its last head; null without a head, or while nothing is known. */
  readonly age: RelayBlock | null;
  /** Why it stopped, as far as the relay chain alone can tell, or what stopped many; null where it cannot. */
  readonly cause: Cause | null;
  /** Named in the configuration, with nodes of its own: asking for the para itself tells more. */
  readonly configured: boolean;
}

/** Whether nobody has to do anything about it. */
export function isWell({ condition }: Pick<FleetRow, 'condition'>): boolean {
  return condition === 'healthy' || condition === 'idle';
}

/** Conditions by how much somebody should look at them. */
const ORDER: readonly ConditionName[] = [
  'stalled',
  'unknown',
  'no-core',
  'not-live',
  'never-started',
  'not-registered',
  'idle',
  'healthy',
];

/** Troubles first, and of those the ones that began last; then by id. */
export function troublesFirst(rows: readonly FleetRow[]): FleetRow[] {
  const rank = ({ condition }: FleetRow) => ORDER.indexOf(condition);
  return [...rows].sort((a, b) => {
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (isWell(a)) return a.paraId - b.paraId;
    return (a.age ?? Number.MAX_SAFE_INTEGER) - (b.age ?? Number.MAX_SAFE_INTEGER) || a.paraId - b.paraId;
  });
}

/** How many there are of each. */
export function countConditions(conditions: Iterable<ConditionName>): Record<ConditionName, number> {
  const counts = Object.fromEntries(CONDITIONS.map((is) => [is, 0])) as Record<ConditionName, number>;
  for (const is of conditions) counts[is] += 1;
  return counts;
}

/** `3 stalled, 145 healthy`, troubles first; empty for none at all. */
export function countsText(counts: Readonly<Partial<Record<ConditionName, number>>>): string {
  return ORDER.flatMap((is) => (counts[is] ? [`${counts[is]} ${is}`] : [])).join(', ');
}
