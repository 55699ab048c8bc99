import { describe, expect, it } from 'vitest';
import type { MultisigAccount, ProxyOf } from '../../src/domain/chain/acting.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { registrarFindings } from '../../src/routes/registrar/findings.ts';
import { hash, healthyPara, MANAGER } from '../domain/observations.ts';
import { sampleLook } from './look-samples.ts';

const find = async (
  look: Parameters<typeof sampleLook>[0],
  signer: typeof MANAGER | null = MANAGER,
  multisig: MultisigAccount | null = null,
) =>
  new Map(
    (await registrarFindings(sampleLook(look), { signer, multisig }, signer)).map((finding) => [
      finding.check,
      finding,
    ]),
  );
const OTHER = hash('bb');
const MULTISIG: MultisigAccount = { account: hash('f0'), signatories: [OTHER, hash('bc')], threshold: 2 };
const proxyOf = (delegate: typeof OTHER, change: Partial<ProxyOf> = {}) => ({
  account: { nonce: 0, proxies: [{ delegate, kind: 'Any', delay: 0, ...change }] },
});

describe("whether the manager's key could act", () => {
  it('is yes for the key of the manager, with money for the fees', async () => {
    const found = await find({});
    expect(found.get('signer')?.result).toBe('ok');
    expect(found.get('manager')?.sentence).toMatch(/has signed 7 transactions/);
    expect(found.get('fees')).toMatchObject({
      result: 'ok',
      sentence: expect.stringMatching(/can spend 100 UNIT .* costs about 12 UNIT/),
    });
  });

  it('is no for the key of somebody else, and of a proxy that cannot do all at once', async () => {
    for (const [look, problem] of [
      [{}, /is neither 0x(aa)+ nor a proxy of it/],
      [proxyOf(OTHER, { delay: 3 }), /with a delay of 3 blocks/],
      [proxyOf(OTHER, { kind: 'NonTransfer' }), /of the kind NonTransfer/],
    ] as const) {
      const found = await find(look, OTHER);
      expect(found.get('signer')).toMatchObject({
        result: 'obstacle',
        sentence: expect.stringMatching(problem),
      });
    }
  });

  it('is yes for a proxy of a manager that signs nothing itself', async () => {
    const found = await find(proxyOf(OTHER), OTHER);
    expect(found.get('signer')).toMatchObject({ result: 'ok' });
    expect(found.get('manager')).toMatchObject({
      result: 'ok',
      sentence: expect.stringMatching(/for which proxies act/),
    });
  });

  it('depends on the other signatories of a multisig, which is the manager or its proxy', async () => {
    const proxied = await find(proxyOf(MULTISIG.account), OTHER, MULTISIG);
    expect(proxied.get('signer')).toMatchObject({
      result: 'warning',
      sentence: expect.stringMatching(/2 of 2 is a proxy of the manager .* the keys of 1 other signatories/),
    });
    const itself = await find({}, OTHER, { ...MULTISIG, account: MANAGER, threshold: 1 });
    expect([itself.get('manager')?.result, itself.get('signer')?.result]).toEqual(['ok', 'ok']);
    const stranger = await find(proxyOf(MULTISIG.account), hash('cc'), MULTISIG);
    expect(stranger.get('signer')).toMatchObject({
      result: 'obstacle',
      sentence: expect.stringMatching(/is none of the signatories/),
    });
  });

  it('cannot be known of an outside signer, nor of a manager that never signed', async () => {
    const found = await find({ account: { nonce: 0 } }, null);
    expect(found.get('signer')?.result).toBe('warning');
    expect(found.get('manager')).toMatchObject({
      result: 'warning',
      sentence: expect.stringMatching(/may be a multisig/),
    });
  });

  it('is no without money, in tokens', async () => {
    const poor = await find({ account: { spendable: 2_000n } });
    expect(poor.get('fees')).toMatchObject({
      result: 'obstacle',
      remedy: 'people',
      fix: expect.stringContaining('send it 10 UNIT'),
    });
    const gone = await find({ account: { nonce: null, spendable: 0n } });
    expect(gone.get('manager')?.result).toBe('obstacle');
    const untold = await find({ costs: { fee: undefined, cooldown: undefined } });
    expect(untold.get('fees')?.result).toBe('unknown');
  });

  it('is unknown while nobody shows the account, and what the observation tells stays known', async () => {
    const accounts = () => Promise.reject(new RescueError('RESCUE_NODE_UNREACHABLE', 'away'));
    const look = { ...sampleLook({ observation: healthyPara() }), accounts };
    const found = new Map(
      (await registrarFindings(look, { signer: MANAGER, multisig: null }, MANAGER)).map((one) => [
        one.check,
        one.result,
      ]),
    );
    expect(Object.fromEntries(found)).toMatchObject({
      lock: 'ok',
      manager: 'unknown',
      fees: 'unknown',
      signer: 'ok',
    });
  });
});
