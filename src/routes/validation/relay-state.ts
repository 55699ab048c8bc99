import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeLittle, encodeVec } from '../../bytes/scale.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { Hex } from '../../domain/units.ts';
import type { PagePlace, PageValue } from '../../domain/validation/page.ts';
import { type MapKey, storageKey } from '../../proof/index.ts';

/** One item that the relay chain stores of a para, as one block holds it. */
export interface StateItem {
  readonly name: ItemName;
  readonly place: PagePlace;
  readonly meaning: string;
  readonly value: PageValue;
}

/** Bytes of a value that is given whole; longer ones by their meaning. */
const LONGEST = 2_048;

const ITEMS = {
  code: ['Paras.CurrentCodeHash', 'hash of the code that validators run'],
  'future-code': ['Paras.FutureCodeHash', 'hash of the code that is scheduled'],
  'future-block': ['Paras.FutureCodeUpgrades', 'block from which a head of the para enacts it'],
  'future-at': ['Paras.FutureCodeUpgradesAt', 'block at which it is enacted without a head'],
  signal: ['Paras.UpgradeGoAheadSignal', 'what the para is told of its upgrade'],
  restriction: ['Paras.UpgradeRestrictionSignal', 'whether the next upgrade has to wait'],
  cooldown: ['Paras.UpgradeCooldowns', 'block until which it has to'],
  head: ['Paras.Heads', 'last included head'],
  context: ['Paras.MostRecentContext', 'relay parent of the last included head'],
  lifecycle: ['Paras.ParaLifecycles', 'what the para is'],
  authorized: ['Paras.AuthorizedCodeHash', 'code that anybody may supply, and until when'],
  registrar: ['Registrar.Paras', 'its manager, deposit and lock'],
} as const satisfies Record<string, readonly [item: string, meaning: string]>;
export type ItemName = keyof typeof ITEMS;

/** Items that hold entries of all paras in one value. */
const SHARED: readonly ItemName[] = ['future-at', 'cooldown'];

/**
 * Everything that the relay chain stores of the para, with the keys where anybody finds it. Bytes are as FRAME encodes them; null where
 * the layout depends on the age of the runtime, or the value holds more than this para. Items that this relay chain lacks are left out.
 */
export function relayState(seen: ParaObservation): StateItem[] {
  return (Object.keys(ITEMS) as ItemName[]).flatMap((name) => {
    const value = itemValue(name, seen);
    return value === undefined
      ? []
      : [{ name, place: relayPlace(name, seen.paraId), meaning: ITEMS[name][1], value }];
  });
}

export function relayPlace(name: ItemName, paraId: number): PagePlace {
  const [item] = ITEMS[name];
  const [pallet = '', entry = ''] = item.split('.');
  if (SHARED.includes(name)) return { chain: 'relay chain', item, key: keyOf(pallet, entry), how: null };
  const para: MapKey = { hasher: 'Twox64Concat', key: encodeLittle(paraId, 4) };
  return { chain: 'relay chain', item: `${item}(${paraId})`, key: keyOf(pallet, entry, para), how: null };
}

export function keyOf(pallet: string, item: string, ...keys: readonly MapKey[]): Hex {
  return toHex(storageKey(pallet, item, ...keys));
}

const NONE: PageValue = { bytes: 'none', shown: 'none' };
const NO_ENTRY: PageValue = { bytes: null, shown: 'no entry of the para' };

/** What the item is when it holds nothing of the para. */
export function emptyValue(name: ItemName): PageValue {
  return SHARED.includes(name) ? NO_ENTRY : NONE;
}

