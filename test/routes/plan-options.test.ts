import { describe, expect, it } from 'vitest';
import type { ParaObservation, RelayLimits } from '../../src/domain/chain/observation.ts';
import type { CoretimeShape } from '../../src/domain/chain/registrar-shape.ts';
import type { CallDesk, CoretimeDesk, TriedCall } from '../../src/domain/ports/plan-reader.ts';
import { type Finding, obstacle, ok } from '../../src/domain/readiness/finding.ts';
import { type RouteOption, WAYS, type Way } from '../../src/domain/route/option.ts';
import type { CodeToPlan, PlanLook } from '../../src/routes/options/look.ts';
import { planRescue } from '../../src/routes/options/plan.ts';
import { hash, healthyPara, LIMITS, MANAGER } from '../domain/observations.ts';

const OWN = { specName: 'para', specVersion: 7, codeHash: hash('05') };
const STOPPED: Partial<ParaObservation> = { mostRecentContext: 800 };
const CODE: CodeToPlan = { hash: hash('c0'), size: 40, specName: 'para', specVersion: 7, bytes: null };

/** A chain with the named calls, each encoded as its name and its arguments; what was asked for is kept. */
function desk(calls: readonly string[], tried: TriedCall = { kind: 'succeeds' }) {
  const asked: string[] = [];
  const made: CallDesk = {
    runtime: async () => ({ specName: 'relay', specVersion: 1 }),
    call: async (pallet, method, args) => {
      const name = `${pallet}.${method}`;
      if (!calls.includes(name)) return null;
      asked.push(name);
      const bytes = args.map((argument) =>
        argument instanceof Uint8Array
          ? Buffer.from(argument).toString('hex')
          : Buffer.from(JSON.stringify(argument)).toString('hex'),
      );
      const data = `0x${Buffer.from(name).toString('hex')}${bytes.join('')}` as const;
      return { data, hash: hash('ca'), decoded: { method: name, args: {} } };
    },
    tryCall: async () => tried,
  };
  return { ...made, asked };
}

const RELAY_CALLS = [
  'registrar.scheduleCodeUpgrade',
  'registrar.addLock',
  'registrar.applyAuthorizedCode',
  'paras.authorizeForceSetCurrentCodeHash',
  'paras.applyAuthorizedForceSetCurrentCode',
  'paras.forceNoteNewHead',
  'paras.removeUpgradeCooldown',
  'utility.batchAll',
];
const OLD_CALLS = ['registrar.scheduleCodeUpgrade', 'paras.forceSetCurrentCode', 'paras.forceNoteNewHead'];

function coretimeOf(change: Partial<CoretimeShape> = {}, tried?: TriedCall): CoretimeDesk {
  return {
    ...desk(['registrar.scheduleCodeUpgrade'], tried),
    shape: async () => ({
      pallet: 'Registrar',
      schedule: 'hash',
      isScaffold: false,
      migration: null,
      ...change,
    }),
  };
}

const limitsLike = (registrar: Partial<RelayLimits['registrar']>, applies = true): RelayLimits => ({
  ...LIMITS,
  appliesAtExpectedBlock: applies,
  registrar: { ...LIMITS.registrar, ...registrar },
});
const MOVED = limitsLike({
  schedule: null,
  hasManagerCalls: false,
  locked: null,
  appliesAuthorized: true,
  authorizations: ['AuthorizedUpgrades'],
});

async function plan(
  change: Partial<PlanLook> & { readonly para?: Partial<ParaObservation> } = {},
  examined: readonly Finding[] = [],
) {
  const { para = {}, ...rest } = change;
  const look: PlanLook = {
    policy: null,
    observation: healthyPara({ ...STOPPED, ...para }),
    limits: LIMITS,
    costs: { fee: 5_000n, cooldown: 347_000n },
    token: { symbol: 'UNIT', decimals: 3 },
    accounts: async () => ({ relay: 1000, existentialDeposit: 1n, accounts: [] }),
    code: null,
    own: OWN,
    stored: { label: OWN, codeHash: OWN.codeHash },
    isCumulus: undefined,
    relay: desk(RELAY_CALLS),
    relayFiltered: false,
    coretime: null,
    referenda: null,
    hasSudo: false,
    ...rest,
  };
  const notAsked = () => Promise.reject(new Error('not asked'));
  const route = { examine: async () => [ok('lock', 'unlocked'), ...examined] };
  const found = await planRescue(
    {
      relay: { approvalState: notAsked, accounts: notAsked, multisigState: notAsked },
      submitter: { prepare: notAsked },
      contracts: new Map(),
      registrar: route,
      contract: route,
      acting: { signer: null, multisig: null },
    },
    look,
  );
  const of = (way: Way): RouteOption => {
    const option = found.options.find((one) => one.way === way);
    if (!option) throw new Error(way);
    return option;
  };
  return { ...found, of, best: found.options[0]?.way };
}

