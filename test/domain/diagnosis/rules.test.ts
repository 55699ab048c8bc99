import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSES } from '../../../src/domain/diagnosis/causes.ts';
import { causesPage } from '../../../src/domain/diagnosis/causes-page.ts';
import { COLLATORS_DOWN, diagnose } from '../../../src/domain/diagnosis/diagnosis.ts';
import { PANIC_CAUSES } from '../../../src/domain/diagnosis/panics.ts';
import { RULES } from '../../../src/domain/diagnosis/rules/all-rules.ts';
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

/** Of each rule, facts of which it names the cause, and facts like them of which it does not hold. */
interface Cases {
  readonly holds: readonly Change[];
  readonly holdsNot: readonly Change[];
}

const backed = (firstAt: number, lastAt: number): Change => ({ candidates: { firstAt, lastAt, pending: 1 } });
const queue = (sender: number | null, para: string, relay = '0d') => ({
  sender,
  para: hash(para),
  relay: hash(relay),
  same: para === relay,
});

const CASES: Readonly<Record<string, Cases>> = {
  'the relay chain does not finalize': { holds: [{ relayLive: false }], holdsNot: [{}] },
  'a dispute froze inclusion': {
    holds: [{ observation: { disputesFrozen: 990 } }, { observation: { disputesFrozen: 0 } }],
    holdsNot: [{ observation: { disputesFrozen: null } }, { observation: { disputesFrozen: undefined } }],
  },
  'it is not live': {
    holds: [
      { observation: { lifecycle: 'OffboardingParachain' } },
      { observation: { lifecycle: 'Onboarding' } },
      { observation: { lifecycle: null } },
    ],
    holdsNot: [
      { observation: { lifecycle: 'Parathread' } },
      { observation: { lifecycle: 'DowngradingParachain' } },
    ],
  },
  'it has no core': {
    holds: [
      { observation: { hasCore: false } },
      { observation: { hasCore: false, lifecycle: 'Parathread' } },
    ],
    holdsNot: [
      { observation: { hasCore: undefined } },
      { observation: { hasCore: false, lifecycle: 'Parathread' }, nextBlock: BOOM },
    ],
  },
  'its head is no header': {
    holds: [{ observation: { headData: `0x${'00'.repeat(72)}`, head: null } }],
    holdsNot: [{ observation: { headData: null, head: null } }],
  },
  'backed blocks do not become available': {
    holds: [backed(950, 998), backed(990, 990)],
    // Nothing after the last head; not for long yet; not any more.
    holdsNot: [backed(880, 898), backed(995, 998), backed(901, 902)].map((change, index) =>
      index === 2
        ? { ...change, observation: { relay: { number: 1100, hash: hash('1'), stateRoot: hash('2') } } }
        : change,
    ),
  },
  'an upgrade waits for a block that fails': {
    holds: [
      { ...PENDING, nextBlock: BOOM },
      { observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 1200 }, nextBlock: BOOM },
    ],
    holdsNot: [
      PENDING,
      { ...PENDING, ...UNTRIED },
      // The manager's, which needs no block.
      { observation: { futureCodeHash: hash('f0'), futureCodeUpgradeAt: 1200 }, nextBlock: BOOM },
    ],
  },
  'the relay chain stores other code': {
    holds: [
      OTHER_CODE,
      { ...OTHER_CODE, nextBlock: panic(WORDS_OF['other-code']) },
      { ...OTHER_CODE, codeChangedAt: 950 },
      { ...OTHER_CODE, codeChangedAt: 900 },
    ],
    holdsNot: [
      { paraCodeHash: undefined },
      // Heads were included under it: nodes run a substitute.
      { ...OTHER_CODE, codeChangedAt: 400 },
      { ...OTHER_CODE, observation: { currentCodeHash: null } },
    ],
  },
  ...Object.fromEntries(
    PANIC_CAUSES.map((cause) => [
      `the next block fails: ${cause}`,
      {
        holds: [
          {
            nextBlock: panic(WORDS_OF[cause]),
            ...(cause === 'other-code' ? { paraCodeHash: undefined } : {}),
          },
        ],
        holdsNot: [{}, { nextBlock: BOOM }, UNTRIED],
      },
    ]),
  ),
  'the next block fails': {
    holds: [
      { nextBlock: BOOM },
      { nextBlock: panic(WORDS_OF['other-code']) },
      { nextBlock: BOOM, ...REJECTED },
      { nextBlock: BOOM, fleet: { watched: 5, stoppedTogether: 4 } },
      { nextBlock: BOOM, relayUpgradedAt: 899 },
      { nextBlock: BOOM, headKnown: LOST },
    ],
    holdsNot: [{}, UNTRIED, { nextBlock: panic(WORDS_OF.messages) }],
  },
  'message queues differ': {
    holds: [
      { ...UNTRIED, queues: [queue(null, '0e')] },
      { ...UNTRIED, queues: [queue(null, '0d'), queue(2001, '0d'), queue(2002, '0e')] },
    ],
    holdsNot: [UNTRIED, { ...UNTRIED, queues: undefined }, { ...UNTRIED, queues: [] }],
  },
  'many stopped together': {
    holds: [{ fleet: { watched: 3, stoppedTogether: 2 } }, { fleet: { watched: 4, stoppedTogether: 3 } }],
    holdsNot: [{ fleet: { watched: 2, stoppedTogether: 2 } }, { fleet: { watched: 4, stoppedTogether: 2 } }],
  },
  'it stopped when the relay chain was upgraded': {
    holds: [{ relayUpgradedAt: 902 }, { relayUpgradedAt: 880 }, { relayUpgradedAt: 895, ...UNTRIED }],
    holdsNot: [
      { relayUpgradedAt: 903 },
      { relayUpgradedAt: 879 },
      { relayUpgradedAt: 895, codeChangedAt: 896 },
    ],
  },
  'no endpoint knows the head': {
    holds: [{ headKnown: LOST }, { headKnown: LOST, ...UNTRIED, ...REJECTED }],
    holdsNot: [{ headKnown: undefined }],
  },
  'an upgrade is due': {
    holds: [{ ...PENDING, ...UNTRIED }],
    holdsNot: [
      PENDING,
      { observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 1001 }, ...UNTRIED },
      { observation: { futureCodeHash: hash('f0'), futureCodeUpgrade: 899 }, ...UNTRIED },
    ],
  },
  'an unexpected signal to go ahead': {
    holds: [{ observation: { upgradeGoAhead: 'GoAhead' }, ...UNTRIED }],
    holdsNot: [
      { observation: { upgradeGoAhead: 'GoAhead' } },
      { observation: { upgradeGoAhead: 'GoAhead' }, ...UNTRIED, paraPending: true },
      { observation: { upgradeGoAhead: 'GoAhead' }, ...UNTRIED, paraPending: undefined },
      { observation: { upgradeGoAhead: 'Abort' }, ...UNTRIED },
    ],
  },
  'its code changed near the onset': {
    holds: [
      { ...UNTRIED, codeChangedAt: 600 },
      { ...UNTRIED, codeChangedAt: 902 },
    ],
    holdsNot: [
      { codeChangedAt: 890 },
      { ...UNTRIED, codeChangedAt: 599 },
      { ...UNTRIED, codeChangedAt: 903 },
      UNTRIED,
    ],
  },
  'validators rejected the last upgrade': {
    holds: [
      { ...UNTRIED, ...REJECTED },
      { ...UNTRIED, pvfRejectedAt: 901 },
    ],
    holdsNot: [
      { ...UNTRIED, pvfRejectedAt: 500 },
      { ...UNTRIED, pvfRejectedAt: 900 },
      { ...UNTRIED, observation: { upgradeGoAhead: 'Abort', futureCodeHash: hash('f0') } },
    ],
  },
  'nothing else is wrong': {
    holds: [
      {},
      UNTRIED,
      PENDING,
      { ...REJECTED },
      { pvfRejectedAt: 500 },
      { ...OTHER_CODE, codeChangedAt: 400 },
    ],
    holdsNot: [],
  },
};

