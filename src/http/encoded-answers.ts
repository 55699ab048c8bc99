/** Most bytes of answers that are kept. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Answers as bytes, encoded once for all who read them, however slowly they do. */
export interface EncodedAnswers {
  /** The bytes kept under `name`, if they were made of the same `parts` (by identity). */
  find(name: string, parts?: readonly unknown[]): Buffer | null;
  /** Keeps and returns them. */
  keep(name: string, bytes: Buffer, parts?: readonly unknown[]): Buffer;
}

/** What was used least lately is forgotten. */
export function createEncodedAnswers(most = MOST_BYTES): EncodedAnswers {
  const kept = new Map<string, { readonly parts: readonly unknown[]; readonly bytes: Buffer }>();
  let size = 0;
  const forget = (name: string): void => {
    size -= kept.get(name)?.bytes.length ?? 0;
    kept.delete(name);
  };
  const put = (name: string, entry: { readonly parts: readonly unknown[]; readonly bytes: Buffer }): void => {
    forget(name);
    kept.set(name, entry);
    size += entry.bytes.length;
    for (const oldest of kept.keys()) {
      if (size <= most || oldest === name) break;
      forget(oldest);
    }
  };
  return {
    find: (name, parts = []) => {
      const known = kept.get(name);
      if (known?.parts.length !== parts.length) return null;
      if (parts.some((part, index) => part !== known.parts[index])) return null;
      put(name, known);
      return known.bytes;
    },
    keep: (name, bytes, parts = []) => {
      put(name, { parts, bytes });
      return bytes;
    },
  };
}
