import { describe, expect, it } from 'vitest';
import { RescueError } from '../../src/domain/errors.ts';
import { registrarFindings } from '../../src/routes/registrar/findings.ts';
import { hash, healthyPara, MANAGER } from '../domain/observations.ts';
import { sampleLook } from './look-samples.ts';

const find = async (look: Parameters<typeof sampleLook>[0], signer: typeof MANAGER | null = MANAGER) =>
  new Map((await registrarFindings(sampleLook(look), signer)).map((finding) => [finding.check, finding]));

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

  it('is no for the key of somebody else, be it a proxy', async () => {
    const other = hash('bb');
    const found = await find({ account: { proxies: [{ delegate: other, kind: 'Any', delay: 0 }] } }, other);
    expect(found.get('signer')).toMatchObject({
      result: 'obstacle',
      sentence: expect.stringMatching(/as a proxy/),
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
    const found = new Map((await registrarFindings(look, MANAGER)).map((one) => [one.check, one.result]));
    expect(Object.fromEntries(found)).toMatchObject({
      lock: 'ok',
      manager: 'unknown',
      fees: 'unknown',
      signer: 'ok',
    });
  });
});
