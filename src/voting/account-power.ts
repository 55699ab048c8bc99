import { RescueError } from '../domain/errors.ts';
import type { Policy, PowerSource } from '../domain/policy.ts';
import { fromHex, type Planck } from '../domain/units.ts';
import type { PowerAdapter, ProvenValue } from './power-adapter.ts';
import { systemAccount } from './system-account.ts';

/** What of a policy decides voting power. */
export type PowerRules = Pick<Policy, 'power' | 'excluded'>;

const ADAPTERS: { readonly [Name in PowerSource['adapter']]: PowerAdapter<PowerSource & { adapter: Name }> } =
  {
    'system-account': systemAccount,
  };

/** Storage keys at the anchor that tell the power of an account (hex), in the order that `powerFrom` wants the values. */
export function powerKeys(policy: PowerRules, account: string): Uint8Array[] {
  const id = fromHex(account);
  return policy.power.flatMap((source) => ADAPTERS[source.adapter].keys(source, id));
}

/**
 * The account's voting power from the proven values of `powerKeys`: the weighted sum over the policy's sources.
 * Absent values count as zero, and so does an excluded account.
 * @throws RESCUE_PROOF_INVALID when the para's storage layout is not the one an adapter knows.
 */
export function powerFrom(policy: PowerRules, account: string, values: readonly ProvenValue[]): Planck {
  const power = weighedBalance(policy, account, values);
  return exclusionOf(policy, account) === null ? power : 0n;
}

/** Why the policy gives the account no vote, or null when it has one. */
export function exclusionOf(policy: PowerRules, account: string): string | null {
  return exclusions(policy).get(account) ?? null;
}

/** Storage keys that tell the electorate: issuance of every source, then the power keys of every excluded account. */
export function electorateKeys(policy: PowerRules): Uint8Array[] {
  return [
    ...policy.power.flatMap((source) => ADAPTERS[source.adapter].issuanceKeys(source)),
    ...policy.excluded.flatMap(({ account }) => powerKeys(policy, account)),
  ];
}

/**
 * Everything that could vote, from the proven values of `electorateKeys`: weighted issuance minus what the excluded
 * accounts hold. It is an upper bound where a policy leaves parts of a balance (such as reserved ones) uncounted.
 * @throws RESCUE_PROOF_INVALID for an unknown layout, or when the excluded accounts hold more than was issued.
 */
export function electorateFrom(policy: PowerRules, values: readonly ProvenValue[]): Planck {
  const rest = new ValueQueue(values);
  let electorate = 0n;
  for (const source of policy.power) {
    const adapter = ADAPTERS[source.adapter];
    const taken = rest.take(adapter.issuanceKeys(source).length);
    electorate += adapter.issuance(source, taken) * BigInt(source.weight);
  }
  for (const { account } of policy.excluded) {
    electorate -= weighedBalance(policy, account, rest.take(powerKeys(policy, account).length));
  }
  rest.end();
  if (electorate < 0n) {
    throw new RescueError(
      'RESCUE_PROOF_INVALID',
      'The excluded accounts hold more than the total issuance: the state of the para contradicts itself.',
    );
  }
  return electorate;
}

function weighedBalance(policy: PowerRules, account: string, values: readonly ProvenValue[]): Planck {
  const id = fromHex(account);
  const rest = new ValueQueue(values);
  let power = 0n;
  for (const source of policy.power) {
    const adapter = ADAPTERS[source.adapter];
    power += adapter.balance(source, rest.take(adapter.keys(source, id).length)) * BigInt(source.weight);
  }
  rest.end();
  return power;
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

/** Hands values out in the order of the keys; a wrong number of them is a defect of the caller. */
class ValueQueue {
  readonly #values: readonly ProvenValue[];
  #next = 0;

  constructor(values: readonly ProvenValue[]) {
    this.#values = values;
  }

  take(count: number): readonly ProvenValue[] {
    this.#next += count;
    if (this.#next > this.#values.length) this.end();
    return this.#values.slice(this.#next - count, this.#next);
  }

  end(): void {
    if (this.#next === this.#values.length) return;
    throw new RescueError(
      'RESCUE_INTERNAL',
      `Expected one proven value for each storage key, got ${this.#values.length} of ${this.#next}.`,
    );
  }
}
