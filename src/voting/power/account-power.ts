import { fromHex, toHex } from '../../bytes/hex.ts';
import { describeAccount } from '../../domain/account-names.ts';
import { RescueError } from '../../domain/errors.ts';
import { collatorsAlone } from '../../domain/policy/collator-rules.ts';
import type { Policy, PowerSource } from '../../domain/policy/policy.ts';
import type { Hex, Planck } from '../../domain/units.ts';
import { collatorsAt } from './collator-set.ts';
import { type PowerLayout, STANDARD_LAYOUT } from './layout/power-layout.ts';
import { EVERYWHERE } from './power-adapter.ts';
import { adapterOf } from './power-adapters.ts';
import { PowerStorage, type ProvenValue } from './power-storage.ts';

/** What of a policy decides who votes, and what the vote weighs. */
export type PowerRules = Pick<Policy, 'power' | 'excluded'> &
  Partial<Pick<Policy, 'strictProofs' | 'collators'>>;
/** Tells the proven value of a storage key; null when it's proven to be absent. */
export type StorageLookup = (key: Uint8Array) => ProvenValue;

/**
 * The account's voting power: the weighted sum over the policy's sources. Absent values count as zero, and so does an
 * excluded account. All `…At` and `…From` functions throw RESCUE_PROOF_INVALID when values do not have the layout, and
 * RESCUE_POLICY_UNEXECUTABLE when the layout does not cover the policy.
 */
export function powerAt(
  policy: PowerRules,
  account: string,
  get: StorageLookup,
  layout: PowerLayout = STANDARD_LAYOUT,
): Planck {
  const power = weighedBalance(policy, account, new PowerStorage(layout, get));
  return exclusionOf(policy, account) === null ? power : 0n;
}

/**
 * Everything that could vote: weighted issuance minus what the excluded accounts hold. Sources that count different
 * portions of one token share its issuance, with the largest weight; it is an upper bound where a policy leaves parts
 * of a balance uncounted or lets them weigh less. Zero where collators alone decide: nothing is read then.
 * @throws RESCUE_PROOF_INVALID also when the excluded accounts hold more than was issued.
 */
export function electorateAt(
  policy: PowerRules,
  get: StorageLookup,
  layout: PowerLayout = STANDARD_LAYOUT,
): Planck {
  if (collatorsAlone(policy)) return 0n;
  const storage = new PowerStorage(layout, get);
  let electorate = 0n;
  for (const [source, weight] of pools(policy)) {
    electorate += adapterOf(source).issuance(source, storage) * BigInt(weight);
  }
  for (const { account } of policy.excluded) {
    electorate -= weighedBalance(policy, account, storage);
    if (electorate < 0n) {
      throw new RescueError(
        'RESCUE_PROOF_INVALID',
        `The excluded accounts, up to ${describeAccount(account)}, hold more than the total issuance: the state of the para contradicts itself.`,
      );
    }
  }
  return electorate;
}

/** Why the policy gives the account no vote, or null when it has one. */
export function exclusionOf(policy: PowerRules, account: string): string | null {
  return exclusions(policy).get(account) ?? null;
}

/**
 * Storage keys that tell the power of an account (hex), each once. `known` tells values that were read already: keys
 * that depend on them, such as the ledger of a stash's controller, come only then.
 */
export function powerKeys(
  policy: PowerRules,
  account: string,
  layout: PowerLayout = STANDARD_LAYOUT,
  known: StorageLookup = () => null,
): Uint8Array[] {
  const { keys, get } = recording(known);
  weighedBalance(policy, account, new PowerStorage(layout, get, false));
  return keys;
}

/** Storage keys that tell who can vote: of every issuance, the power keys of every excluded account, then the lists of collators. */
export function electorateKeys(
  policy: PowerRules,
  layout: PowerLayout = STANDARD_LAYOUT,
  known: StorageLookup = () => null,
): Uint8Array[] {
  const { keys, get } = recording(known);
  if (!collatorsAlone(policy)) {
    const storage = new PowerStorage(layout, get, false);
    for (const [source] of pools(policy)) adapterOf(source).issuance(source, storage);
    for (const { account } of policy.excluded) weighedBalance(policy, account, storage);
  }
  collatorsAt(policy, get, layout);
  return keys;
}

/** `powerAt` from the values of `powerKeys`, in their order; not for sources whose keys depend on values. */
export function powerFrom(
  policy: PowerRules,
  account: string,
  values: readonly ProvenValue[],
  layout: PowerLayout = STANDARD_LAYOUT,
): Planck {
  return powerAt(policy, account, lookup(powerKeys(policy, account, layout), values), layout);
}

/** `electorateAt` from the values of `electorateKeys`, in their order. */
export function electorateFrom(
  policy: PowerRules,
  values: readonly ProvenValue[],
  layout: PowerLayout = STANDARD_LAYOUT,
): Planck {
  return electorateAt(policy, lookup(electorateKeys(policy, layout), values), layout);
}

/** Collects the keys that are asked for, each once. */
export function recording(known: StorageLookup): {
  readonly keys: Uint8Array[];
  readonly get: StorageLookup;
} {
  const keys: Uint8Array[] = [];
  const seen = new Set<Hex>();
  const get: StorageLookup = (key) => {
    const hex = toHex(key);
    if (!seen.has(hex)) {
      seen.add(hex);
      keys.push(key);
    }
    return known(key);
  };
  return { keys, get };
}

function weighedBalance({ power }: PowerRules, account: string, storage: PowerStorage): Planck {
  const id = fromHex(account);
  let sum = 0n;
  for (const source of power) sum += adapterOf(source).balance(source, id, storage) * BigInt(source.weight);
  return sum;
}

/** For each token one of its sources, and the most that a unit of it can weigh: units lie in one portion each. */
function pools({ power }: PowerRules): [PowerSource, number][] {
  const groups = new Map<string, PowerSource[]>();
  for (const source of power) {
    const pool = adapterOf(source).pool(source);
    groups.set(pool, [...(groups.get(pool) ?? []), source]);
  }
  return [...groups.values()].flatMap((sources): [PowerSource, number][] => {
    const [first] = sources;
    if (first === undefined) return [];
    const weights = EVERYWHERE.map((portion) =>
      sources
        .filter((source) => adapterOf(source).portions(source).includes(portion))
        .reduce((sum, { weight }) => sum + weight, 0),
    );
    return [[first, Math.max(...weights)]];
  });
}

const exclusionMaps = new WeakMap<Policy['excluded'], ReadonlyMap<string, string>>();

/** Policies are values that never change, so the lookup is made once for each. */
function exclusions({ excluded }: PowerRules): ReadonlyMap<string, string> {
  let map = exclusionMaps.get(excluded);
  if (map === undefined) {
    map = new Map(excluded.map(({ account, reason }) => [account, reason]));
    exclusionMaps.set(excluded, map);
  }
  return map;
}

/** A wrong number of values is a defect of the caller, and so are keys that only values tell. */
function lookup(keys: readonly Uint8Array[], values: readonly ProvenValue[]): StorageLookup {
  if (keys.length !== values.length) {
    throw new RescueError(
      'RESCUE_INTERNAL',
      `Expected one proven value for each storage key, got ${values.length} of ${keys.length}.`,
    );
  }
  const byKey = new Map(keys.map((key, index) => [toHex(key), values[index] ?? null]));
  return (key) => {
    const value = byKey.get(toHex(key));
    if (value !== undefined) return value;
    throw new RescueError(
      'RESCUE_INTERNAL',
      `The value of storage key ${toHex(key)}, which another value points to, was not given.`,
    );
  };
}