describe('a plan', () => {
  it('has every way once, those that work first', async () => {
    const { options, best, result } = await plan({ code: CODE });
    expect(options.map(({ way }) => way).sort()).toEqual([...WAYS].sort());
    expect([best, result]).toEqual(['registrar', 'possible']);
  });

  it('is impossible when every way is refused, and unknown when one cannot be told', async () => {
    const foreign = { ...CODE, specName: 'other' };
    expect((await plan({ code: foreign })).result).toBe('impossible');
    expect((await plan({ code: CODE, own: { trouble: 'all nodes are dead' } })).result).toBe('unknown');
  });

  it('knows the bytes around code that is not at hand, and its hash where it is', async () => {
    const { of } = await plan({ code: CODE });
    const { call } = of('registrar').steps[0] ?? {};
    const head = `0x${Buffer.from('registrar.scheduleCodeUpgrade2000').toString('hex')}`;
    expect(call).toMatchObject({ hash: null, data: null, length: 33 + 40, around: { head, tail: '0x' } });
    const bytes = new Uint8Array(40).fill(7);
    const known = (await plan({ code: { ...CODE, bytes } })).of('registrar').steps[0]?.call;
    expect(known?.hash).toMatch(/^0x[0-9a-f]{64}$/);
  });

  it.each([
    ['the code that is there', { hash: OWN.codeHash }, 'same-code'],
    ['another label', { specVersion: 8 }, 'code-label'],
    ['the runtime of another chain', { specName: 'other' }, 'code-label'],
    ['too much code', { size: 3_145_729 }, 'code-size'],
  ] as const)('refuses %s on every way that puts code in place', async (_, change, check) => {
    const { of } = await plan({ code: { ...CODE, ...change } });
    for (const way of ['registrar', 'governance'] as const) {
      expect(of(way).result).toBe('refused');
      expect(of(way).findings.find((one) => one.check === check)).toMatchObject({ result: 'obstacle' });
    }
  });

  it("asks for no substitute where the code is the para's own", async () => {
    const para = { currentCodeHash: hash('99') };
    const { of } = await plan({ code: { ...CODE, hash: OWN.codeHash, specVersion: 9 }, para });
    expect(of('registrar')).toMatchObject({ result: 'works' });
    expect(of('registrar').waitsFor).toMatch(/needs a substitute/);
    expect(of('registrar').risks.join()).not.toMatch(/restarted with the code as a substitute/);
  });
});

describe('the way of the registrar', () => {
  it('waits for the cooldown, or names what ends it, in tokens', async () => {
    const para = { upgradeRestriction: 'Present', upgradeCooldownUntil: 1600 } as const;
    const waits = obstacle('cooldown', 'time', 'the cooldown runs');
    const { of, result } = await plan({ code: CODE, para }, [waits]);
    const option = of('registrar');
    expect([option.result, result]).toEqual(['needs', 'possible']);
    expect(option.steps[0]?.title).toMatch(/in 600 relay blocks \(1\.0 h\); or pay .* burns 347 UNIT/);
    expect(option.steps[0]?.call?.method).toBe('paras.removeUpgradeCooldown');
    expect(option.costs).toContainEqual(
      expect.objectContaining({ kind: 'burned', amount: '347000', text: '347 UNIT' }),
    );
    const untold = (
      await plan({ code: CODE, para, costs: { fee: 5_000n, cooldown: undefined } }, [waits])
    ).of('registrar');
    expect(untold.steps[0]?.title).toMatch(
      /; or pay to end it, at a price that is not known here: .* remove_upgrade_cooldown_cost, which not every one has$/,
    );
    expect(untold.costs).toContainEqual(expect.objectContaining({ kind: 'burned', amount: null }));
    // 600 blocks of the cooldown, two for the call, twice the delay, two for the lock.
    expect(option.expectedBlocks).toBe(600 + 2 + 1200 + 2);
  });

  it('is refused when the chain says so of the call itself', async () => {
    const relay = desk(RELAY_CALLS, { kind: 'fails', reason: 'registrar.ParaLocked' });
    const { of } = await plan({ relay, code: { ...CODE, bytes: new Uint8Array(40) } });
    expect(of('registrar')).toMatchObject({
      result: 'refused',
      reasons: [expect.stringContaining('ParaLocked')],
    });
  });

  it('is one of other chains under an older rule, and while the registrar moves it is refused', async () => {
    expect((await plan({ limits: limitsLike({}, false) })).of('registrar').result).toBe('not-here');
    const moving = await plan({ limits: limitsLike({ migration: 'WarmUp' }) });
    expect(moving.of('registrar')).toMatchObject({
      result: 'refused',
      reasons: [expect.stringContaining('WarmUp')],
    });
    expect(moving.of('registrar-coretime').result).toBe('refused');
  });
});

