import { describe, expect, it } from 'vitest';
import { previewOptIn, previewOptOut } from '../../src/cli/team/opt-in-preview.ts';
import type { ServiceClient } from '../../src/client/service-client.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { policyHash } from '../../src/domain/policy/policy.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { healthyPara, MANAGER, policyFor } from '../domain/observations.ts';
import { openDoor } from '../support/http-door.ts';

const POLICY = policyFor();
const hashed = (policy = POLICY) => ({ policy, hash: policyHash(policy) });

/** A service's answers about a para in this state, and what a command prints. */
async function scene(change: Partial<ParaStatus>, inForce = POLICY) {
  const real = createServiceClient((await openDoor()).url);
  const status = { ...(await real.para(2000)), observation: healthyPara(), optIn: null, ...change };
  const client: ServiceClient = { ...real, para: async () => status, policy: async () => inForce };
  let printed = '';
  const nothing = () => undefined;
  const io = {
    stdout: (text: string) => {
      printed += text;
    },
    ...{
      stderr: nothing,
      styled: nothing,
      progress: nothing,
      finish: nothing,
      env: {},
      signal: new AbortController().signal,
    },
  };
  return { client, io, printed: () => printed };
}

describe('an opt-in, before it is signed', () => {
  const optedIn = { policy: policyHash(POLICY), by: 'manager', account: MANAGER } as const;
  const { relay } = healthyPara();

  it('says what it lets holders do, and warns of a lock that is null', async () => {
    const registrar = { manager: MANAGER, deposit: 1n, locked: null };
    const { client, io, printed } = await scene({ observation: healthyPara({ registrar }) });
    await previewOptIn(client, 2000, hashed(), {}, io);
    expect(printed()).toMatch(/opt-in +holders of para 2000 may decide on its code/);
    expect(printed()).toMatch(/now +not opted in/);
    expect(printed()).toMatch(/tried +nothing is sent to a chain, so there is nothing to try on a fork/);
    expect(printed()).toMatch(/warning +the para was never locked, which is not safe yet/);
  });

  it('asks before it replaces a policy, and shows the difference in plain words', async () => {
    const next = policyFor({ voting: { ...POLICY.voting, quorum: '44%' } });
    const { client, io, printed } = await scene({ optIn: optedIn });
    await expect(previewOptIn(client, 2000, hashed(next), {}, io)).rejects.toMatchObject({
      code: 'RESCUE_REQUEST_INVALID',
      message: expect.stringMatching(/this replaces the policy .*quorum: .* → 44%.*--yes/),
    });
    expect(printed()).toMatch(/changes +quorum: .* → 44%/);
    await previewOptIn(client, 2000, hashed(next), { yes: true }, io);
    await previewOptIn(client, 2000, hashed(), {}, io);
  });

  it('is refused for a para that has stopped, unless that is said', async () => {
    const observation = healthyPara({ mostRecentContext: relay.number - POLICY.stall.gapBlocks });
    const { client, io } = await scene({ observation });
    await expect(previewOptIn(client, 2000, hashed(), {}, io)).rejects.toMatchObject({
      code: 'RESCUE_STATE_REFUSES',
      message: expect.stringContaining('--while-stopped'),
    });
    await previewOptIn(client, 2000, hashed(), { whileStopped: true }, io);
  });

  it('and an opt-out, are asked about where they end something', async () => {
    const voting = await scene({ state: 'voting', optIn: optedIn });
    await expect(previewOptOut(voting.client, 2000, {}, voting.io)).rejects.toMatchObject({
      message: expect.stringMatching(/the round that is open ends.*--yes/),
    });
    await previewOptOut(voting.client, 2000, { yes: true }, voting.io);
    const healthy = await scene({ state: 'healthy', optIn: optedIn });
    await previewOptOut(healthy.client, 2000, {}, healthy.io);
    expect(healthy.printed()).toMatch(/opt-out +holders of para 2000 may decide nothing any more/);
    expect(healthy.printed()).toMatch(/left +no decision is carried out by registrar any more/);
  });
});
