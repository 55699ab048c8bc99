import { encodeLittle } from '../../src/bytes/scale.ts';

export const U128_MAX = (1n << 128n) - 1n;

/** SCALE encoding of a `System.Account` value: four u32 and four u128. */
export function accountInfo(balance: { free?: bigint; reserved?: bigint; frozen?: bigint }): Uint8Array {
  const { free = 0n, reserved = 0n, frozen = 0n } = balance;
  const counters = [0, 0, 1, 0].flatMap((counter) => [...encodeLittle(counter, 4)]);
  const balances = [free, reserved, frozen, 1n << 127n].flatMap((amount) => [...encodeLittle(amount, 16)]);
  return Uint8Array.from([...counters, ...balances]);
}
