import { looksSecret, looksSecretUri, shownUrl, shownValue } from '../../domain/shown-value.ts';

/** What is shorter occurs in any sentence. */
const SHORTEST = 4;

/**
 * What an error says, without what the command line held of keys: secrets, and whatever of URLs may be one. In `usage` errors no hash is shown
 * either: one that is refused where it stands may be a seed.
 */
export function hideSecrets(text: string, args: readonly string[], { usage = false } = {}): string {
  const hidden = args
    .flatMap((arg, at) => parts(arg, args[at - 1], usage ? looksSecret : looksSecretUri))
    .filter(([part]) => part.length >= SHORTEST)
    .sort(([a], [b]) => b.length - a.length);
  return hidden.reduce((shown, [part, word]) => shown.replaceAll(part, () => word), text);
}

/** What must not be shown of one argument, and what is shown instead. */
function parts(
  arg: string,
  before: string | undefined,
  isSecret: (text: string) => boolean,
): (readonly [string, string])[] {
  const at = arg.startsWith('-') ? arg.indexOf('=') : -1;
  const value = at < 0 ? arg : arg.slice(at + 1);
  const flag = at < 0 ? before : arg.slice(0, at);
  // A flag that is mistyped takes what was meant for another one. Hashes look like seeds, and are named by other flags.
  const ofKey = flag !== undefined && /^--?s[a-z]*g[a-z]*r\b/i.test(flag);
  const isKey = ofKey && (looksSecret(value) || /^--?[a-z]+$/i.test(flag));
  if ((isKey && !value.startsWith('--')) || isSecret(value)) return [[value, shownValue(value, true)]];
  if (/^\w+:\/\/./.test(value)) {
    const shown = shownUrl(value);
    return value === shown || value === `${shown}/` ? [] : [[value, shown]];
  }
  if (at >= 0 && /\s/.test(value)) return [[value, shownValue(value, true)]];
  return [];
}