const flat = (which: keyof Cases) =>
  RULES.flatMap((rule) =>
    (CASES[rule.name]?.[which] ?? []).map((change, index) => [rule.name, index, rule, change] as const),
  );

describe('rules of diagnosis', () => {
  it('each have a name of their own, and cases of which they hold and of which they do not', () => {
    const names = RULES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(CASES).toSorted()).toEqual([...names, COLLATORS_DOWN.name].toSorted());
    for (const name of names) {
      expect(CASES[name]?.holds.length, `${name} has no case of which it holds`).toBeGreaterThan(0);
      expect(CASES[name]?.holdsNot.length, `${name} has no case of which it does not hold`).toBeGreaterThan(
        0,
      );
    }
  });

  it('are the catalogue of docs/diagnosis.md', () => {
    const page = readFileSync(new URL('../../../docs/diagnosis.md', import.meta.url), 'utf8');
    expect(/<!-- causes: begin -->\n([\s\S]*?)<!-- causes: end -->/.exec(page)?.[1]).toBe(causesPage());
  });

  it('name every cause', () => {
    expect(new Set([...RULES, COLLATORS_DOWN].map(({ cause }) => cause))).toEqual(new Set(CAUSES));
  });

  it.each(flat('holds'))('%s (%i)', (_name, _index, rule, change) => {
    expect(rule.holds(facts(change))).toBe(true);
    expect(diagnose(facts(change))).toMatchObject({
      cause: rule.cause,
      sentence: rule.sentence(facts(change)),
    });
  });

  it.each(flat('holdsNot'))('not: %s (%i)', (_name, _index, rule, change) => {
    expect(
      rule.holds(facts(change)) && !(rule.ruledOutByABlock && facts(change).nextBlock?.kind === 'accepted'),
    ).toBe(false);
  });

  it.each(CASES[COLLATORS_DOWN.name]?.holds.map((change, index) => [index, change] as const) ?? [])(
    'leave it to the collators where none names the cause (%i)',
    (_index, change) => {
      expect(diagnose(facts(change))).toMatchObject({ cause: 'collators-down', curableByCode: false });
    },
  );

  const everyChange = Object.values(CASES).flatMap(({ holds, holdsNot }) => [...holds, ...holdsNot]);
  it('say all that they say in plain lines, whatever the facts', () => {
    fc.assert(
      fc.property(fc.subarray([...everyChange, OLD_RULE], { maxLength: 6 }), (changes) => {
        const verdict = diagnose(facts(...changes));
        const lines = [verdict.sentence, ...verdict.remedies, ...verdict.warnings, ...verdict.unknown];
        for (const line of lines) expect(line).toMatch(/^[^\n]{5,700}$/);
        expect(verdict.remedies.length).toBeGreaterThan(0);
        expect(verdict.facts.length).toBeGreaterThan(0);
        for (const { what, where, value } of [verdict, ...verdict.also].flatMap((of) => of.facts)) {
          for (const text of [what, where, value]) expect(text).toMatch(/^[^\n]{1,300}$/);
        }
        expect(verdict.also.map(({ cause }) => cause)).not.toContain(verdict.cause);
        expect(JSON.parse(JSON.stringify(verdict))).toEqual(verdict);
      }),
    );
  });
});
