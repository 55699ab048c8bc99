import { z } from 'zod';
import { readKey } from '../blocks/point.ts';
import { toHex } from '../bytes/hex.ts';
import { ScaleReader } from '../bytes/scale.ts';
import type { ChainRuntime } from '../chain/nodes/chain-runtime.ts';
import type { StateDifference, SumChange } from '../domain/trial/difference.ts';
import type { State } from '../executor/storage/state.ts';
import type { Task } from '../executor/task.ts';
import { storageKey, storagePrefix } from '../proof/index.ts';
import { type ChangedKey, isSame } from './state-difference.ts';

const ISSUANCE = storageKey('Balances', 'TotalIssuance');
const ACCOUNTS = toHex(storagePrefix('System', 'Account'));

/** `Balances.TotalIssuance` of both states; null where one of them does not hold a u128 there. */
export function* issuanceChange(before: State, after: State): Task<SumChange | null> {
  const [from, to] = [yield* readKey(before, ISSUANCE), yield* readKey(after, ISSUANCE)];
  if (from?.length !== 16 || to?.length !== 16) return null;
  return {
    before: new ScaleReader(from, 'issuance').u128(),
    after: new ScaleReader(to, 'issuance').u128(),
  };
}

/** What the changed entries of `System.Account` hold, added up on each side of the change. */
export function accountSums(
  changes: readonly ChangedKey[],
  before: ChainRuntime,
  after: ChainRuntime,
): StateDifference['accounts'] {
  const [heldBefore, heldAfter] = [heldBy(before), heldBy(after)];
  const sums = { changed: 0, before: 0n, after: 0n };
  for (const change of changes) {
    if (!change.key.startsWith(ACCOUNTS) || isSame(change)) continue;
    const [held, holds] = [heldBefore(change.before), heldAfter(change.after)];
    if (held === null || holds === null) return null;
    sums.changed += 1;
    sums.before += held;
    sums.after += holds;
  }
  return sums;
}

/** What an entry holds as a runtime writes it: nothing where there is none, null where it cannot be read. */
function heldBy(runtime: ChainRuntime): (value: Uint8Array | null) => bigint | null {
  const item = runtime.storage('System', 'Account');
  return (value) => {
    if (value === null) return 0n;
    try {
      const { success, data } = accountSchema.safeParse(item?.decode(value));
      return success ? data.data.free + data.data.reserved : null;
    } catch {
      return null;
    }
  };
}

const amount = z.union([z.number(), z.string()]).transform(BigInt);
const accountSchema = z.object({ data: z.object({ free: amount, reserved: amount }) });
