import { canonicalJson } from '../../domain/canonical-json.ts';
import { RescueError } from '../../domain/errors.ts';
import type { PowerSource } from '../../domain/policy/policy.ts';
import type { Rate, StoredAmount } from '../../domain/policy/rate-rules.ts';
import type { Planck } from '../../domain/units.ts';
import { amountAt } from './layout/shape.ts';
import type { PowerAdapter, WantedItem } from './power-adapter.ts';
import type { PowerStorage } from './power-storage.ts';

/** What balances of FRAME are kept in: neither part of a rate, nor what comes of it, is larger. */
const LIMIT = 1n << 128n;

/** The source's rate; undefined where its units count as they are. */
export function rateOf(source: PowerSource): Rate | undefined {
  return 'rate' in source ? source.rate : undefined;
}

/**
 * Counts what the units of a token stand for: `balance × numerator ÷ denominator`, in whole numbers, rounded down, both read with
 * proof at the anchor like everything else. Balances are rounded down one by one and the issuance as a whole, so that the issuance is
 * never less than the sum of all balances.
 */
export function rated(adapter: PowerAdapter): PowerAdapter {
  return {
    ...adapter,
    wants: (source) => adapter.wants(source).map((items) => [...items, ...itemsOf(rateOf(source))]),
    // At another rate it is another token: its issuance is counted by itself.
    pool: (source) => `${adapter.pool(source)} at ${canonicalJson(rateOf(source) ?? null)}`,
    balance: (source, account, storage) =>
      scaled(adapter.balance(source, account, storage), rateOf(source), storage),
    issuance: (source, storage) => scaled(adapter.issuance(source, storage), rateOf(source), storage),
  };
}

function itemsOf(rate: Rate | undefined): WantedItem[] {
  if (rate === undefined) return [];
  return [rate.numerator, rate.denominator].map(({ item: name, keys, field }) => {
    const [pallet = '', item = ''] = name.split('.');
    return { pallet, item, keys: keys.map((asset) => ({ asset })), amounts: [[field]] };
  });
}

function scaled(amount: Planck, rate: Rate | undefined, storage: PowerStorage): Planck {
  if (rate === undefined) return amount;
  const [numerator, denominator] = [rate.numerator, rate.denominator].map((part) => [
    part,
    read(part, storage),
  ]) as [[StoredAmount, bigint], [StoredAmount, bigint]];
  if (!storage.complete) return 0n;
  for (const [part, value] of [numerator, denominator]) {
    if (value === 0n) {
      throw refused(
        `${nameOf(part)} is zero or missing at the last head, so that nobody can say what a unit stands for`,
      );
    }
    if (value >= LIMIT) throw refused(`${nameOf(part)} is ${value}, more than any balance can be`);
  }
  const result = (amount * numerator[1]) / denominator[1];
  if (result < LIMIT) return result;
  throw refused(
    `by ${nameOf(numerator[0])} and ${nameOf(denominator[0])} ${amount} units stand for ${result}`,
  );
}

function read({ item, keys, field }: StoredAmount, storage: PowerStorage): bigint {
  const value = storage.read(item, ...keys.map((key, index) => storage.assetKey(item, index, key)));
  return value === null ? 0n : storage.decoded(item, () => amountAt(value, field));
}

function nameOf({ item, keys, field }: StoredAmount): string {
  const of = keys.length === 0 ? '' : `(${keys.join(', ')})`;
  return `${item}${of}${field === '' ? '' : `, ${field},`}`;
}

function refused(why: string): RescueError {
  return new RescueError(
    'RESCUE_POLICY_UNEXECUTABLE',
    `The rate by which the policy counts a token cannot be used: ${why}.`,
  );
}
