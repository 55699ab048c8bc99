import { Interface, type JsonFragment } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { decodeAll, encodeAll } from '../../src/contract/abi/abi-codec.ts';
import {
  type AbiParameter,
  abiSchema,
  elementOf,
  selectorOf,
  signatureOf,
} from '../../src/contract/abi/abi-types.ts';
import { readArtifactJson } from '../../src/contract/abi/artifacts.ts';
import { decodeEvent } from '../../src/contract/abi/events.ts';
import { explainRevert } from '../../src/contract/abi/reverts.ts';
import type { Hex } from '../../src/domain/units.ts';

const json = readArtifactJson('RescueContract.abi.json');
const abi = abiSchema.parse(json);
const ethers = new Interface(json as JsonFragment[]);
const functions = abi.filter(({ type }) => type === 'function');

const hexOf = (constraints: { minLength: number; maxLength: number }) =>
  fc.uint8Array(constraints).map(toHex);

/** Values of a type, as the codec takes them; ethers takes the same. */
function valuesOf(parameter: AbiParameter): fc.Arbitrary<unknown> {
  const element = elementOf(parameter);
  if (element) return fc.array(valuesOf(element), { maxLength: 20 });
  const { type, components = [] } = parameter;
  if (type === 'tuple')
    return fc.record(Object.fromEntries(components.map((field) => [field.name, valuesOf(field)])));
  if (type === 'bool') return fc.boolean();
  if (type.startsWith('uint')) return fc.bigInt({ min: 0n, max: 2n ** BigInt(type.slice(4)) - 1n });
  if (type === 'bytes') return hexOf({ minLength: 0, maxLength: 200 });
  const length = type === 'address' ? 20 : Number(type.slice(5));
  return hexOf({ minLength: length, maxLength: length });
}

/** Arguments in their order, from an object whose keys are the names. */
const argumentsOf = (parameters: readonly AbiParameter[]) => fc.tuple(...parameters.map(valuesOf));
/** ethers' results as plain values, addresses in lower case. */
function plain(value: unknown, parameter: AbiParameter): unknown {
  const element = elementOf(parameter);
  const list = value as readonly unknown[];
  if (element) return Array.from(list, (item) => plain(item, element));
  if (parameter.type === 'tuple') {
    return Object.fromEntries(
      (parameter.components ?? []).map((field, index) => [field.name, plain(list[index], field)]),
    );
  }
  return typeof value === 'string' ? value.toLowerCase() : value;
}

describe('the Solidity codec', () => {
  it.each(functions.map((entry) => [signatureOf(entry), entry] as const))(
    'encodes the arguments of %s as ethers does, and ethers reads them',
    (_signature, entry) => {
      fc.assert(
        fc.property(argumentsOf(entry.inputs), (values) => {
          const ours = toHex(new Uint8Array([...selectorOf(entry), ...encodeAll(entry.inputs, values)]));
          expect(ours).toBe(ethers.encodeFunctionData(entry.name, values));
          const read = ethers.decodeFunctionData(entry.name, ours);
          expect(entry.inputs.map((parameter, index) => plain(read[index], parameter))).toEqual(values);
        }),
        { numRuns: 25 },
      );
    },
  );

  it('decodes what ethers encodes as answers', () => {
    for (const entry of functions.filter(({ outputs }) => outputs.length > 0)) {
      fc.assert(
        fc.property(argumentsOf(entry.outputs), (values) => {
          const data = fromHex(ethers.encodeFunctionResult(entry.name, values));
          expect(Object.values(decodeAll(entry.outputs, data))).toEqual(values);
        }),
        { numRuns: 10 },
      );
    }
  });

  it('decodes the events that ethers encodes, indexed arguments and all', () => {
    for (const entry of abi.filter(({ type }) => type === 'event')) {
      fc.assert(
        fc.property(argumentsOf(entry.inputs), (values) => {
          const { data, topics } = ethers.encodeEventLog(entry.name, values);
          const decoded = decodeEvent(topics.map(fromHex), fromHex(data));
          expect(decoded?.name).toBe(entry.name);
          expect(entry.inputs.map(({ name }) => decoded?.args[name])).toEqual(values);
        }),
        { numRuns: 10 },
      );
    }
  });

  it('names the errors that ethers encodes', () => {
    for (const entry of abi.filter(({ type }) => type === 'error')) {
      fc.assert(
        fc.property(argumentsOf(entry.inputs), (values) => {
          const data = ethers.encodeErrorResult(
            entry.name,
            values.map((value) => (entry.name === 'TooEarly' ? 7n : value)),
          );
          expect(explainRevert(fromHex(data)).error).toBe(entry.name);
        }),
        { numRuns: 5 },
      );
    }
    const refused = ethers.encodeErrorResult('MessageRefused', [
      ethers.encodeErrorResult('Error(string)', ['XCM send failed\u001b[2J']),
    ]);
    expect(explainRevert(fromHex(refused))).toMatchObject({
      error: 'MessageRefused',
      sentence: expect.stringContaining('XCM send failed [2J'),
    });
    expect(explainRevert(new Uint8Array())).toEqual({ error: 'Revert', sentence: 'without a reason' });
  });

  it('never takes damaged bytes for another value of the same length, and never throws anything but a TypeError', () => {
    const round = functions.find(({ name }) => name === 'cancellationOf')?.outputs ?? [];
    const good = encodeAll(round, [['0x'.padEnd(42, '1'), '0x'.padEnd(42, '2')]]);
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(good.length),
        (at, flip, keep) => {
          const damaged = good.slice(0, keep).map((byte, index) => (index === at ? byte ^ flip : byte));
          try {
            const values = decodeAll(round, damaged);
            const again = encodeAll(round, Object.values(values));
            // What is accepted is what those bytes say; the encoder's own layout may be shorter.
            expect(again.length).toBeLessThanOrEqual(good.length);
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
          }
        },
      ),
    );
  });

  it('refuses values that do not fit', () => {
    const cases: [string, unknown][] = [
      ['uint8', 256n],
      ['uint8', -1n],
      ['uint64', 1.5],
      ['bool', 1],
      ['address', '0x00'],
      ['bytes8', '0x0000'],
      ['address[]', 'none'],
      ['uint64', '7'],
    ];
    for (const [type, value] of cases)
      expect(() => encodeAll([{ name: 'x', type }], [value])).toThrow(TypeError);
    expect(() => encodeAll([], [1n])).toThrow('expected 0 arguments, not 1');
    const huge: Hex = `0x${'ff'.repeat(64)}`;
    expect(() => decodeAll([{ name: '', type: 'bytes' }], fromHex(huge))).toThrow('too large');
  });
});
