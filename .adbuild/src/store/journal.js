import { RescueError } from '../domain/errors.js';
import { journalKey, journalOf } from './keys.js';
import { journalRecord } from './records.js';
/** Irreversible steps, by para. */
export function createJournal(database) {
    return {
        get: (key) => database.read(journalKey(paraOf(key), key), journalRecord),
        put: (entry) => database.exclusively(() => database.write([{ key: journalKey(paraOf(entry.key), entry.key), value: entry }])),
        list: (paraId) => database.readRange(journalOf(paraId), journalRecord),
    };
}
/** The para id that a journal key begins with. */
function paraOf(key) {
    const digits = /^(\d{1,10})\//.exec(key)?.[1];
    const paraId = Number(digits);
    if (digits === undefined || paraId > 0xffff_ffff) {
        throw new RescueError('RESCUE_INTERNAL', `a journal key begins with "<para id>/", this one does not: ${key}`);
    }
    return paraId;
}
//# sourceMappingURL=journal.js.map