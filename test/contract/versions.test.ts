import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeAll } from '../../src/contract/abi/abi-codec.ts';
import { rescueAbi } from '../../src/contract/abi/rescue-abi.ts';
import { dryRunInstantiate } from '../../src/contract/chain/dry-run.ts';
import { openRescueContract } from '../../src/contract/index.ts';
import type { Hex } from '../../src/domain/units.ts';
import { UNIT, World } from './world.ts';

describe('the version of a rescue contract', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start();
  });
  afterAll(() => world.close());

  /** The contract of pararescue 0.1.0, as it is on chains. */
  async function deployFirst(): Promise<Hex> {
    const init = readFileSync(new URL('../fixtures/rescue-contract-1.evm', import.meta.url));
    const values = [2000, `0x${'00'.repeat(20)}`];
    const code = concatBytes(init, encodeAll(rescueAbi().constructorEntry.inputs, values));
    const salt: Hex = `0x${'0b'.repeat(32)}`;
    const wanted = { by: world.alice.account, code, data: new Uint8Array(), salt };
    const dryRun = await dryRunInstantiate(world.chain, wanted, await world.chain.finalized());
    if (!dryRun.ok || !dryRun.address) throw new Error('the first contract cannot be deployed');
    const limits = [{ refTime: 100_000_000_000n, proofSize: 2_000_000n }, 10n * UNIT] as const;
    const call = world.chain.api.tx.revive?.instantiateWithCode?.(0n, ...limits, toHex(code), '0x', salt);
    await world.includeCall(toHex(call?.method.toU8a() ?? new Uint8Array()), world.alice);
    return dryRun.address;
  }

  it('is told for a contract of version 1, with what helps: nothing else is asked of it', async () => {
    const old = openRescueContract(world.chain, await deployFirst());
    const refusal = {
      code: 'RESCUE_CONTRACT_VERSION',
      message: expect.stringMatching(
        /of version 1, .* version 2 only: .*deploy the contract anew .*UPGRADING/,
      ),
      details: { version: 1 },
    };
    await expect(old.state()).rejects.toMatchObject(refusal);
    await expect(old.round(`0x${'1d'.repeat(32)}`)).rejects.toMatchObject(refusal);
    await expect(old.decision(`0x${'1d'.repeat(32)}`)).rejects.toMatchObject(refusal);
  });

  it('is no question for something that is no rescue contract', async () => {
    const nothing = openRescueContract(world.chain, `0x${'99'.repeat(20)}`);
    await expect(nothing.state()).rejects.toMatchObject({ code: 'RESCUE_CONTRACT_UNKNOWN' });
  });
});
