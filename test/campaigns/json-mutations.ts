import type { Random } from '../proof/proof-mutations.ts';

/** Values that break readers which trust what they get. */
const HOSTILE: readonly unknown[] = [
  null,
  true,
  '',
  '0x',
  '0X00',
  '0x0',
  `0x${'00'.repeat(32)}`,
  `0x${'ff'.repeat(32)}`,
  'constructor',
  '__proto__',
  '\u0000\u001b[2J\u202e',
  '\ud800',
  '1e9',
  '-1',
  ' 1',
  '01',
  -1,
  0,
  0.5,
  1e308,
  2 ** 53,
  2 ** 32,
  2 ** 31,
  [],
  {},
  [[]],
];

type Json = unknown;
type Container = unknown[] | Record<string, unknown>;

/** One to three changes somewhere in a JSON value; the given value is left alone. */
export function mutateJson(random: Random, value: Json): Json {
  let mutated = structuredClone(value);
  for (let times = 1 + random.below(3); times > 0; times--) mutated = changeOnce(random, mutated);
  return mutated;
}

/** One to three changes of characters, lines or pieces of a text. */
export function mutateText(random: Random, text: string): string {
  let mutated = text;
  for (let times = 1 + random.below(3); times > 0; times--) mutated = changeText(random, mutated);
  return mutated;
}

function changeOnce(random: Random, root: Json): Json {
  const places = placesOf(root);
  const place = places[random.below(places.length)];
  if (place === undefined) return hostile(random, root);
  const { container, key } = place;
  const entries: [string | number, unknown][] = Array.isArray(container)
    ? container.map((item, index) => [index, item])
    : Object.entries(container);
  const other = entries[random.below(entries.length)];
  switch (random.below(9)) {
    case 0:
      remove(container, key);
      return root;
    case 1:
      set(container, key, hostile(random, root));
      return root;
    case 2:
      if (other) set(container, key, structuredClone(other[1]));
      return root;
    case 3:
      if (Array.isArray(container))
        container.splice(random.below(container.length + 1), 0, get(container, key));
      else container[`${String(key)}${random.below(2) === 0 ? '' : ' '}x`] = get(container, key);
      return root;
    case 4:
      if (Array.isArray(container)) container.reverse();
      else set(container, key, [get(container, key)]);
      return root;
    default:
      set(container, key, nudge(random, get(container, key)));
      return root;
  }
}

/** A neighbour of the value: of the same kind, so that it gets past the first check. */
function nudge(random: Random, value: unknown): unknown {
  if (typeof value === 'number') return value + (pick(random, [1, -1, 256, -value, 2 ** 31]) ?? 1);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return value;
  if (/^0x(?:[0-9a-f]{2})+$/.test(value)) {
    const digits = [...value.slice(2)];
    const at = random.below(digits.length);
    const choice = random.below(4);
    if (choice === 0) return `0x${digits.slice(0, -2).join('')}`;
    if (choice === 1) return `${value}00`;
    digits[at] = (Number.parseInt(digits[at] ?? '0', 16) ^ (1 << random.below(4))).toString(16);
    return `0x${digits.join('')}`;
  }
  if (/^\d+$/.test(value)) return (BigInt(value) + (pick(random, [1n, -1n, 1000n]) ?? 1n)).toString();
  return changeText(random, value);
}

function changeText(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const to = at + random.below(Math.min(40, text.length - at + 1));
  const lines = text.split('\n');
  const line = random.below(lines.length);
  switch (random.below(8)) {
    case 0:
      return text.slice(0, at) + text.slice(to);
    case 1:
      return text.slice(0, at) + text.slice(at, to) + text.slice(at);
    case 2:
      return (
        text.slice(0, at) +
        String.fromCharCode(random.below(random.below(2) === 0 ? 128 : 65_536)) +
        text.slice(at + 1)
      );
    case 3:
      return text.slice(0, at);
    case 4:
      return lines.toSpliced(line, 1).join('\n');
    case 5:
      return lines.toSpliced(random.below(lines.length + 1), 0, lines[line] ?? '').join('\n');
    case 6:
      return text.slice(0, at) + String(hostile(random, null)) + text.slice(at);
    default: {
      const digit = text.slice(at).search(/[0-9]/);
      if (digit < 0) return text.toUpperCase();
      return text.slice(0, at + digit) + String(random.below(10)) + text.slice(at + digit + 1);
    }
  }
}

function hostile(random: Random, root: unknown): unknown {
  const which = random.below(HOSTILE.length + 3);
  if (which === HOSTILE.length) return 'a'.repeat(random.below(100_000));
  if (which === HOSTILE.length + 1) return deep(1 + random.below(2_000));
  if (which === HOSTILE.length + 2) return structuredClone(root);
  return HOSTILE[which];
}

function pick<T>(random: Random, from: readonly T[]): T | undefined {
  return from[random.below(from.length)];
}

function deep(levels: number): unknown {
  let value: unknown = 0;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

function placesOf(root: unknown): { container: Container; key: string | number }[] {
  const places: { container: Container; key: string | number }[] = [];
  const pending: unknown[] = [root];
  for (let next = pending.pop(); next !== undefined && places.length < 5_000; next = pending.pop()) {
    if (next === null || typeof next !== 'object') continue;
    const container = next as Container;
    for (const key of Array.isArray(container) ? container.keys() : Object.keys(container)) {
      places.push({ container, key });
      pending.push(get(container, key));
    }
  }
  return places;
}

function get(container: Container, key: string | number): unknown {
  return Reflect.get(container, key);
}

function set(container: Container, key: string | number, value: unknown): void {
  Object.defineProperty(container, key, { value, writable: true, enumerable: true, configurable: true });
}

function remove(container: Container, key: string | number): void {
  if (Array.isArray(container)) container.splice(Number(key), 1);
  else Reflect.deleteProperty(container, key);
}
