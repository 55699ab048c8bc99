import type { ProxyType } from '../../domain/round/round.ts';
import type { MetadataShapes } from '../power/layout/metadata-shapes.ts';
import { type Shape, widthOf } from '../power/layout/shape.ts';

/**
 * The types of proxies that a runtime has; null where it does not keep proxies as pallet-proxy does everywhere: `Proxy.Proxies`, by `Twox64Concat` of the account, holds
 * `(Vec<{ delegate: AccountId, proxy_type: u8, delay: u32 }>, u128)`. Nothing else is read.
 */
export function proxyTypesOf(shapes: Pick<MetadataShapes, 'item'>): readonly ProxyType[] | null {
  const found = shapes.item('Proxy.Proxies');
  const [key] = found?.layout.keys ?? [];
  if (!found || key?.hasher !== 'Twox64Concat' || found.layout.keys.length !== 1) return null;
  if (found.layout.prefix !== 'Proxy' || (key.bytes !== 20 && key.bytes !== 32)) return null;
  const list = fieldIn(found.layout.value, '0');
  const deposit = fieldIn(found.layout.value, '1');
  if (list?.kind !== 'list' || !isUint(deposit, 16)) return null;
  const { of } = list;
  const kinds = fieldIn(of, 'proxy_type');
  const isEntry =
    of.kind === 'struct' &&
    of.fields.map(([name]) => name).join() === 'delegate,proxy_type,delay' &&
    isAccount(fieldIn(of, 'delegate'), key.bytes) &&
    isUint(fieldIn(of, 'delay'), 4);
  if (!isEntry || kinds?.kind !== 'enum' || kinds.variants.some(([, , value]) => widthOf(value) !== 0))
    return null;
  return kinds.variants.map(([index, name]) => ({ name, index }));
}

function isUint(shape: Shape | null, bytes: number): boolean {
  return shape?.kind === 'uint' && shape.bytes === bytes;
}

function isAccount(shape: Shape | null, bytes: number): boolean {
  return shape?.kind === 'bytes' && shape.length === bytes;
}

function fieldIn(shape: Shape, name: string): Shape | null {
  if (shape.kind !== 'struct') return null;
  return shape.fields.find(([field]) => field === name)?.[1] ?? null;
}