describe('the registrar under the old rule', () => {
  const old = limitsLike({}, false);
  it.each([
    [
      'a para made with cumulus',
      old,
      true,
      'refused',
      /it would brick the para: .*this para, made with cumulus/,
    ],
    ['a para that nobody could look at', old, undefined, 'refused', /most probably is/],
    ['a para of another make', old, false, 'unknown', /not made with cumulus/],
    [
      'a relay chain before locks',
      limitsLike({ schedule: null, hasManagerCalls: false, locked: 'bool' }, false),
      true,
      'refused',
      /before managers could touch code/,
    ],
    [
      'a relay chain of 2023',
      limitsLike({ locked: 'bool' }, false),
      true,
      'refused',
      /of 2023 \(locked is a plain bool\)/,
    ],
  ] as const)('is told of %s', async (_, limits, isCumulus, result, why) => {
    const relay = desk(OLD_CALLS);
    const { of } = await plan({ limits, isCumulus, relay, para: { authorizedCode: undefined } });
    const option = of('registrar-old-rule');
    expect(option.result).toBe(result);
    expect(option.reasons.join()).toMatch(why);
    expect(option.helps.join()).toMatch(/root of the relay chain sets the code/);
    // What can be done there: root sets the whole code.
    expect(of('governance').steps[0]?.call?.method).toBe('paras.forceSetCurrentCode');
  });

  it('names the signal that is set already', async () => {
    const { of } = await plan({ limits: old, isCumulus: true, para: { upgradeGoAhead: 'GoAhead' } });
    expect(of('registrar-old-rule').reasons.join()).toContain('the signal GoAhead is set for it already');
  });
});

describe('the registrar on the Coretime chain', () => {
  it('takes the hash there and the code here, once both sides are done', async () => {
    const { of, best } = await plan({ limits: MOVED, coretime: coretimeOf(), code: CODE });
    const option = of('registrar-coretime');
    expect(option).toMatchObject({ result: 'needs' });
    expect(option.steps.map(({ chain, call }) => [chain, call?.method]).slice(0, 2)).toEqual([
      ['Coretime chain', 'registrar.scheduleCodeUpgrade'],
      ['relay chain', 'registrar.applyAuthorizedCode'],
    ]);
    expect(of('registrar').result).toBe('not-here');
    expect(best).toBe('registrar-coretime');
  });

  it.each([
    ['scaffolds', { isScaffold: true }, {}, /end with Unimplemented/],
    ['a chain without a registrar', { pallet: null, schedule: null }, {}, /has no registrar/],
    ['a call that takes code', { schedule: 'code' }, {}, /takes no hash/],
    ['a migration under way', { migration: 'CoolOff' }, {}, /at stage CoolOff/],
    ['registrations only', {}, { authorizations: [] }, /registrations only/],
    ['a relay chain that applies nothing', {}, { appliesAuthorized: false }, /no apply_authorized_code/],
  ] as const)('is refused for %s', async (_, shape, registrar, why) => {
    const limits = { ...MOVED, registrar: { ...MOVED.registrar, ...registrar } };
    const { of } = await plan({ limits, coretime: coretimeOf(shape), code: CODE });
    expect(of('registrar-coretime').result).toBe('refused');
    expect(of('registrar-coretime').reasons.join()).toMatch(why);
    expect(of('registrar-coretime').steps).toEqual([]);
  });

  it('is refused while its calls are filtered, or cannot be tried', async () => {
    const filtered = coretimeOf({}, { kind: 'fails', reason: 'system.CallFiltered: the call is filtered' });
    expect((await plan({ limits: MOVED, coretime: filtered })).of('registrar-coretime').result).toBe(
      'refused',
    );
    const untried = coretimeOf({}, { kind: 'unavailable', reason: 'no DryRunApi' });
    expect((await plan({ limits: MOVED, coretime: untried })).of('registrar-coretime').result).toBe(
      'refused',
    );
  });

  it('cannot be told without a node of that chain, and is elsewhere while the relay chain takes code', async () => {
    const { of } = await plan({ limits: MOVED });
    expect(of('registrar-coretime')).toMatchObject({
      result: 'unknown',
      helps: [expect.stringContaining('--coretime')],
    });
    expect((await plan()).of('registrar-coretime').result).toBe('not-here');
    // The relay chain still has the call, but filters it: the registrar has left.
    const filtered = await plan({ relayFiltered: true, coretime: coretimeOf() });
    expect(filtered.of('registrar-coretime').result).toBe('refused');
    expect(filtered.of('registrar').result).not.toBe('works');
  });
});

