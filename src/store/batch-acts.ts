import { type Act, fingerprint, keyText } from './acts-file.ts';
import { isAct, type Key, paraOfKey } from './keys.ts';

/** What the file of acts says of a batch. A record that belongs to no para is an act of every para in its batch. */
export function actsOf(
  writes: readonly { readonly key: Key; readonly value: Uint8Array | null; readonly note?: string }[],
): Act[] {
  const paras = [...new Set(writes.flatMap(({ key }) => paraOfKey(key) ?? []))];
  return writes
    .filter(({ key }) => isAct(key))
    .map(({ key, value, note }) => {
      const own = paraOfKey(key);
      return {
        key: keyText(key),
        value: value === null ? null : fingerprint(value),
        paras: own === null ? paras : [own],
        ...(note !== undefined && { note }),
      };
    });
}
