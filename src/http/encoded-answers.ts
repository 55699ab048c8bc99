/** Most bytes that are kept: of answers, and of what it takes to keep them, or small ones could be without number. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Answers as bytes, encoded once for all who read them, however slowly they do. */
export interface EncodedAnswers {
  /** The bytes kept under `name`, if they were made of the same `parts` (by identity). */
  find(name: string, parts?: readonly unknown[]): Buffer | null;
  /** Keeps and returns them. */
  keep(name: string, bytes: Buffer, parts?: readonly unknown[]): Buffer;
}

type Kept = { readonly parts: readonly unknown[]; readonly bytes: Buffer };

/** Bytes of an entry, roughly: its answer, its name, a pointer a part, and the objects that hold them. */
const costOf = (name: string, { parts, bytes }: Kept): number =>
  bytes.length + 2 * name.length + 8 * parts.length + 512;

/** What was used least lately is forgotten. */
export function createEncodedAnswers(most = MOST_BYTES): EncodedAnswers {
  const kept = new Map<string, Kept>();
  let size = 0;
  const forget = (name: string): void => {
    const known = kept.get(name);
    if (known !== undefined) size -= costOf(name, known);
    kept.delete(name);
  };
  const put = (name: string, entry: Kept): void => {
    forget(name);
    kept.set(name, entry);
    size += costOf(name, entry);
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