describe('the way of governance', () => {
  const pending = { futureCodeHash: hash('f0') };
  it('waits for an upgrade that would replace the code at its block', async () => {
    const { of } = await plan({ code: CODE, para: { ...pending, futureCodeUpgradeAt: 1600 } });
    expect(of('governance')).toMatchObject({
      result: 'needs',
      reasons: [expect.stringContaining('at relay block 1600')],
    });
  });

  it("enacts the para's own upgrade first, in one batch, and says what that restarts", async () => {
    const { of } = await plan({ code: CODE, para: { ...pending, futureCodeUpgrade: 900 } });
    const option = of('governance');
    expect(option.steps[0]?.call?.method).toBe('utility.batchAll');
    expect(option.findings.find(({ check }) => check === 'stall-clock')).toMatchObject({ result: 'warning' });
    expect(option.risks.join()).toMatch(/takes its blocks back/);
    const early = (await plan({ code: CODE, para: { ...pending, futureCodeUpgrade: 1100 } })).of(
      'governance',
    );
    expect(early.reasons.join()).toMatch(/only from relay block 1100 on/);
  });

  it('needs nobody once the hash is authorised, until that ends', async () => {
    const authorizedCode = { codeHash: CODE.hash, expireAt: 1500 };
    const { of, best } = await plan({ code: CODE, para: { authorizedCode } }, [
      obstacle('lock', 'nothing', 'locked'),
    ]);
    expect(of('governance')).toMatchObject({ result: 'works' });
    expect(of('governance').steps[0]?.call?.method).toBe('paras.applyAuthorizedForceSetCurrentCode');
    expect(best).toBe('governance');
    const over = await plan({ code: CODE, para: { authorizedCode: { ...authorizedCode, expireAt: 1001 } } });
    expect(over.of('governance').result).toBe('needs');
    expect(over.guards.find(({ check }) => check === 'authorised-code')).toMatchObject({
      result: 'warning',
      sentence: expect.stringContaining('ended with relay block 1000'),
    });
  });

  it('is refused where the relay chain knows no such para', async () => {
    const { of } = await plan({ para: { currentCodeHash: null, lifecycle: null } });
    expect(of('governance').result).toBe('refused');
  });
});

describe('the way of the nodes alone', () => {
  const mismatch = { currentCodeHash: hash('99') };
  const stored = { codeHash: hash('99'), label: { specName: 'para', specVersion: 7 } };
  it('works exactly where the relay chain stores other code with the label of the own one', async () => {
    const { of } = await plan({ para: mismatch, stored });
    expect(of('collator')).toMatchObject({ result: 'needs' });
    expect(of('collator').steps[0]?.title).toContain(`at most 400`);
  });

  it.each([
    ['one code', {}, {}, /stores the para's own code/],
    [
      'another label',
      mismatch,
      { ...stored, label: { specName: 'para', specVersion: 6 } },
      /labelled para 6, the para's own para 7/,
    ],
    ['no label', mismatch, { ...stored, label: null }, /no runtime_version section/],
    ['another chain', mismatch, { ...stored, label: { specName: 'x', specVersion: 7 } }, /another chain, x/],
  ] as const)('is refused with %s', async (_, para, label, why) => {
    const { of } = await plan({ para, ...('codeHash' in label && { stored: label }) });
    expect(of('collator').result).toBe('refused');
    expect(of('collator').reasons.join()).toMatch(why);
  });

  it('is refused for code that the relay chain does not store', async () => {
    const { of } = await plan({ para: mismatch, stored, code: CODE });
    expect(of('collator').reasons.join()).toMatch(/InvalidValidationCodeHash/);
  });

  it('cannot be told where the codes cannot be read', async () => {
    expect((await plan({ para: mismatch, stored, own: { trouble: 'dead' } })).of('collator').result).toBe(
      'unknown',
    );
    expect((await plan({ para: mismatch, stored: { trouble: 'dead' } })).of('collator').result).toBe(
      'unknown',
    );
  });
});

it('says of a living para that it lives, and of the manager who he is', async () => {
  const { guards, of } = await plan({ para: { mostRecentContext: 998 } });
  expect(guards.find(({ check }) => check === 'living')).toMatchObject({ result: 'warning' });
  expect(of('registrar').dependsOn.join()).toContain(MANAGER);
});
