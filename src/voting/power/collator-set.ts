import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { isKeyList } from '../../domain/policy/collator-rules.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { CollatorBody } from '../../domain/round/collators.ts';
import type { AccountHex } from '../../domain/units.ts';
import type { PowerLayout } from './layout/power-layout.ts';
import { type Decoded, fieldOf, type Shape } from './layout/shape.ts';
import { PowerStorage, type ProvenValue } from './power-storage.ts';

/** Far more than any para has; a list above it is not counted in part. */
const MOST_COLLATORS = 10_000;

/** Where an entry has its account when it holds more than that: `CandidateInfo`, stakes of several pallets, the tuples of `QueuedKeys`. */
const ACCOUNT_FIELDS = ['who', 'owner', 'account', '0'] as const;

/** Bytes of what the list names: keys of Aura have 32 on every chain. */
export function memberBytes(set: string, accountBytes: number): number {
  return isKeyList(set) ? 32 : accountBytes;
}

/** Field of the account in each entry of a list, empty where the entry is the account; null when the value is no such list. */
export function accountField(value: Shape, bytes: number): string | null {
  if (value.kind !== 'list') return null;
  const { of } = value;
  const isAccount = (shape: Shape | undefined) => shape?.kind === 'bytes' && shape.length === bytes;
  if (isAccount(of)) return '';
  if (of.kind !== 'struct') return null;
  return ACCOUNT_FIELDS.find((name) => isAccount(of.fields.find(([field]) => field === name)?.[1])) ?? null;
}

/**
 * The collators that the policy's lists name, each once however often they do, without those whom the policy excludes; null where
 * the policy has none decide. The body is empty where the lists name nobody.
 * @throws RESCUE_PROOF_INVALID when a list does not have its layout, RESCUE_POLICY_UNEXECUTABLE when the layout lacks it
 */
export function collatorsAt(
  { collators: rule, excluded }: Pick<Policy, 'excluded'> & Partial<Pick<Policy, 'collators'>>,
  get: (key: Uint8Array) => ProvenValue,
  layout: PowerLayout,
): CollatorBody | null {
  if (rule === undefined) return null;
  const storage = new PowerStorage(layout, get);
  const members = new Set<AccountHex>();
  for (const set of rule.sets) {
    const field = accountField(storage.item(set).value, memberBytes(set, layout.accountBytes));
    if (field === null) {
      throw new RescueError('RESCUE_POLICY_UNEXECUTABLE', `${set} of this para is no list of collators.`);
    }
    const entries = storage.read(set);
    if (!Array.isArray(entries)) continue;
    if (entries.length > MOST_COLLATORS) {
      throw new RescueError(
        'RESCUE_POLICY_UNEXECUTABLE',
        `${set} names ${entries.length} collators, and at most ${MOST_COLLATORS} are counted.`,
      );
    }
    for (const entry of entries) members.add(accountIn(entry, field));
  }
  for (const { account } of excluded) members.delete(account as AccountHex);
  return { members, rule };
}

function accountIn(entry: Decoded, field: string): AccountHex {
  const account = field === '' ? entry : fieldOf(entry, field);
  if (account instanceof Uint8Array) return toHex(account);
  throw new RescueError('RESCUE_INTERNAL', 'An entry without an account was decoded by its layout.');
}
