import { useEffect, useState } from 'preact/hooks';
import { isHex } from '../../src/bytes/hex.ts';
import type { Hex } from '../../src/domain/units.ts';

export type Place =
  | { readonly view: 'overview' }
  | { readonly view: 'para'; readonly paraId: number }
  | { readonly view: 'proposal'; readonly paraId: number; readonly hash: Hex }
  | { readonly view: 'verify'; readonly paraId: number | null }
  | { readonly view: 'operator'; readonly paraId: number }
  | { readonly view: 'unknown' };

/** Places stand behind the `#`, so that the service has one document and links can be sent to others. */
export const linkTo = {
  overview: '#/',
  verify: (paraId: number | null = null) => (paraId === null ? '#/verify' : `#/paras/${paraId}/verify`),
  operator: (paraId: number) => `#/paras/${paraId}/operator`,
  para: (paraId: number) => `#/paras/${paraId}`,
  proposal: (paraId: number, hash: Hex) => `#/paras/${paraId}/proposals/${hash}`,
};

function placeOf(hash: string): Place {
  const path = hash.replace(/^#/, '');
  if (path === '' || path === '/') return { view: 'overview' };
  if (path === '/verify') return { view: 'verify', paraId: null };
  const [, verified] = /^\/paras\/(\d{1,10})\/verify$/.exec(path) ?? [];
  if (verified !== undefined) return { view: 'verify', paraId: Number(verified) };
  const [, operated] = /^\/paras\/(\d{1,10})\/operator$/.exec(path) ?? [];
  if (operated !== undefined) return { view: 'operator', paraId: Number(operated) };
  const [, id, proposal] = /^\/paras\/(\d{1,10})(?:\/proposals\/(0x[0-9a-f]{64}))?$/.exec(path) ?? [];
  if (id === undefined) return { view: 'unknown' };
  const paraId = Number(id);
  if (proposal === undefined) return { view: 'para', paraId };
  return isHex(proposal) ? { view: 'proposal', paraId, hash: proposal } : { view: 'unknown' };
}

let moved = false;

/** Whether a link was followed, and nothing has the focus since: then the heading takes it, so that it is read out. */
export function isFocusFree(): boolean {
  return moved && (document.activeElement === null || document.activeElement === document.body);
}

export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  useEffect(() => {
    const follow = () => {
      moved = true;
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      scrollTo(0, 0);
      setPlace(placeOf(location.hash));
    };
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return place;
}
