import { InvalidArgumentError } from 'commander';
import { SMALLEST_GAP } from '../../domain/chain/living.ts';
import type { Hex, ParaId, Planck } from '../../domain/units.ts';

/** Arguments that can be read without loading anything; what is none ends the command as wrong usage. */

/** Para id. */
export const paraArgument = (text: string): ParaId =>
  below(2 ** 32, text, 'a para id is a whole number below 2^32.');

/** Spec or transaction version. */
export const versionArgument = (text: string): number =>
  below(2 ** 32, text, 'a version is a whole number below 2^32.');

/** Any number that JavaScript holds exactly. */
export const sequenceArgument = (text: string): number =>
  below(Number.MAX_SAFE_INTEGER + 1, text, 'a sequence is a whole number.');

/** A number of things. */
export const countArgument = (text: string): number => below(1_000_000_000, text, 'it is a whole number.');

/** Relay blocks without a head after which a para counts as stopped: a shorter gap would make a dead one of every para that lives. */
export function gapArgument(text: string): number {
  const gap = countArgument(text);
  if (gap >= SMALLEST_GAP) return gap;
  throw new InvalidArgumentError(
    `a living para has that many relay blocks between two of its heads; at least ${SMALLEST_GAP}.`,
  );
}

/** A hash: 32 bytes of hex. */
export function hashArgument(text: string): Hex {
  return hex(text, 'a hash is 0x and 64 hex digits.', 32);
}

/** Bytes of any length. */
export function dataArgument(text: string): Hex {
  return hex(text, 'it is 0x and whole bytes of hex.');
}

/** An amount in the smallest unit of a token. */
export function amountArgument(text: string): Planck {
  if (/^\d{1,38}$/.test(text)) return BigInt(text);
  throw new InvalidArgumentError('an amount is a whole number in the smallest unit.');
}

/** Collects an option that can be given more than once. */
export function repeated(text: string, others: readonly string[] | undefined): readonly string[] {
  return [...(others ?? []), text];
}

/** Collects `NAME=INDEX`, types of proxies of a para as its metadata numbers them. */
export function proxyTypeArgument(
  text: string,
  others: Readonly<Record<string, number>> | undefined,
): Readonly<Record<string, number>> {
  const [, name, index] = /^([A-Z]\w{0,49})=(\d{1,3})$/.exec(text) ?? [];
  if (name === undefined || Number(index) > 255) {
    throw new InvalidArgumentError('it is the name of a type and its index, such as Governance=3.');
  }
  return { ...others, [name]: Number(index) };
}

function below(limit: number, text: string, problem: string): number {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (number < limit) return number;
  throw new InvalidArgumentError(problem);
}

function hex(text: string, problem: string, bytes?: number): Hex {
  const lower = text.toLowerCase();
  const whole = /^0x(?:[0-9a-f]{2})*$/.test(lower);
  if (whole && (bytes === undefined || lower.length === 2 + 2 * bytes)) return lower as Hex;
  throw new InvalidArgumentError(problem);
}
