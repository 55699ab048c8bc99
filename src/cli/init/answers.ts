import type { StarterConfig } from '../../config/starter-files.ts';
import { MOST_DECIMALS, type Token } from '../../domain/amount.ts';
import { RescueError } from '../../domain/errors.ts';
import { type PowerSource, policySchema } from '../../domain/policy/policy.ts';
import { shownValue } from '../../domain/shown-value.ts';
import type { ParaId, Planck } from '../../domain/units.ts';
import { parseAccount } from '../../keys/account.ts';

/** Answers as people type them; each throws RESCUE_REQUEST_INVALID with what is wrong. */

export function readUrls(text: string): string[] {
  const urls = text.split(/[\s,]+/).filter((url) => url !== '');
  const wrong = urls.find((url) => !/^wss?:\/\/[^\s/]+/.test(url));
  if (wrong !== undefined)
    throw invalid(`an endpoint begins with ws:// or wss://, found ${shownValue(wrong)}`);
  return [...new Set(urls)];
}

export function readParaId(text: string): ParaId {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (id < 2 ** 32) return id;
  throw invalid('a para id is a whole number below 2^32');
}

/** `outside`, `outside ADDRESS`, `env NAME` or `file PATH`. */
export function readSigner(text: string): StarterConfig['signer'] {
  const [, kind = '', rest = ''] = /^(outside|env|file)(?:\s+(\S.*))?$/.exec(text) ?? [];
  if (kind === 'outside')
    return rest === '' ? { kind: 'external' } : { kind: 'external', address: relayAccount(rest) };
  if (kind === 'env' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest)) return { kind: 'uri-env', env: rest };
  if (kind === 'file' && rest !== '') return { kind: 'file', path: rest };
  throw invalid(
    'answer outside, outside ADDRESS, env NAME (of a variable, never the secret itself) or file PATH',
  );
}

/** Accounts, or `none`. */
export function readAccounts(text: string): string[] {
  if (text === 'none') return [];
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(account);
}

/** An amount in the token, or in its smallest unit with `planck` behind it; null for `nobody`. */
export function readPower(text: string, token: Token | null): Planck | null {
  if (text === 'nobody') return null;
  const [, number = '', unit = ''] = /^([\d,_]+(?:\.\d+)?)\s*(\S.*)?$/.exec(text) ?? [];
  const [whole = '', fraction = ''] = number.replace(/[,_]/g, '').split('.');
  const isPlanck = unit.toLowerCase() === 'planck' && unit !== token?.symbol;
  if (whole === '' || whole.length > MOST_DECIMALS)
    throw invalid(`an amount is a number such as 1000, found ${shownValue(text)}`);
  if (!isPlanck && token === null) {
    throw invalid(
      'no node said how many decimals the token has: give the amount in its smallest unit, such as "1000000000000 planck"',
    );
  }
  const decimals = isPlanck || token === null ? 0 : token.decimals;
  if (!isPlanck && unit !== '' && unit !== token?.symbol) {
    throw invalid(`the token is ${token?.symbol}, not ${shownValue(unit)}`);
  }
  if (fraction.length > decimals) throw invalid(`the token has ${decimals} decimals, not ${fraction.length}`);
  return BigInt(whole + fraction.padEnd(decimals, '0'));
}

/** `ADAPTER`, `assets:ID`, `assets:PALLET:ID`, `tokens:ID`: sources of voting power with what they need behind colons. */
export function readSources(text: string): PowerSource[] {
  return text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(readSource);
}

function readSource(text: string): PowerSource {
  const [adapter = '', ...rest] = text.split(':');
  const last = rest.at(-1) ?? '';
  const id = /^\d{1,15}$/.test(last) ? Number(last) : last;
  const pallet = rest.length > 1 ? { pallet: rest[0] } : {};
  const needs = { assets: { ...pallet, asset: id }, tokens: { ...pallet, currency: id } } as const;
  const entry = { adapter, ...(adapter === 'assets' || adapter === 'tokens' ? needs[adapter] : {}) };
  const takes = adapter === 'assets' || adapter === 'tokens' ? [1, 2] : [0];
  const parsed = policySchema.shape.power.element.safeParse(entry);
  if (parsed.success && takes.includes(rest.length)) return parsed.data;
  throw invalid(
    `${shownValue(text)} is no source of voting power: name an adapter such as system-account, assets:ID, assets:PALLET:ID or tokens:ID; others go into the policy by hand (docs/voting-power.md)`,
  );
}

/** The URL of the service, or null for `this machine`. */
export function readPublicUrl(text: string): string | null {
  if (text === 'this machine') return null;
  if (/^https?:\/\/[^\s/@?#]+\/?$/.test(text)) return text.replace(/\/$/, '');
  throw invalid(
    'answer "this machine", or the URL under which people reach it, such as https://rescue.example.org',
  );
}

function account(text: string): string {
  const parsed = parseAccount(text);
  if ('account' in parsed) return text;
  throw invalid(parsed.problem);
}

function relayAccount(text: string): string {
  if (/^0x[0-9a-f]{40}$/i.test(text))
    throw invalid('the manager is an account of the relay chain: an SS58 address, and no Ethereum address');
  return account(text);
}

function invalid(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', sentence);
}
