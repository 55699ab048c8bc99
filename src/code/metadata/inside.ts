import { type Fingerprints, isOuter } from './fingerprints.ts';
import { nameOf, typeText } from './names.ts';
import type { TypeField, TypeShape, Types } from './types.ts';

interface Side {
  readonly types: Types;
  readonly prints: Fingerprints;
}

const DEEPEST = 24;

/**
 * Where two types that are written alike differ: the way to the first difference, and what stands there before and after. Each
 * step goes to a part whose fingerprint differs, so the way is as long as the types are deep, and no longer than `DEEPEST`.
 */
export function differenceInside(before: Side, after: Side, one: number, other: number): string {
  let [a, b] = [one, other];
  const way: string[] = [];
  for (let depth = 0; depth < DEEPEST; depth++) {
    const [old, now] = [before.types.get(a), after.types.get(b)];
    if (!old || !now) break;
    if (isOuter(old) || isOuter(now)) break;
    const found = stepOf(before, after, old.shape, now.shape);
    if (found === null) break;
    if ('text' in found) return [...way, found.text].join('.');
    way.push(found.name);
    const [text, next] = [typeText(before.types, found.one), typeText(after.types, found.other)];
    if (text !== next) return `${way.join('.')}: ${text} → ${next}`;
    [a, b] = [found.one, found.other];
  }
  return way.length === 0 ? 'a type in it' : way.join('.');
}

type Step =
  | { readonly name: string; readonly one: number; readonly other: number }
  | { readonly text: string };

function stepOf(before: Side, after: Side, old: TypeShape, now: TypeShape): Step | null {
  const differs = (one: number, other: number) => before.prints.get(one) !== after.prints.get(other);
  if (old.kind === 'variant' && now.kind === 'variant') {
    const added = now.variants.filter(({ name }) => !old.variants.some((each) => each.name === name));
    const removed = old.variants.filter(({ name }) => !now.variants.some((each) => each.name === name));
    if (added.length > 0 || removed.length > 0) {
      const names = [
        ...added.map(({ name }) => `+${nameOf(name)}`),
        ...removed.map(({ name }) => `-${nameOf(name)}`),
      ];
      return { text: names.slice(0, 8).join(' ') };
    }
    for (const variant of old.variants) {
      const same = now.variants.find(({ name }) => name === variant.name);
      if (!same) continue;
      if (same.index !== variant.index)
        return { text: `${nameOf(variant.name)}: number ${variant.index} → ${same.index}` };
      const step = fieldStep(variant.fields, same.fields, differs);
      if (step)
        return 'text' in step
          ? { text: `${nameOf(variant.name)}.${step.text}` }
          : { ...step, name: `${nameOf(variant.name)}.${step.name}` };
    }
    return null;
  }
  if (old.kind === 'composite' && now.kind === 'composite') return fieldStep(old.fields, now.fields, differs);
  if (old.kind === 'tuple' && now.kind === 'tuple') {
    const at = old.of.findIndex((id, index) => differs(id, now.of[index] ?? -1));
    const [one, other] = [old.of[at], now.of[at]];
    return one === undefined || other === undefined ? null : { name: String(at), one, other };
  }
  if ('of' in old && 'of' in now && typeof old.of === 'number' && typeof now.of === 'number') {
    return { name: '[]', one: old.of, other: now.of };
  }
  return { text: `${old.kind} → ${now.kind}` };
}

function fieldStep(
  old: readonly TypeField[],
  now: readonly TypeField[],
  differs: (one: number, other: number) => boolean,
): Step | null {
  const names = (fields: readonly TypeField[]) =>
    fields.map(({ name }, at) => (name === null ? String(at) : nameOf(name)));
  const [before, after] = [names(old), names(now)];
  const added = after.filter((name) => !before.includes(name)).map((name) => `+${name}`);
  const removed = before.filter((name) => !after.includes(name)).map((name) => `-${name}`);
  if (added.length > 0 || removed.length > 0) return { text: [...added, ...removed].slice(0, 8).join(' ') };
  if (before.join() !== after.join()) return { text: 'fields in another order' };
  const at = old.findIndex(({ type }, index) => differs(type, now[index]?.type ?? -1));
  const [one, other] = [old[at], now[at]];
  return one && other ? { name: before[at] ?? String(at), one: one.type, other: other.type } : null;
}
