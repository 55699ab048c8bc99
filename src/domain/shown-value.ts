/** A word, number or percentage as people write them into a file; keys, tokens, seeds and phrases are longer. */
const WORD = /^[\w.%+-]{0,16}$/;
const NETWORK_URL = /^(?:wss?|https?):\/\//;
/** Words of a secret phrase: 12, 15, 18, 21 or 24 of them. */
const PHRASE = /^\s*(?:[a-z]{3,8}\s+){11,23}[a-z]{3,8}\s*$/i;
const SEED = /^\s*(?:0x)?(?:[0-9a-f]{64}|[0-9a-f]{128})\s*$/i;

/**
 * A value from outside in an error: whole when it can be no secret, else what it is and how long. `hidden` shows no
 * text at all, for places in which secrets are expected.
 */
export function shownValue(value: unknown, hidden = false): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value !== null && typeof value === 'object') return 'a section';
  if (typeof value !== 'string') {
    const text = String(value);
    return text.length > 20 ? `a ${typeof value} of ${text.length} digits` : text;
  }
  if (!hidden && WORD.test(value)) return JSON.stringify(value);
  if (!hidden && NETWORK_URL.test(value)) return `${shownUrl(value)} (${value.length} characters)`;
  const hex = /^0x[0-9a-f]*$/i.test(value);
  return hex ? `0x and ${value.length - 2} hex digits` : `text of ${value.length} characters`;
}

/** Scheme and host of a URL, which is all of it that can hold no key. */
export function shownUrl(url: string): string {
  if (!NETWORK_URL.test(url) || !URL.canParse(url)) return 'what is no URL';
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

/** Text that a key can be made from, wherever it stands. */
export function looksSecret(text: string): boolean {
  return SEED.test(text) || looksSecretUri(text);
}

/** A secret that no hash looks like: a phrase, alone or as part of a path, or a secret URI: `phrase//path///password` or `//path`. */
export function looksSecretUri(text: string): boolean {
  const [first = '', ...rest] = text.split('/');
  if (rest.length > 0 && SEED.test(first)) return true;
  return /^\s*\/\/[^/\s]/.test(text) || [first, ...rest].some((part) => PHRASE.test(part));
}

/** A name that somebody chose, such as a key of a file: as it is, or its length when it may be a secret in the wrong place. */
export function shownName(name: string): string {
  return /^[\w.-]{1,30}$/.test(name) ? name : `(a name of ${name.length} characters)`;
}
