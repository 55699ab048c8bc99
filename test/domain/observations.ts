import type { ParaObservation, RelayLimits } from '../../src/domain/chain/observation.ts';
import type { ContractState } from '../../src/domain/contract/rescue-contract.ts';
import type { Policy } from '../../src/domain/policy/policy.ts';
import { policySchema } from '../../src/domain/policy/policy.ts';
import type { Hex } from '../../src/domain/units.ts';

export const hash = (byte: string): Hex => `0x${byte.repeat(32)}`;
export const GENESIS = hash('a0');
export const MANAGER = hash('aa');

/** A healthy, unlocked para 2000 at relay block 1000, whose head was included with relay parent 998. */
export function healthyPara(change: Partial<ParaObservation> = {}): ParaObservation {
  return {
    paraId: 2000,
    relay: { number: 1000, hash: hash('01'), stateRoot: hash('02') },
    relayBest: 1002,
    trust: 'justified',
    actable: true,
    headData: '0x00',
    head: { hash: hash('03'), number: 400, stateRoot: hash('04') },
    mostRecentContext: 998,
    lifecycle: 'Parachain',
    currentCodeHash: hash('05'),
    futureCodeHash: null,
    futureCodeUpgrade: null,
    futureCodeUpgradeAt: null,
    upgradeGoAhead: null,
    upgradeRestriction: null,
    upgradeCooldownUntil: null,
    pvfVotes: [],
    authorizedCode: null,
    registrar: { manager: MANAGER, deposit: 10n, locked: false },
    hasCore: true,
    disputesFrozen: null,
    ...change,
  };
}

export const LIMITS: RelayLimits = {
  maxCodeSize: 3_145_728,
  maxHeadDataSize: 20_480,
  validationUpgradeDelay: 600,
  validationUpgradeCooldown: 14_400,
  minimumValidationUpgradeDelay: 20,
  pvfVotingTtl: 2,
  appliesAtExpectedBlock: true,
  registrar: {
    schedule: 'code',
    hasManagerCalls: true,
    locked: 'option',
    appliesAuthorized: false,
    authorizations: [],
    migration: null,
  },
};

/** The smallest policy for `healthyPara`, with changes in front of the schema. */
export function policyFor(change: Record<string, unknown> = {}): Policy {
  return policySchema.parse({
    version: 1,
    relayGenesis: GENESIS,
    para: 2000,
    stall: { gapBlocks: 100, graceBlocks: 50 },
    proposers: { minimumPower: '1000' },
    power: [{ adapter: 'system-account' }],
    voting: { shortestBlocks: 10, longestBlocks: 20, approval: '66.6667%', quorum: '20%' },
    routes: ['registrar'],
    recovery: { heads: 3 },
    ...change,
  });
}

/** Policy with which the para of `contractState` opted in. */
export const OPTED_IN = hash('50');

/** The rescue contract of `healthyPara`: two of three watchers, nothing attested yet. */
export function contractState(change: Partial<ContractState> = {}): ContractState {
  return {
    block: { number: 70, hash: hash('b7') },
    time: 1_800_000_000n,
    para: 2000,
    manager: null,
    paraAccount: `0x${'2a'.repeat(20)}`,
    policyHash: OPTED_IN,
    epoch: 1n,
    threshold: 2,
    vetoSeconds: 0n,
    watchers: ['31', '32', '33'].map((byte) => ({
      address: `0x${byte.repeat(20)}`,
      supports: null,
    })),
    guardians: [],
    decided: null,
    lastSentId: null,
    balance: 1_000n,
    ...change,
  };
}
