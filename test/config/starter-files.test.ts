import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/config.ts';
import { parsePolicy } from '../../src/config/policy-file.ts';
import {
  type StarterConfig,
  type StarterPolicy,
  starterConfig,
  starterPolicy,
} from '../../src/config/starter-files.ts';

const GENESIS = `0x${'91'.repeat(32)}`;
const CONFIG: StarterConfig = {
  relay: ['wss://one.example', 'wss://two.example'],
  genesis: GENESIS,
  para: { id: 2000, name: 'My para', endpoints: ['wss://para.example'] },
  signer: { kind: 'external' },
  multisig: null,
  database: '.pararescue',
  publicUrl: null,
};
const POLICY: StarterPolicy = {
  relayGenesis: GENESIS,
  para: { id: 2000, name: 'My para' },
  proposers: [],
  minimumPower: { planck: 10n ** 16n, says: '10,000 PARA' },
  power: [{ adapter: 'system-account' }],
};

describe('the configuration that an operator begins with', () => {
  it.each([
    ['nobody who signs here', {}],
    ['no genesis hash', { genesis: null }],
    [
      'an account that signs elsewhere',
      { signer: { kind: 'external', address: '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty' } },
    ],
    ['a key of the environment', { signer: { kind: 'uri-env', env: 'MANAGER_KEY' } }],
    ['a key file', { signer: { kind: 'file', path: 'key: #1.json', passwordEnv: 'PASSWORD' } }],
    ['a key file with a password file', { signer: { kind: 'file', path: 'key.json', passwordFile: 'word' } }],
    [
      'a multisig',
      {
        multisig: {
          threshold: 1,
          signatories: [
            '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty',
            '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
          ],
        },
      },
    ],
    ['a public service', { publicUrl: 'https://rescue.example.org' }],
  ] as [string, Partial<StarterConfig>][])('holds with %s', (_, change) => {
    const { relay, paras, signer, http } = parseConfig(
      starterConfig({ ...CONFIG, ...change }),
      'config.yaml',
    );
    expect(relay.endpoints).toEqual(CONFIG.relay);
    expect(paras).toMatchObject([CONFIG.para]);
    expect(signer.kind).toBe((change.signer ?? CONFIG.signer).kind);
    expect(signer.multisig?.threshold).toBe(change.multisig?.threshold);
    expect(http.publicUrl ?? null).toBe(change.publicUrl ?? null);
  });

  it('is what it says also where a name would be something else in YAML', () => {
    for (const name of ['no', '1e3', '# not a comment', 'a: b', '"', '\u0085\u2028x', '{{ }}', "it's"]) {
      const para = { ...CONFIG.para, name };
      expect(parseConfig(starterConfig({ ...CONFIG, para }), 'config.yaml').paras[0]?.name).toBe(name);
    }
  });
});

describe('the policy that a team begins with', () => {
  it('holds, with its limit in the smallest unit and what people call it beside it', () => {
    const text = starterPolicy(POLICY);
    expect(text).toContain('minimumPower: "10000000000000000" # whoever weighs 10,000 PARA\n');
    expect(parsePolicy(text, 'policy.yaml')).toMatchObject({
      relayGenesis: GENESIS,
      para: 2000,
      proposers: { accounts: [], minimumPower: '10000000000000000' },
      routes: ['registrar'],
    });
  });

  it('holds with accounts that may propose, and with other sources of voting power', () => {
    const proposers = ['5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'];
    const power = [{ adapter: 'assets', pallet: 'ForeignAssets', asset: '0x0102' }];
    const parsed = parsePolicy(
      starterPolicy({ ...POLICY, proposers, minimumPower: null, power }),
      'policy.yaml',
    );
    expect(parsed.proposers.minimumPower).toBeUndefined();
    expect(parsed.proposers.accounts).toHaveLength(1);
    expect(parsed.power).toMatchObject(power);
  });

  it('says nothing more where a name of others holds line ends', () => {
    const para = { id: 2000, name: 'x\nroutes: [contract]\u2028y: 1\u001b[31m' };
    const policy = starterPolicy({ ...POLICY, para });
    expect(parsePolicy(policy, 'policy.yaml').routes).toEqual(['registrar']);
    expect(policy).not.toContain('\u001b');
  });
});
