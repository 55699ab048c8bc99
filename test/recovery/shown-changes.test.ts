import { describe, expect, it } from 'vitest';
import { encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { hashCode, inspectCode } from '../../src/code/inspect.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { State } from '../../src/executor/storage/state.ts';
import { otherOwnCode } from '../../src/readiness/own-code.ts';
import { shownChanges } from '../../src/recovery/acts/shown-changes.ts';
import { tinyRuntime } from '../code/tiny-runtime.ts';
import { healthyPara } from '../domain/observations.ts';

const EXPORTS = ['validate_block', 'Core_version', 'Core_initialize_block', 'Core_execute_block'];
const [stored, own, proposed] = [4, 5, 5].map((coreApi, place) =>
  tinyRuntime({ exports: place === 1 ? [...EXPORTS, 'OwnApi_ask'] : EXPORTS, coreApi }),
);
if (!stored || !own || !proposed) throw new Error('there are three runtimes');
const changesFrom = (replacedCode: Uint8Array | null, ownCode: Uint8Array | null) =>
  shownChanges(inspectCode(proposed, { maxCodeSize: 1_000_000, replacedCode, ownCode }));

describe('what a proposal changes', () => {
  it('is told against the code that the relay chain stores', () => {
    expect(changesFrom(stored, null)).toEqual([expect.stringMatching(/^the runtime API Core has version 5/)]);
    expect(changesFrom(null, null)).toBeUndefined();
  });

  it("is told against the para's own code too, where that is other code", () => {
    expect(changesFrom(stored, own)).toEqual([
      expect.stringMatching(/^against the relay chain's code: the runtime API Core has version 5, 4 before/),
      expect.stringMatching(/^against the para's own code: it lacks OwnApi_ask/),
    ]);
    expect(changesFrom(stored, proposed)?.[1]).toBe(
      "against the para's own code: neither runtime APIs nor functions differ",
    );
    expect(changesFrom(null, own)).toHaveLength(1);
  });
});

describe("the para's own code", () => {
  const { head } = healthyPara();
  if (head === null) throw new Error('the sample has a head');
  const state = State.genesis([[toHex(encodeText(':code')), own]], 1);
  const at = { ...head, stateRoot: toHex(state.root) };
  const reader = {
    codeHash: async () => hashCode(own),
    prove: async (_: unknown, keys: readonly Uint8Array[]) => state.prove(keys),
  };

  it('is read with its proof where the relay chain stores other code', async () => {
    expect(await otherOwnCode(reader, at, hashCode(stored))).toEqual(own);
    expect(await otherOwnCode(reader, at, hashCode(own))).toBeNull();
  });

  it('is compared with nothing while no node proves it', async () => {
    const silent = {
      ...reader,
      prove: async () => {
        throw new RescueError('RESCUE_NODE_UNREACHABLE', 'no node answers');
      },
    };
    expect(await otherOwnCode(silent, at, hashCode(stored))).toBeNull();
  });
});
