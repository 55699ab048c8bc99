import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { shapeOfJson } from '../../src/bytes/json-shape.ts';

const ANY = { depth: Number.POSITIVE_INFINITY, values: Number.POSITIVE_INFINITY };
const shape = (text: string, most = ANY) => shapeOfJson(encodeText(text), most);

/** By parsing it. */
function depthOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
function valuesOf(value: unknown): number {
  if (value === null || typeof value !== 'object') return 1;
  return Math.max(
    1,
    Object.values(value).reduce<number>((sum, inner) => sum + valuesOf(inner), 0),
  );
}

describe('the shape of JSON text', () => {
  it('is what parsing it shows', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { depth, values } = shape(JSON.stringify(value, null, 1));
        expect(depth).toBe(depthOf(value));
        expect(values).toBe(valuesOf(value));
      }),
    );
  });

  it('does not look into text, and not past its end', () => {
    expect(shape('["[,{\\"[,",{"\\\\":"\\\\\\"["}]')).toEqual({ depth: 2, values: 2 });
    expect(shape('["[[[[')).toEqual({ depth: 1, values: 1 });
    expect(shape('"\\')).toEqual({ depth: 0, values: 1 });
  });

  it('is counted no further than is wanted', () => {
    expect(shape('['.repeat(1_000), { depth: 10, values: 5 }).depth).toBe(11);
    expect(shape(','.repeat(1_000), { depth: 10, values: 5 }).values).toBe(6);
  });
});
