import { expect, it } from 'vitest';
import type { ProxyOf } from '../../src/domain/chain/acting.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { RelayReader } from '../../src/domain/ports/relay.ts';
import type { JointOptIn } from '../../src/domain/round/round.ts';
import { createMandate } from '../../src/recovery/para/mandate.ts';
import { hash } from '../domain/observations.ts';
import { sampleOptIn } from '../store/samples.ts';

const SIGNER = hash('a1');
const { signature, scheme, ...statement } = sampleOptIn();
const byProxy: JointOptIn = {
  ...statement,
  multisig: null,
  signatures: [{ account: SIGNER, signature, scheme }],
};

/** Answers with these proxies, one after the other; null is a node that fails. */
function relayWith(answers: readonly (readonly ProxyOf[] | null)[]): Pick<RelayReader, 'accounts'> {
  const left = [...answers];
  return {
    accounts: async ([account = SIGNER]) => {
      const proxies = left.shift();
      if (proxies == null) throw new RescueError('RESCUE_NODE_UNREACHABLE', 'no node answers');
      return { relay: 1, existentialDeposit: 1n, accounts: [{ account, nonce: 0, spendable: 1n, proxies }] };
    },
  };
}
const ANY: ProxyOf = { delegate: SIGNER, kind: 'Any', delay: 0 };

it('an opt-in by a proxy stands while the manager has that proxy, whose kind is Any and has no delay', async () => {
  const mandate = createMandate(
    relayWith([[ANY], [{ ...ANY, kind: 'NonTransfer' }], [{ ...ANY, delay: 1 }], [], [ANY]]),
  );
  const seen: boolean[] = [];
  for (let look = 0; look < 5; look += 1) seen.push(await mandate.holds(byProxy));
  expect(seen).toEqual([true, false, false, false, true]);
});

it('while no node gives a proof, what was proven last stands', async () => {
  const troubles: string[] = [];
  const mandate = createMandate(relayWith([null, [], null, [ANY], null]), ({ code }) => troubles.push(code));
  const seen: boolean[] = [];
  for (let look = 0; look < 5; look += 1) seen.push(await mandate.holds(byProxy));
  expect(seen).toEqual([true, false, false, true, true]);
  expect(troubles).toHaveLength(3);
});

it('nothing is asked of opt-ins that the manager signed', async () => {
  const mandate = createMandate(relayWith([]), () => expect.unreachable());
  expect(await mandate.holds(sampleOptIn())).toBe(true);
  const itself = { ...byProxy, signatures: [{ account: statement.account, signature, scheme }] };
  expect(await mandate.holds(itself)).toBe(true);
});
