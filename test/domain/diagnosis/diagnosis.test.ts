import { describe, expect, it } from 'vitest';
import type { Cause } from '../../../src/domain/diagnosis/causes.ts';
import { diagnose } from '../../../src/domain/diagnosis/diagnosis.ts';
import { hash } from '../observations.ts';
import {
  BOOM,
  type Change,
  facts,
  LOST,
  OLD_RULE,
  OTHER_CODE,
  PENDING,
  panic,
  REJECTED,
  UNTRIED,
  WORDS_OF,
} from './stopped-para.ts';

describe('diagnosis', () => {
  it.each<[string, Change, Cause, boolean]>([
    ['a rejection before the last head', { pvfRejectedAt: 500 }, 'collators-down', false],
    ['a rejection and a block that works', REJECTED, 'collators-down', false],
    ['a rejection and a panic', { pvfRejectedAt: 999, nextBlock: BOOM }, 'bad-runtime', true],
    ['a rejection and other code', { ...REJECTED, ...UNTRIED, ...OTHER_CODE }, 'code-mismatch', true],
    ['a rejection and a lost head', { ...REJECTED, ...UNTRIED, headKnown: LOST }, 'head-lost', false],
    [
      'heads that were included under other code than the para’s own',
      { ...OTHER_CODE, codeChangedAt: 400 },
      'collators-down',
      false,
    ],
    [
      'the same, where the para’s own code builds nothing that validators take',
      { ...OTHER_CODE, codeChangedAt: 400, nextBlock: panic(WORDS_OF['other-code']) },
      'collators-down',
      false,
    ],
    ['an upgrade that is due and a next block that works', PENDING, 'collators-down', false],
    ['the same, and a next block that panics', { ...PENDING, nextBlock: BOOM }, 'upgrade-stuck', false],
    [
      'a relay upgrade that the runtime does not survive',
      { relayUpgradedAt: 895, nextBlock: panic('Invalid host configuration') },
      'bad-runtime',
      true,
    ],
    ['a relay upgrade that it survives', { relayUpgradedAt: 895 }, 'relay-upgrade', false],
    [
      'collators that set too little apart',
      { nextBlock: panic('expected parent to be included') },
      'collator-settings',
      false,
    ],
    ['queues that differ', { nextBlock: panic(WORDS_OF.messages) }, 'messages-differ', true],
    [
      'many that stopped together, of which this one’s block fails',
      { fleet: { watched: 5, stoppedTogether: 5 }, nextBlock: BOOM },
      'bad-runtime',
      true,
    ],
  ])('of %s says what is so now', (_name, change, cause, curable) => {
    expect(diagnose(facts(change))).toMatchObject({ cause, curableByCode: curable });
  });

  it('tells what else is so beside the cause', () => {
    const verdict = diagnose(facts({ pvfRejectedAt: 999, nextBlock: BOOM, headKnown: LOST }));
    expect(verdict.cause).toBe('bad-runtime');
    expect(verdict.also.map(({ cause }) => cause)).toEqual(['head-lost', 'pvf-rejected']);
    // What a block that works rules out as a cause is still so.
    expect(diagnose(facts(REJECTED)).also).toMatchObject([{ cause: 'pvf-rejected' }]);
    expect(diagnose(facts()).also).toEqual([]);
  });

  it('says of a pending upgrade that the next block enacts it', () => {
    expect(diagnose(facts(PENDING)).sentence).toContain('the next block enacts it');
  });

  it('names the relay chain’s upgrade as what set a panic off', () => {
    const change = { relayUpgradedAt: 895, nextBlock: panic('Invalid host configuration') };
    expect(diagnose(facts(change)).sentence).toContain('changed its own runtime at block 895');
    // Code that has made blocks for long did not break by itself.
    expect(diagnose(facts({ ...change, codeChangedAt: 100 })).sentence).toContain('at block 895');
    expect(diagnose(facts({ ...change, codeChangedAt: 890 })).sentence).toContain(
      'its code changed at relay block 890, 10 blocks (60 s) before the last head',
    );
  });

  it('names the signal to go ahead, where it is read, and what takes it away', () => {
    const verdict = diagnose(
      facts({ observation: { upgradeGoAhead: 'GoAhead' }, nextBlock: panic(WORDS_OF['go-ahead']) }),
    );
    expect(verdict).toMatchObject({ cause: 'bad-runtime', curableByCode: true, confidence: 'executed' });
    expect(verdict.facts).toContainEqual({
      what: 'signal to go ahead',
      where: 'relay: Paras.UpgradeGoAheadSignal',
      value: 'GoAhead',
      relayBlock: 1000,
      paraBlock: null,
      confidence: 'proven',
    });
    expect(verdict.remedies.join()).toMatch(/passes over the signal.*substitute.*forceNoteNewHead/);
  });

  it('says where both codes were read, and how well they are known', () => {
    const verdict = diagnose(facts({ ...OTHER_CODE, codeChangedAt: 950 }));
    expect(verdict.confidence).toBe('proven');
    expect(verdict.facts.map(({ where, value }) => [where, value])).toEqual(
      expect.arrayContaining([
        ['relay: Paras.CurrentCodeHash', hash('05')],
        ['para: :pending_code or :code', hash('ee')],
      ]),
    );
    expect(verdict.sentence).toContain(hash('ee'));
  });

  it.each([
    ['justified', 'proven', 'executed'],
    ['agreed', 'agreed', 'agreed'],
    ['assumed', 'told', 'told'],
  ] as const)('is no better known than the relay block it rests on: %s', (trust, stored, tried) => {
    const observation = { trust, hasCore: false };
    expect(diagnose(facts({ observation })).confidence).toBe(stored);
    expect(diagnose(facts({ observation: { trust }, nextBlock: BOOM })).confidence).toBe(tried);
    expect(diagnose(facts({ observation: { trust } })).confidence).toBe('inferred');
  });

  it('says of each place that could not be looked at that it could not, and why', () => {
    const verdict = diagnose(
      facts({
        ...UNTRIED,
        untried: 'para 2000 endpoint 1 of 1 is down',
        paraCodeHash: undefined,
        headKnown: undefined,
        queues: undefined,
        candidates: undefined,
        paraPending: undefined,
        observation: { hasCore: undefined, disputesFrozen: undefined },
        unread: { paraCode: 'nobody\nproves it', codeSwitch: 'no', relayUpgrade: 'no' },
      }),
    );
    expect(verdict.cause).toBe('collators-down');
    expect(verdict.unknown).toHaveLength(10);
    expect(verdict.unknown).toContain(
      'its own code could not be compared with that of the relay chain (nobody proves it)',
    );
    expect(verdict.unknown).toContain(
      'its next block could not be tried (para 2000 endpoint 1 of 1 is down)',
    );
    expect(verdict.sentence).toContain('could not be tried so far (para 2000 endpoint 1 of 1 is down)');
    expect(verdict.sentence).toContain('Whether a core is assigned');
    expect(diagnose(facts()).unknown).toEqual([]);
    // What would not have changed the verdict is not missed.
    expect(diagnose(facts({ relayLive: false, nextBlock: undefined })).unknown).toEqual([]);
  });

  it('says of a lost head how many endpoints were asked, and how far they are', () => {
    const verdict = diagnose(facts({ headKnown: LOST }));
    expect(verdict.sentence).toMatch(/none of the 2 configured endpoints .* head 400 .* is 390/);
    expect(verdict.confidence).toBe('agreed');
    expect(diagnose(facts({ headKnown: { ...LOST, endpoints: 1 } })).confidence).toBe('told');
  });

  it.each<[string, Change]>([
    ['a rejection', { ...UNTRIED, ...REJECTED }],
    ['a panic', { nextBlock: BOOM }],
    ['queues that differ', { nextBlock: panic(WORDS_OF.messages) }],
    ['other code', OTHER_CODE],
  ])(
    'does not send to the registrar where its upgrade waits for a block of the para: %s',
    (_what, change) => {
      const old = diagnose(facts(change, OLD_RULE));
      expect(old.remedies.join()).toMatch(/root of the relay chain/);
      expect(old.remedies.join()).toMatch(/collator|substitute/);
      expect(old.warnings.join()).toMatch(/an upgrade by the registrar/);
      const today = diagnose(facts(change));
      expect(today.warnings.join()).not.toMatch(/upgrade by the registrar/);
    },
  );

  it('says when a rejected upgrade can be followed by another one', () => {
    const observation = { ...REJECTED.observation, upgradeCooldownUntil: 1600 };
    expect(diagnose(facts({ ...UNTRIED, observation })).remedies[0]).toContain(
      'relay block 1600, in 600 blocks (60 min)',
    );
    const old = diagnose(facts({ ...UNTRIED, observation }, OLD_RULE));
    expect(old).toMatchObject({ cause: 'pvf-rejected', curableByCode: false });
    expect(old.remedies.join()).not.toContain('cooldown');
  });

  it('stays one line when the panic message of a runtime is long or has line breaks', () => {
    const { sentence } = diagnose(facts({ nextBlock: panic(`first\n${'x'.repeat(5000)}\u001b[31m`) }));
    expect(sentence).toMatch(/^[ -~…]{5,500}$/);
  });
});
