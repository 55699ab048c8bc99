import type { Hex } from '../../../src/domain/units.ts';
import type { PageStep, ValidationPage } from '../../../src/domain/validation/page.ts';

export const hash = (byte: number): Hex => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;

const CODE = hash(0xc0);
const MANAGER = hash(0x0a);
const codePlace = { chain: 'relay chain', item: 'Paras.CurrentCodeHash(2000)', key: hash(0x5e), how: null };

/** The registrar's step of a page whose every point is as expected. */
export function sampleStep(changes: Partial<PageStep> = {}): PageStep {
  return {
    id: 'schedule-code',
    title: 'schedule the approved code as the registrar manager',
    expectedBlocks: 2,
    calls: [
      {
        chain: 'relay chain',
        method: 'registrar.scheduleCodeUpgrade',
        args: { para: 2000, newCode: { bytes: 300_000, blake2_256: CODE } },
        data: null,
        bytes: 300_010,
        hash: hash(0xca),
        origin: 'signed',
        signer: MANAGER,
      },
    ],
    facts: [
      {
        role: 'brought',
        fact: { kind: 'code-is', codeHash: CODE },
        text: `code is: ${CODE}`,
        reads: [
          {
            place: codePlace,
            before: { bytes: hash(1), shown: hash(1) },
            after: { bytes: CODE, shown: CODE },
          },
        ],
        before: { number: 100, why: `the relay stores code ${hash(1)}` },
        after: { number: 102, why: null },
      },
    ],
    outcome: 'done',
    from: { number: 100, hash: hash(0x64), at: 1_700_000_000_000 },
    to: { number: 102, hash: hash(0x66), at: 1_700_000_012_000 },
    extrinsics: [
      {
        chain: 'relay chain',
        method: 'registrar.scheduleCodeUpgrade',
        hash: hash(0xe1),
        callHash: hash(0xca),
        signer: MANAGER,
        nonce: 4,
        status: 'done',
        block: { number: 101, hash: hash(0x65) },
        fee: '1500000000',
        problem: null,
      },
    ],
    ...changes,
  };
}

export function samplePage(changes: Partial<ValidationPage> = {}): ValidationPage {
  return {
    version: 1,
    kind: 'executed',
    paraId: 2000,
    relay: { genesis: hash(0x9e), runtime: 'devnet-relay 1' },
    decision: {
      roundId: hash(0x1d),
      round: 1,
      proposal: hash(0x99),
      policy: hash(0x70),
      anchor: {
        relay: { number: 80, hash: hash(0x50) },
        head: { number: 30, hash: hash(0x30) },
        codeHash: hash(1),
      },
    },
    route: 'registrar',
    code: { hash: CODE, bytes: 300_000, runtime: 'devnet-para 1001' },
    planned: { number: 100, hash: hash(0x64), at: 1_700_000_000_000 },
    steps: [sampleStep()],
    changes: [
      {
        place: codePlace,
        meaning: 'the code that validators run',
        expected: { kind: 'is', value: { bytes: CODE, shown: CODE } },
        before: { bytes: hash(1), shown: hash(1) },
        after: { bytes: CODE, shown: CODE },
      },
      {
        place: { chain: 'relay chain', item: 'Registrar.Paras(2000)', key: hash(0x5f), how: null },
        meaning: 'its manager and lock',
        expected: { kind: 'same' },
        before: { bytes: null, shown: `manager ${MANAGER}, locked no` },
        after: { bytes: null, shown: `manager ${MANAGER}, locked no` },
      },
    ],
    costs: [{ account: MANAGER, amount: '2000000000000', what: 'fees' }],
    tokens: [{ chain: 'relay chain', symbol: 'UNIT', decimals: 12 }],
    heads: [{ number: 31, hash: hash(0x31), seenAt: 110 }],
    result: { kind: 'done', words: null, at: { number: 112, hash: hash(0x70), at: 1_700_000_072_000 } },
    seen: { number: 112, hash: hash(0x70), at: 1_700_000_072_000 },
    notes: [],
    ...changes,
  };
}
