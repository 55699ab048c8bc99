import { oneLine } from '../../domain/plain-text.ts';

/** Scheme and host of an endpoint; the rest of a URL may hold a key and is never shown. */
export function endpointName(url: string): string {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'an endpoint that is no URL';
  }
}

/** What everybody may see of an endpoint: `relay endpoint 2 of 3`. Hosts are for the operator only. */
export function placeName(chain: string): (place: number, of: number) => string {
  return (place, of) => `${chain} endpoint ${place} of ${of}`;
}

/** Parts of a URL that are shorter than this occur in ordinary text. */
const SHORTEST_SECRET = 6;

/**
 * Makes text of the node at `url` fit to be shown: one line, at most `longest` units, without what in the URL may be a
 * key, and without the host when `name` does not tell it either.
 */
export function nodeText(url: string, name: string): (text: string, longest: number) => string {
  const hidden = hiddenParts(url, name);
  return (text, longest) => {
    // What is longer is cut before anything goes through it: a node may send megabytes.
    let shown = text.slice(0, longest * 4);
    for (const [part, word] of hidden) shown = shown.replaceAll(part, word);
    return oneLine(shown, longest);
  };
}

function hiddenParts(url: string, name: string): (readonly [string, string])[] {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    return [];
  }
  const { username, password, pathname, searchParams, host, hostname } = parsed;
  const keys = [username, password, ...pathname.split('/'), ...searchParams.values()]
    .flatMap((part) => [part, decoded(part)])
    .filter((part) => part.length >= SHORTEST_SECRET);
  const hosts = name.includes(host) ? [] : [host, hostname];
  return [
    ...[...new Set(keys)].map((part) => [part, '…'] as const),
    ...[...new Set(hosts)].map((part) => [part, name] as const),
  ].sort(([a], [b]) => b.length - a.length);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'it reset the connection',
  EPIPE: 'it reset the connection',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name cannot be looked up now',
  ETIMEDOUT: 'connection timed out',
  EHOSTUNREACH: 'no way to its host',
  ENETUNREACH: 'no way to its network',
};

/** Why a socket failed, in words that hold no address. */
export function failureText(error: unknown): string {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code === 'string') return FAILURES[code] ?? `the connection failed (${code})`;
  return typeof message === 'string' && message !== '' ? message : 'the connection failed';
}
