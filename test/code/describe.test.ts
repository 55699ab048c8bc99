import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { describeCode } from '../../src/code/describe.ts';
import { labelFindings } from '../../src/code/label-findings.ts';
import { tinyRuntime } from './tiny-runtime.ts';

const BOUNDS = { maxCodeSize: 3 * 1024 * 1024, from: 'chain' } as const;
const results = (findings: readonly { check: string; result: string }[]) =>
  Object.fromEntries(findings.map(({ check, result }) => [check, result]));

describe('describing code', () => {
  it('tells all of a real runtime: sizes, hashes, label, APIs by name, who offers its imports', async () => {
    const found = describeCode(await readArtifact('para-good'), BOUNDS);
    expect(found).toMatchObject({
      compressed: true,
      label: { specName: 'pararescue-devnet-para', specVersion: 1000 },
    });
    expect(found.apis.find(({ name }) => name === 'CollectCollationInfo')?.version).toBeGreaterThan(0);
    expect(found.apis.every(({ name }) => name !== null)).toBe(true);
    expect(found.imports.find(({ name }) => name === 'ext_storage_get_version_1')).toMatchObject({
      byNodes: true,
      byValidators: false,
    });
    expect(Object.values(results(found.findings))).not.toContain('obstacle');
  });

  it('holds it against the bounds of the chain, packed and unpacked', async () => {
    const code = await readArtifact('para-good');
    const found = results(describeCode(code, { maxCodeSize: 200_000, from: 'chain' }).findings);
    expect(found).toMatchObject({ size: 'obstacle', 'unpacked-size': 'obstacle' });
    expect(results(describeCode(Uint8Array.of(1), BOUNDS).findings)).toMatchObject({
      size: 'obstacle',
      module: 'obstacle',
    });
    const [size] = describeCode(code, { maxCodeSize: 3_000_000, from: 'default' }).findings;
    expect(size?.sentence).toContain('none was asked');
  });

  it('tells a label that lies loudly, and for what version to sign', () => {
    const { label } = describeCode(tinyRuntime({ specVersion: 10_730 }), BOUNDS);
    if (label === null) throw new Error('the runtime has a label');
    const [lies] = labelFindings(label, { ...label, specVersion: 10_101, transactionVersion: 1 });
    expect(lies?.sentence).toMatch(/THE LABEL LIES.*10730.*10101.*transaction version 1/);
    expect(lies?.fix).toContain('--spec-version 10101 --transaction-version 1');
    expect(results(labelFindings(label, label))).toEqual({ compiled: 'ok' });
    expect(results(labelFindings(label, 'it never ended'))).toEqual({ compiled: 'unknown' });
    expect(results(describeCode(tinyRuntime({ labelled: false }), BOUNDS).findings)).toMatchObject({
      label: 'warning',
    });
  });

  it('never throws, whatever is flipped or cut off', () => {
    const code = tinyRuntime();
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.nat(), (at, bits, length) => {
        const damaged = code.slice(0, 1 + (length % code.length));
        damaged[at % damaged.length] = (damaged[at % damaged.length] ?? 0) ^ bits;
        expect(describeCode(damaged, BOUNDS).size).toBe(damaged.length);
      }),
      { numRuns: 300 },
    );
  });
});