/** Undefined where this relay chain has no such item. */
function itemValue(name: ItemName, seen: ParaObservation): PageValue | undefined {
  switch (name) {
    case 'code':
      return hash(seen.currentCodeHash);
    case 'future-code':
      return hash(seen.futureCodeHash);
    case 'future-block':
      return u32(seen.futureCodeUpgrade);
    case 'future-at':
      return seen.futureCodeUpgradeAt === undefined ? undefined : ofMany(seen.futureCodeUpgradeAt);
    case 'signal':
      return seen.upgradeGoAhead === null
        ? NONE
        : { bytes: seen.upgradeGoAhead === 'Abort' ? '0x00' : '0x01', shown: seen.upgradeGoAhead };
    case 'restriction':
      return seen.upgradeRestriction === null ? NONE : { bytes: '0x00', shown: seen.upgradeRestriction };
    case 'cooldown':
      return ofMany(seen.upgradeCooldownUntil);
    case 'head':
      return seen.headData === null ? NONE : headValue(seen.headData, seen.head);
    case 'context':
      return u32(seen.mostRecentContext);
    case 'lifecycle':
      return lifecycleValue(seen.lifecycle);
    case 'authorized':
      return authorizedValue(seen);
    case 'registrar':
      return registrarValue(seen);
  }
}

function hash(value: Hex | null): PageValue {
  return value === null ? NONE : { bytes: value, shown: value };
}

function u32(value: number | null): PageValue {
  return value === null ? NONE : { bytes: toHex(encodeLittle(value, 4)), shown: String(value) };
}

/** The para's entry in a list of all paras. */
function ofMany(value: number | null): PageValue {
  return value === null ? NO_ENTRY : { bytes: null, shown: String(value) };
}

/** Head data with its length before it; `head` is null for what is no header, or was not read as one. */
export function headValue(headData: Hex, head: ParaObservation['head']): PageValue {
  const bytes = encodeVec(fromHex(headData));
  const shown =
    head === null ? `head data of ${headData.length / 2 - 1} bytes` : `block ${head.number} ${head.hash}`;
  return { bytes: bytes.length > LONGEST ? null : toHex(bytes), shown };
}

function authorizedValue({ authorizedCode }: ParaObservation): PageValue | undefined {
  if (authorizedCode === undefined) return undefined;
  if (authorizedCode === null) return NONE;
  const { codeHash, expireAt } = authorizedCode;
  return {
    bytes: `${codeHash}${toHex(encodeLittle(expireAt, 4)).slice(2)}`,
    shown: `${codeHash} before relay block ${expireAt}`,
  };
}

/** `ParaLifecycle` of polkadot-runtime-parachains, in the order of its variants. */
const LIFECYCLES = [
  'Onboarding',
  'Parathread',
  'Parachain',
  'UpgradingParathread',
  'DowngradingParachain',
  'OffboardingParathread',
  'OffboardingParachain',
];

function lifecycleValue(lifecycle: string | null): PageValue {
  if (lifecycle === null) return NONE;
  const variant = LIFECYCLES.indexOf(lifecycle);
  return { bytes: variant < 0 ? null : toHex(Uint8Array.of(variant)), shown: lifecycle };
}

function registrarValue({ registrar, futureCodeUpgradeAt }: ParaObservation): PageValue | undefined {
  if (registrar === undefined) return undefined;
  // Where code switches at the expected block, the lock is an `Option<bool>`; before it may have been a `bool`.
  return registrar === null ? NONE : registrarEntry(registrar, futureCodeUpgradeAt !== undefined);
}

/** `ParaInfo`: manager, deposit as u128, and with `isOption` the lock as `Option<bool>`. */
export function registrarEntry(
  { manager, deposit, locked }: NonNullable<ParaObservation['registrar']>,
  isOption: boolean,
): PageValue {
  const shown = registrarText({ manager, deposit, locked });
  if (!isOption) return { bytes: null, shown };
  const lock = locked === null ? '00' : locked ? '0101' : '0100';
  return { bytes: `${manager}${toHex(encodeLittle(deposit, 16)).slice(2)}${lock}`, shown };
}

function registrarText({ manager, deposit, locked }: NonNullable<ParaObservation['registrar']>): string {
  const lock = locked === null ? 'never locked' : locked ? 'locked' : 'not locked';
  return `manager ${manager}, deposit ${deposit}, ${lock}`;
}
