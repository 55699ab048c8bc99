import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parsePolicy, policyJsonSchema, readPolicyFile } from '../../src/config/policy-file.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { policySchema } from '../../src/domain/policy/policy.ts';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const yaml = readFileSync(path('../fixtures/policy.yaml'), 'utf8');
const json = readFileSync(path('../fixtures/policy.json'), 'utf8');

/** The lines of the refusal after its first one. */
function problems(text: string): string[] {
  try {
    parsePolicy(text, 'policy.yaml');
  } catch (error) {
    expect(error).toMatchObject({ name: 'RescueError', code: 'RESCUE_POLICY_INVALID' });
    return (error as RescueError).message.split('\n').slice(1);
  }
  return [];
}

/** The refusal after one change in the good file. */
function after(from: string, to: string): string[] {
  expect(yaml).toContain(from);
  return problems(yaml.replace(from, to));
}

describe('a policy file', () => {
  it('in YAML, with hex in any case, SS58 and underscores, is the same policy as in canonical JSON', () => {
    expect(parsePolicy(yaml, 'policy.yaml')).toEqual(policySchema.parse(JSON.parse(json)));
    expect(parsePolicy(json, 'policy.json')).toEqual(parsePolicy(yaml, 'policy.yaml'));
  });

  it('names its rescue contract in any spelling', async () => {
    const file = path('../../examples/contract-policy.yaml');
    const { contract, routes } = await readPolicyFile(file);
    expect(routes).toEqual(['contract']);
    expect(contract).toMatchObject({ chain: 1000, fee: '10000000000', address: `0x${'00'.repeat(20)}` });
    expect(contract?.operators).toEqual([
      '0x1cbd2d43530a44705ad088af313e18f80b53ef16b36177cd4b77b846f2a5f07c',
    ]);
    const text = readFileSync(file, 'utf8');
    expect(problems(text.replace(/^contract:\n( {2}.*\n)+/m, '').replace(/^ {4}- .*\n/m, ''))).toEqual([
      expect.stringContaining('contract is missing: must be a section with genesis, chain, address'),
    ]);
    expect(
      problems(
        text.replace(
          '0x0000000000000000000000000000000000000000"',
          '0xABcdef0000000000000000000000000000000000"',
        ),
      ),
    ).toEqual([expect.stringContaining('contract.address has a wrong checksum')]);
  });

  it('is read from disk', async () => {
    expect(await readPolicyFile(path('../fixtures/policy.yaml'))).toEqual(parsePolicy(yaml, 'policy.yaml'));
    await expect(readPolicyFile(path('../fixtures/none.yaml'))).rejects.toMatchObject({
      code: 'RESCUE_POLICY_INVALID',
    });
    await expect(readPolicyFile(path('../fixtures/none.yaml'))).rejects.toThrow('none.yaml cannot be read');
  });

  it('takes hex with and without quotes, and balances as text or as numbers beyond 2^53', () => {
    const genesis = '0x91b171bb158e2d3848fa23a9f1c25182fb8e20313b2c1eb49219da7a70ce90c3';
    expect(after(genesis, `"${genesis}"`)).toEqual([]);
    for (const power of [
      '10000000000000000000000',
      '"10000000000000000000000"',
      '10_000_000_000_000_000_000_000',
    ]) {
      const policy = parsePolicy(yaml.replace('10_000_000_000_000_000', power), 'policy.yaml');
      expect(policy.proposers.minimumPower).toBe('10000000000000000000000');
    }
  });
});

