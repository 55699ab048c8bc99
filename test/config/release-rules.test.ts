import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.ts';
import { parsePolicy } from '../../src/config/policy-file.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import { policyDifference } from '../../src/domain/policy/policy-difference.ts';
import { policyConcerns } from '../../src/domain/policy/policy-obstacles.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const POLICY = readFileSync(fileURLToPath(new URL('../fixtures/policy.yaml', import.meta.url)), 'utf8');
const ALICE = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY';
const ALICE_HEX = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d';
const ETHEREUM = '0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cac';

const policyWith = (people: readonly string[], threshold: number) =>
  parsePolicy(
    `${POLICY}\nrelease: { people: [${people.join(', ')}], threshold: ${threshold} }\n`,
    'policy.yaml',
  );

describe('the release of a policy', () => {
  it('takes accounts of people in any spelling and of any kind, and is part of what the manager signs', () => {
    const policy = policyWith([ALICE, `"${ETHEREUM}"`], 1);
    expect(policy.release).toEqual({ people: [ALICE_HEX, ETHEREUM.toLowerCase()], threshold: 1 });
    const plain = parsePolicy(POLICY, 'policy.yaml');
    expect('release' in plain).toBe(false);
    expect(policyHash(policy)).not.toBe(policyHash(plain));
    expect(policyHash(policy)).not.toBe(policyHash(policyWith([ALICE, `"${ETHEREUM}"`], 2)));
    expect(policyDifference(plain, policy)).toEqual([
      expect.stringMatching(/^people who may release: nothing said → /),
      'releases that are needed: nothing said → 1',
    ]);
  });

  it.each([
    [[ALICE, ALICE_HEX], 1, /people\[1\].*is named twice/],
    [[ALICE], 2, /threshold.*2 people would have to release, and 1 may/],
    [[ALICE, ALICE_HEX], 2, /2 people would have to release, and 1 may/],
    [[ALICE], 0, /threshold/],
    [[], 1, /people/],
    [['nobody'], 1, /people\[0\]/],
  ])('of %j, %i of them, is refused with what is wrong', (people, threshold, why) => {
    expect(() =>
      policyWith(
        people.map((one) => `"${one}"`),
        threshold,
      ),
    ).toThrow(
      expect.objectContaining({ code: 'RESCUE_POLICY_INVALID', message: expect.stringMatching(why) }),
    );
  });

  it('that needs everybody is a concern', () => {
    expect(policyConcerns(policyWith([ALICE, `"${ETHEREUM}"`], 2)).join()).toMatch(
      /release.threshold is 2 of 2/,
    );
    expect(policyConcerns(policyWith([ALICE, `"${ETHEREUM}"`], 1)).join()).not.toMatch(/release/);
  });
});

describe('the release of an operator', () => {
  async function configWith(more: object, ofPara: object = {}) {
    const file = join(await temporaryFolder(), 'config.json');
    const config = {
      relay: { endpoints: ['ws://127.0.0.1:1'] },
      paras: [{ id: 2000, name: 'Para', endpoints: ['ws://127.0.0.1:2'], ...ofPara }],
      ...more,
    };
    await writeFile(file, JSON.stringify(config));
    return loadConfig({ file });
  }

  it('is asked for all paras, or for one of them', async () => {
    const release = { people: [ALICE, ETHEREUM], threshold: 2 };
    const canonical = { people: [ALICE_HEX, ETHEREUM.toLowerCase()], threshold: 2 };
    expect(await configWith({ release })).toMatchObject({ release: canonical });
    const { paras, ...config } = await configWith({}, { release });
    expect(paras[0]?.release).toEqual(canonical);
    expect(config.release).toBeUndefined();
  });

  it('names people by their addresses, for 32 bytes of hex may be a seed', async () => {
    await expect(configWith({ release: { people: [ALICE_HEX], threshold: 1 } })).rejects.toThrow(
      /release\.people\[0\] must not be here: it looks like a secret/,
    );
  });

  it('is held to the same rules', async () => {
    await expect(configWith({ release: { people: [ALICE, ALICE], threshold: 3 } })).rejects.toThrow(
      expect.objectContaining({
        code: 'RESCUE_CONFIG_INVALID',
        message: expect.stringMatching(/is named twice[\s\S]*3 people would have to release, and 1 may/),
      }),
    );
  });
});
