import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Abi } from '@polkadot/api-contract';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { toHex } from '../../src/bytes/hex.ts';
import {
  abiSchema,
  headWords,
  isDynamic,
  selectorOf,
  signatureOf,
  topicOf,
} from '../../src/contract/abi/abi-types.ts';
import { readArtifact, readArtifactJson, readContractCode } from '../../src/contract/abi/artifacts.ts';
import { SENTENCES } from '../../src/contract/abi/reverts.ts';

const digest = z.looseObject({ bytes: z.int(), sha256: z.string() });
const manifest = z
  .object({
    sources: z.record(z.string(), digest),
    artifacts: z.record(z.string(), digest),
    fixtures: z.record(z.string(), digest),
  })
  .parse(readArtifactJson('manifest.json'));
const abi = abiSchema.parse(readArtifactJson('RescueContract.abi.json'));
const metadata = new Abi(JSON.stringify(readArtifactJson('rescue-contract.json')));
const functions = abi.filter(({ type }) => type === 'function');

describe('the contract artifacts', () => {
  it('are those that the manifest names', () => {
    expect(Object.keys(manifest.artifacts).sort()).toEqual([
      'RescueContract.abi.json',
      'RescueContract.evm',
      'RescueContract.polkavm',
      'rescue-contract.json',
    ]);
    for (const [name, { bytes, sha256 }] of Object.entries(manifest.artifacts)) {
      const data = readArtifact(name);
      expect([name, data.length, sha256Of(data)]).toEqual([name, bytes, sha256]);
    }
  });

  it('were made from the committed sources, and the fixture with them', () => {
    for (const [path, { sha256 }] of Object.entries({ ...manifest.sources, ...manifest.fixtures })) {
      const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8').replaceAll('\r\n', '\n');
      expect([path, sha256Of(new TextEncoder().encode(text))]).toEqual([path, sha256]);
    }
    expect(Object.keys(manifest.sources)).toContain('contracts/RescueContract.sol');
  });

  it('are described by the README with the same hashes', () => {
    const page = new TextDecoder().decode(readArtifact('README.md'));
    for (const { sha256 } of Object.values(manifest.artifacts)) expect(page).toContain(sha256);
  });

  it('hold code for both machines', () => {
    expect(new TextDecoder().decode(readContractCode('polkavm').subarray(0, 4))).toBe('PVM\0');
    expect(readContractCode('evm').length).toBeLessThan(24_576);
  });

  it('name the same functions with the same selectors in both descriptions', () => {
    const solidity = functions.map((entry) => [entry.name, toHex(selectorOf(entry))]);
    expect(metadata.messages.map(({ identifier, selector }) => [identifier, selector.toHex()])).toEqual(
      solidity,
    );
    expect(solidity.length).toBeGreaterThan(25);
  });

  it('take as many words in both descriptions, and a tail exactly where something is dynamic', () => {
    for (const entry of functions) {
      const message = metadata.findMessage(entry.name);
      const values = message.args.map(({ name, type }, index) => {
        const parameter = entry.inputs[index];
        return name === 'tail' || !parameter
          ? new Uint8Array()
          : new Uint8Array(32 * headWords(parameter)).fill(type ? 7 : 0);
      });
      const words = entry.inputs.reduce((sum, parameter) => sum + headWords(parameter), 0);
      expect([signatureOf(entry), encodedLength(message.toU8a(values))]).toEqual([
        signatureOf(entry),
        4 + 32 * words,
      ]);
      expect(message.args.some(({ name }) => name === 'tail')).toBe(entry.inputs.some(isDynamic));
    }
  });

  it('name the same events with the same topics in both descriptions', () => {
    const solidity = abi
      .filter(({ type }) => type === 'event')
      .map((entry) => [entry.name, toHex(topicOf(entry))]);
    expect(
      metadata.events.map(({ identifier, signatureTopic }) => [identifier.split('::')[1], signatureTopic]),
    ).toEqual(solidity);
  });

  it('have a sentence for every error', () => {
    const names = abi.filter(({ type }) => type === 'error').map(({ name }) => name);
    expect(Object.keys(SENTENCES).sort()).toEqual(names.sort());
  });
});

function sha256Of(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Without the compact length that api-contract puts in front. */
function encodedLength(bytes: Uint8Array): number {
  const prefix = [1, 2, 4][(bytes[0] ?? 0) & 3] ?? 0;
  return bytes.length - prefix;
}
