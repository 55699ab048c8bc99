import { expect, it } from 'vitest';
import { isOptInInForce } from '../../src/recovery/para/facts.ts';
import { hash, healthyPara, MANAGER } from '../domain/observations.ts';
import { sampleOptIn } from '../store/samples.ts';

const bySignature = sampleOptIn({ account: MANAGER });

it('a signed opt-in is in force while who signed it is the registrar manager', () => {
  expect(isOptInInForce(bySignature, healthyPara())).toBe(true);
  const handedOver = healthyPara({ registrar: { manager: hash('bb'), deposit: 10n, locked: false } });
  expect(isOptInInForce(bySignature, handedOver)).toBe(false);
  expect(isOptInInForce(bySignature, healthyPara({ registrar: null }))).toBe(false);
});

it('an opt-in at a contract is in force whoever the manager is', () => {
  const { paraId, action, relayGenesis, policy, sequence } = bySignature;
  const contract = { genesis: hash('91'), address: `0x${'1a'.repeat(20)}` } as const;
  const atContract = { paraId, action, relayGenesis, policy, sequence, contract };
  expect(isOptInInForce(atContract, healthyPara({ registrar: null }))).toBe(true);
});

it('nothing is in force after an opt-out, or before any opt-in', () => {
  expect(isOptInInForce({ ...bySignature, action: 'opt-out' }, healthyPara())).toBe(false);
  expect(isOptInInForce(null, healthyPara())).toBe(false);
});
