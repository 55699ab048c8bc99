import { describe, expect, it, onTestFinished } from 'vitest';
import { startSpecNetwork } from '../../devnet/spec-network.ts';
import { Endpoints } from '../../src/chain/nodes/endpoints.ts';
import { createRelayReader } from '../../src/chain/relay/relay-reader.ts';
import type { Check } from '../../src/domain/readiness/readiness.ts';
import { HAS_SPECS, specFile } from '../blocks/specs.ts';
import { commandLine } from '../support/command-line.ts';

/** Paras that nobody registered with a registrar, on relay chains of three ages. */
describe.skipIf(!HAS_SPECS)("pararescue doctor, on other people's chains", () => {
  it.each([
    ['westend-local', 'penpal-local', 'ok'],
    ['kusama-local', 'penpal-local', 'obstacle'],
    ['paseo', 'coretime-westend-local', 'obstacle'],
  ] as const)('reads %s and %s', async (relay, para, rule) => {
    const network = await startSpecNetwork({ specs: [specFile(relay), specFile(para)] });
    onTestFinished(() => network.close());
    for (let block = 0; block < 3; block++) network.nextBlock();
    const [first] = network.paras;
    if (!first) throw new Error('no para');
    const { status, stdout, stderr } = await commandLine([
      ...['doctor', String(first.id), '--relay', network.relay.url, '--para', first.url],
      ...['--trust-single-endpoint', '--json'],
    ]);
    if (stdout === '') throw new Error(stderr);
    const { checks } = JSON.parse(stdout).readiness as { readonly checks: readonly Check[] };
    const results = Object.fromEntries(checks.map(({ check, result }) => [check, result]));
    expect(results).toMatchObject({
      lock: 'obstacle',
      cooldown: 'ok',
      'pending-upgrade': 'ok',
      'upgrade-rule': rule,
      head: 'ok',
      nodes: 'warning',
      census: 'ok',
      'rescue-label': 'ok',
      substitute: 'ok',
      authorities: 'ok',
      'leftover-upgrade': 'ok',
      migrations: 'ok',
    });
    expect(status).toBe(5);
    if (relay !== 'westend-local') return;
    // Of these only Westend tells by a view function what ends a cooldown.
    const endpoints = new Endpoints({ urls: [network.relay.url] });
    onTestFinished(() => endpoints.close());
    expect((await createRelayReader({ endpoints }).upgradeCosts(first.id, 1_000_000)).cooldown).toBe(0n);
  });
});