describe('a refusal names file, line, column, path, what is wrong and what would be right', () => {
  it.each([
    [
      'gapBlocks: 600',
      'gapBlocks: 0',
      ['policy.yaml:6:14: stall.gapBlocks must be a whole number from 1 to 10000000, found 0'],
    ],
    [
      'gapBlocks: 600',
      'gapBlocks: 1.5',
      ['policy.yaml:6:14: stall.gapBlocks must be a whole number from 1 to 10000000, found 1.5'],
    ],
    [
      'gapBlocks: 600',
      'gapBlocks: soon',
      ['policy.yaml:6:14: stall.gapBlocks must be a whole number from 1 to 10000000, found "soon"'],
    ],
    [
      'gapBlocks: 600',
      'gapBlocks: 99999999999999999999',
      [
        'policy.yaml:6:14: stall.gapBlocks must be a whole number from 1 to 10000000, found 99999999999999999999',
      ],
    ],
    [
      'heads: 10',
      'heads: 10\n  lockAgain: yes',
      ['policy.yaml:26:14: recovery.lockAgain must be true or false, found "yes"'],
    ],
    ['version: 1', 'version: 2', ['policy.yaml:2:10: version must be 1, found 2']],
    [
      'adapter: system-account',
      'adapter: asset',
      [
        'policy.yaml:13:14: power[0].adapter must be one of "system-account", "balance-holds", "balance-freezes", "balance-locks", "assets", "tokens", "staking-ledger", "account-map", "nomination-pools", "vesting", found "asset"',
      ],
    ],
    [
      'routes: [registrar]',
      'routes: [collator]',
      ['policy.yaml:23:10: routes[0] must be one of "registrar", "contract", "governance", found "collator"'],
    ],
    [
      'routes: [registrar]',
      'routes: registrar',
      [
        'policy.yaml:23:9: routes must be a list with entries that are one of "registrar", "contract", "governance", found "registrar"',
      ],
    ],
    ['  heads: 10', '', ['policy.yaml:24:10: recovery must be a section with heads, lockAgain, found null']],
    [
      'quorum: 12.5%',
      'quorum: 12.5',
      [
        'policy.yaml:22:11: voting.quorum must be a percentage with its sign, such as 12.5%, found the bare number 12.5',
      ],
    ],
    [
      'approval: 66.6667%',
      'approval: 166%',
      [
        'policy.yaml:21:13: voting.approval must be a percentage between "0%" and "100%" with at most four decimals, found "166%"',
      ],
    ],
  ])('%j made %j', (from, to, expected) => {
    expect(after(from, to)).toEqual(expected);
  });

  it.each([
    [
      'gapBlocks: 600',
      'gapBlock: 600',
      'policy.yaml:6:3: stall.gapBlock is not known; did you mean "gapBlocks"?',
    ],
    [
      'gapBlocks: 600',
      'gap_blocks: 600',
      'policy.yaml:6:3: stall.gap_blocks is not known; did you mean "gapBlocks"?',
    ],
    [
      'gapBlocks: 600',
      'minutes: 60',
      'policy.yaml:6:3: stall.minutes is not known; known here: gapBlocks, graceBlocks',
    ],
    ['para: 2000', 'parra: 2000', 'policy.yaml:4:1: parra is not known; did you mean "para"?'],
    ['adapter:', 'adaptor:', 'policy.yaml:13:5: power[0].adaptor is not known; did you mean "adapter"?'],
  ])('the unknown key of %j made %j, with the key it is probably meant to be', (from, to, line) => {
    expect(after(from, to)).toContain(line);
  });

  it('a missing key, at the section that it is missing in', () => {
    expect(after('  gapBlocks: 600     # one hour\n', '')).toEqual([
      'policy.yaml:5:1: stall.gapBlocks is missing: must be a whole number from 1 to 10000000',
    ]);
  });

  it('a mistyped SS58 address', () => {
    const [line, ...more] = after('HGKutQY', 'HGKutQZ');
    expect(line).toMatch(/^policy\.yaml:10:7: proposers\.accounts\[0\] must be an account: an SS58 address/);
    expect(more).toEqual([]);
  });

  it('a mistyped Ethereum address, by its checksum', () => {
    const para = (address: string) =>
      problems(
        yaml
          .replace('5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', address)
          .replace(/0x6D6F.*/, '0x0000000000000000000000000000000000000001'),
      );
    expect(para('0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cac')).toEqual([]);
    expect(para('0xf24ff3a9cf04c71dbc94d0b566f7a27b94566cac')).toEqual([]);
    expect(para('0xf24FF3a9CF04c71Dbc94D0b566f7A27B94566cab')).toEqual([
      expect.stringContaining('policy.yaml:10:7: proposers.accounts[0] has a wrong checksum'),
    ]);
  });

  it('contradictions between parts', () => {
    expect(after('shortestBlocks: 14400', 'shortestBlocks: 100801')).toEqual([
      'policy.yaml:18:19: voting.shortestBlocks must not be longer than voting.longestBlocks, found 100801',
    ]);
  });

  it('all at once, in the order of the file', () => {
    const lines = problems(
      yaml
        .replace('gapBlocks: 600', 'gapBlocks: none')
        .replace('para: 2000', 'para: -1')
        .replace('quorum: 12.5%', 'quorum: 12,5%')
        .replace('reason: treasury', 'why: treasury'),
    );
    expect(lines.map((line) => line.split(': ')[0])).toEqual([
      'policy.yaml:4:7',
      'policy.yaml:6:14',
      'policy.yaml:15:5',
      'policy.yaml:16:5',
      'policy.yaml:22:11',
    ]);
  });

  it('for machines as well', () => {
    try {
      parsePolicy(yaml.replace('para: 2000', 'para: x'), 'policy.yaml');
      expect.unreachable();
    } catch (error) {
      expect((error as RescueError).details).toEqual({
        problems: [
          {
            line: 4,
            column: 7,
            path: 'para',
            message: 'must be a whole number from 0 to 4294967295, found "x"',
          },
        ],
      });
    }
  });
});

