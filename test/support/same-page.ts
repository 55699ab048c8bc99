import type { PageValue } from '../../src/domain/validation/page.ts';

/** Numbers that say when: of blocks, of a head, milliseconds. */
const MOMENTS = ['number', 'head', 'seenAt', 'at', 'height', 'index'];
/** Bytes of a call and of a value follow from what is decoded beside them, and hold blocks and heads. */
const BYTES = ['data', 'bytes'];
/** What these store is a block. */
const OF_A_BLOCK = /^Paras\.(MostRecentContext|FutureCodeUpgrades|UpgradeCooldowns)\b/;

/**
 * Where two validation pages of one story, as JSON, differ. A service that was a block earlier or later with an act makes other blocks: their numbers, times and
 * hashes may differ, as long as what was one hash stays one hash. All else is the same: each call with its arguments, each fact, each
 * change, each cost, each end.
 * @returns a sentence for each difference
 */
export function unlikePages(kept: unknown, made: unknown): string[] {
  const unlike: string[] = [];
  const hashes = new Map<string, string>();
  const differ = (path: string, a: unknown, b: unknown) =>
    unlike.push(`${path}: ${JSON.stringify(a)} became ${JSON.stringify(b)}`);

  const isSameHash = (a: string, b: string) => {
    const known = hashes.get(a);
    if (known === undefined) hashes.set(a, b);
    return known === undefined || known === b;
  };
  const isSameText = (a: string, b: string) => {
    const [one, two] = [a, b].map((text) => text.split(/(0x[0-9a-f]{64}\b)/));
    return (
      one?.length === two?.length &&
      one?.every((part, at) => {
        const other = two?.[at] ?? '';
        return at % 2 === 1 ? isSameHash(part, other) : withoutBlocks(part) === withoutBlocks(other);
      })
    );
  };
  const compareValue = (path: string, item: string, a: PageValue, b: PageValue) => {
    const isSame = OF_A_BLOCK.test(item)
      ? (a.shown === 'none') === (b.shown === 'none')
      : isSameText(a.shown, b.shown);
    if (!isSame || (a.bytes === null) !== (b.bytes === null)) differ(path, a, b);
  };
  const compare = (path: string, a: unknown, b: unknown, item: string) => {
    const name = path.split('.').at(-1) ?? '';
    if (isRecord(a) && isRecord(b)) {
      const at = placeOf(a) ?? item;
      if (isValue(a) && isValue(b)) return compareValue(path, at, a, b);
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
        compare(`${path}.${key}`, a[key], b[key], at);
    } else if (typeof a === 'number' && typeof b === 'number' && MOMENTS.includes(name)) {
      // Said by somebody, at some moment.
    } else if (typeof a === 'string' && typeof b === 'string') {
      const isSame = BYTES.includes(name) ? a.length === b.length : isSameText(a, b);
      if (!isSame) differ(path, a, b);
    } else if (a !== b) {
      differ(path, a, b);
    }
  };
  compare('page', withSomeHeads(kept), withSomeHeads(made), '');
  return unlike;
}

/** How many heads were seen before the page was closed, is of the moment too. */
function withSomeHeads(page: unknown): unknown {
  return isRecord(page) && Array.isArray(page.heads) ? { ...page, heads: page.heads.slice(0, 2) } : page;
}

function withoutBlocks(text: string): string {
  return text.replaceAll(/\b(block|now|head is|reach) \d+/g, '$1 …');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isValue(value: unknown): value is PageValue {
  return isRecord(value) && 'bytes' in value && 'shown' in value;
}

function placeOf({ place }: Record<string, unknown>): string | null {
  return isRecord(place) && typeof place.item === 'string' ? place.item : null;
}
