import { useEffect, useState } from 'preact/hooks';
import { messageOf, RescueError } from '../../src/domain/errors.ts';

export interface Loaded<T> {
  /** The last answer, also while a newer one is asked for. */
  readonly data: T | null;
  readonly error: { readonly code: string | null; readonly message: string } | null;
}

/**
 * What `ask` answers, asked again whenever `key` or `version` changes. With another `key` the earlier answer is forgotten, with another
 * `version` it is shown until the new one is there. An answer that came too late is dropped.
 */
export function useLoaded<T>(ask: () => Promise<T>, key: string, version: unknown = 0): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T> & { readonly key: string }>({
    key,
    data: null,
    error: null,
  });
  // `ask` is another function at each rendering, and `key` names what it asks.
  useEffect(() => {
    let late = false;
    ask().then(
      (data) => {
        if (!late) setLoaded({ key, data, error: null });
      },
      (error: unknown) => {
        const code = error instanceof RescueError ? error.code : null;
        if (late) return;
        // What was read before stays, beside the word that it could not be read again.
        setLoaded((before) => ({
          key,
          data: before.key === key ? before.data : null,
          error: { code, message: messageOf(error) },
        }));
      },
    );
    return () => {
      late = true;
    };
  }, [key, version]);
  return loaded.key === key ? loaded : { data: null, error: null };
}