describe('what is not even YAML', () => {
  it.each([
    ['nothing', '', 1],
    ['a comment', '# later\n', 1],
    ['an open bracket', 'version: 1\nroutes: [registrar\npara: 2\n', 3],
    ['a key written twice', 'version: 1\nversion: 1\n', 2],
    ['a tab as indentation', 'stall:\n\tgapBlocks: 5\n', 2],
    ['two documents', 'version: 1\n---\nversion: 1\n', 2],
    ['a list', '- version: 1\n', 1],
    ['a word', 'policy', 1],
  ])('%s is refused with its line', (_name, text, line) => {
    const [first] = problems(text);
    expect(first).toMatch(new RegExp(`^policy\\.yaml:${line}:\\d+: the file `));
  });

  it('aliases that multiply without end are refused', () => {
    const rows = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let index = 0; index < 12; index++) {
      const from = String.fromCharCode(97 + index);
      const to = String.fromCharCode(98 + index);
      rows.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(', ')}]`);
    }
    expect(() => parsePolicy(rows.join('\n'), 'policy.yaml')).toThrow(
      expect.objectContaining({ code: 'RESCUE_POLICY_INVALID' }),
    );
  });

  it('brackets nested without end are refused', () => {
    expect(() => parsePolicy('['.repeat(200_000), 'policy.yaml')).toThrow(
      expect.objectContaining({ code: 'RESCUE_POLICY_INVALID' }),
    );
  });

  it('a key that is no text is refused, and no warning goes to the terminal', () => {
    const warnings: unknown[] = [];
    const listen = (warning: Error) => warnings.push(warning.message);
    process.on('warning', listen);
    onTestFinished(() => void process.off('warning', listen));
    expect(() => parsePolicy('version: 1\n[free, reserved]: 1\n', 'p.yaml')).toThrow(
      /p\.yaml:2:1: .*keys must be strings/,
    );
    return new Promise<void>((resolve) => setImmediate(resolve)).then(() => expect(warnings).toEqual([]));
  });

  it('a key that would reach into the prototype is an unknown key', () => {
    expect(problems(`${yaml}__proto__: { polluted: true }\n`)).toEqual([
      expect.stringContaining('__proto__ is not known'),
    ]);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('any text gives a policy or a coded error', () => {
    const pieces = fc.constantFrom(
      'version: 1',
      'para: ',
      '  - ',
      '[',
      '{',
      '"',
      '&a',
      '*a',
      ': ',
      '\n',
      '\t',
      '!!int',
      '0x',
      'é',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        (text) => {
          try {
            parsePolicy(text, 'x');
          } catch (error) {
            expect(error).toBeInstanceOf(RescueError);
            expect((error as RescueError).code).toBe('RESCUE_POLICY_INVALID');
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a damaged policy file gives a coded error that names a line of it', () => {
    fc.assert(
      fc.property(
        fc.nat(yaml.length - 1),
        fc.string({ maxLength: 3 }),
        fc.nat(20),
        (at, inserted, removed) => {
          const damaged = yaml.slice(0, at) + inserted + yaml.slice(at + removed);
          const lines = damaged.split('\n').length;
          for (const problem of problems(damaged)) {
            const [, line = '0'] = /^policy\.yaml:(\d+):\d+: /.exec(problem) ?? [];
            expect(Number(line)).toBeGreaterThan(0);
            expect(Number(line)).toBeLessThanOrEqual(lines);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('the published JSON schema', () => {
  it('is what the code checks by; scripts/write-schemas.js writes it', () => {
    const committed: unknown = JSON.parse(readFileSync(path('../../schemas/policy.schema.json'), 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(policyJsonSchema())));
  });

  it('takes addresses and balances as people write them', () => {
    const { power: _, ...rest } = policyJsonSchema().properties as Record<string, unknown>;
    const text = JSON.stringify(rest);
    const patterns = [...text.matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)].map(
      ([, source = '']) => new RegExp(JSON.parse(`"${source}"`)),
    );
    const taken = (value: string): boolean => patterns.some((pattern) => pattern.test(value));
    for (const value of [
      '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY',
      '10_000',
      `0x${'aB'.repeat(20)}`,
      '50%',
    ]) {
      expect(taken(value)).toBe(true);
    }
    expect(taken('0x12')).toBe(false);
  });
});
