import type { Losses } from '../domain/ports/losses.ts';
import { acceptedLoss } from '../domain/records/loss.ts';
import type { Database } from './database.ts';
import { lossesOf, lossKey } from './keys.ts';

export function createLosses(database: Database): Losses {
  return {
    of: (paraId) => database.readRange(lossesOf(paraId), acceptedLoss),
    resume: (loss, at) =>
      database.exclusively(async () => {
        const key = lossKey(loss.paraId, loss.acceptedAt);
        const known = (await database.read(key, acceptedLoss)) ?? loss;
        if (known.resumedAt !== null) return known;
        const resumed = { ...known, resumedAt: at };
        await database.write([{ key, value: resumed }]);
        return resumed;
      }),
  };
}
