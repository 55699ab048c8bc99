import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { type ArtifactName, readArtifact } from '../../devnet/artifacts.ts';
import { contractsGenesis } from '../../devnet/genesis.ts';
import { devAccount } from '../../devnet/keys.ts';
import { typesOf } from '../../src/blocks/chain-types.ts';
import { buildGenesis, genesisDefaults } from '../../src/blocks/spec/genesis.ts';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeOption, encodeString, encodeU64, encodeVec } from '../../src/bytes/scale.ts';
import { relabelled } from '../../src/code/relabel.ts';
import { engine } from '../../src/code/webassembly.ts';
import { unpackCode } from '../../src/code/zstd.ts';
import { HeapAllocator } from '../../src/executor/allocator.ts';
import { RuntimePanic } from '../../src/executor/panic.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { EMPTY_BACKEND, MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { encodeHeader } from '../../src/proof/index.ts';
import { tinyRuntime } from '../code/tiny-runtime.ts';
import { COUNTER_CODE } from '../devnet/evm-contracts.ts';
import { runTask } from '../support/smoldot.ts';
import { PartialBackend } from './partial-backend.ts';

/** The same calls in smoldot's interpreter: an executor that nobody here wrote. */
async function oracleDiff(wasm: Uint8Array, state: State, calls: [string, Uint8Array][]) {
  const answer = await runTask(
    toHex(wasm),
    calls.map(([method, argument]) => [method, toHex(argument)]),
    {
      getStorage: async (key) => {
        const value = state.get(key);
        return value ? toHex(value) : undefined;
      },
      getNextKey: async (prefix, key) => {
        const next = state.nextKey(key);
        return next?.startsWith(prefix) ? next : undefined;
      },
    },
  );
  const diff = new Map(answer.storageDiff.map(([key, value]) => [key, value ?? null]));
  return { result: answer.result, diff };
}

function ownDiff(runtime: Runtime, state: State, calls: [string, Uint8Array][]) {
  const overlay = new Overlay(state);
  let result = new Uint8Array();
  for (const [method, argument] of calls)
    result = new Uint8Array(runtime.call(method, argument, overlay).result);
  const changes = overlay.changes().get(MAIN_TRIE) ?? new Map<Hex, Uint8Array | null>();
  return {
    result: toHex(result),
    diff: new Map([...changes].map(([key, value]) => [key, value && toHex(value)])),
  };
}

/** What both leave different from the state before; either may also list what it wrote and took back. */
function effective(state: State, diff: ReadonlyMap<Hex, Hex | null>): Map<Hex, Hex | null> {
  const before = (key: Hex) => {
    const value = state.get(key);
    return value ? toHex(value) : null;
  };
  return new Map([...diff].filter(([key, value]) => before(key) !== value).sort());
}

const header = (parent: string, digest: Parameters<typeof encodeHeader>[0]['digest'] = []) =>
  encodeHeader({
    parentHash: fromHex(`0x${parent.repeat(32)}`),
    number: 1,
    stateRoot: new Uint8Array(32),
    extrinsicsRoot: new Uint8Array(32),
    digest,
  });

describe('running a runtime', () => {
  describe.each<ArtifactName>(['relay', 'para-good', 'contracts'])('%s', (name) => {
    let code: Uint8Array;
    let runtime: Runtime;
    let state: State;
    beforeAll(async () => {
      code = await readArtifact(name);
      runtime = new Runtime(code);
      state = buildGenesis(code, genesisDefaults(code));
    });

    it('gives the same metadata as another executor', async () => {
      const calls: [string, Uint8Array][] = [['Metadata_metadata', new Uint8Array()]];
      const { result } = await oracleDiff(unpackCode(code), state, calls);
      expect(ownDiff(runtime, state, calls).result).toBe(result);
    });

    it('builds the same genesis as another executor', async () => {
      const empty = State.genesis([], runtime.stateVersion);
      const configuration = JSON.stringify(genesisDefaults(code));
      const calls: [string, Uint8Array][] = [['GenesisBuilder_build_state', encodeString(configuration)]];
      const oracle = await oracleDiff(unpackCode(code), empty, calls);
      expect(effective(empty, ownDiff(runtime, empty, calls).diff)).toEqual(effective(empty, oracle.diff));
    });

    it('writes the same storage in a block as another executor', async () => {
      const types = finish(typesOf({ runtime, state }));
      const now = 1_795_000_000_000;
      const time = types.unsigned(types.call('timestamp', 'set', now));
      // Slots of the paras last a millisecond; the relay chain has none and passes over it.
      const slot = { type: 'preRuntime', engine: encodeText('aura'), data: encodeU64(now) } as const;
      const calls: [string, Uint8Array][] = [
        ['Core_initialize_block', header('11', [slot])],
        ['BlockBuilder_apply_extrinsic', time],
      ];
      const oracle = await oracleDiff(unpackCode(code), state, calls);
      const own = ownDiff(runtime, state, calls);
      expect(own.result).toBe(oracle.result);
      expect(effective(state, own.diff)).toEqual(effective(state, oracle.diff));
      expect(own.diff.size).toBeGreaterThan(5);
    });

    it('tells the message of a panic and undoes the open transactions', () => {
      const overlay = new Overlay(state);
      runtime.call('Core_initialize_block', header('11'), overlay);
      const finalize = () => runtime.call('BlockBuilder_finalize_block', new Uint8Array(), overlay);
      expect(finalize).toThrow(RuntimePanic);
      expect(finalize).toThrow(/panicked at .*(must be updated once|set_validation_data)/is);
      expect(overlay.depth).toBe(0);
    });

    it('is not changed by what was called before, panics included', () => {
      const calls: [string, Uint8Array][] = [
        ['Core_version', new Uint8Array()],
        ['Core_initialize_block', header('33')],
        ['BlockBuilder_finalize_block', new Uint8Array()],
        ['Metadata_metadata', new Uint8Array()],
        ['Core_initialize_block', fromHex('0x00')],
        ['AccountNonceApi_account_nonce', new Uint8Array(32)],
      ];
      const outcome = (used: Runtime, [method, argument]: [string, Uint8Array]) => {
        const overlay = new Overlay(state);
        try {
          const { result } = used.call(method, argument, overlay);
          return { result: toHex(result), changes: overlay.changes() };
        } catch (error) {
          return (error as RuntimePanic).panic;
        }
      };
      const fresh = calls.map((call) => outcome(new Runtime(code), call));
      expect([...calls, ...calls].map((call) => outcome(runtime, call))).toEqual([...fresh, ...fresh]);
      expect(fresh.filter((one) => typeof one === 'string')).toHaveLength(2);
    });

    it('ends with what is missing, and goes on once it is there', () => {
      const backend = new PartialBackend(state);
      const calls: [string, Uint8Array][] = [
        ['Metadata_metadata', new Uint8Array()],
        ['Core_initialize_block', header('44')],
        ['AccountNonceApi_account_nonce', new Uint8Array(32)],
      ];
      const overlay = new Overlay(backend);
      const results = calls.map(([method, argument]) => {
        for (;;) {
          const before = overlay.changes();
          const outcome = runtime.attempt(method, argument, overlay);
          if (outcome.kind === 'returned') return toHex(outcome.result);
          if (outcome.kind === 'panicked') throw outcome.panic;
          expect(overlay.changes()).toEqual(before);
          backend.fetch(outcome.request);
        }
      });
      const whole = new Overlay(state);
      expect(results).toEqual(
        calls.map(([method, argument]) => toHex(runtime.call(method, argument, whole).result)),
      );
      expect(overlay.changes()).toEqual(whole.changes());
      expect(toHex(overlay.seal().root)).toBe(toHex(whole.seal().root));
      const asked = backend.requests.map(({ kind, trie, key }) => `${kind} ${trie} ${key}`);
      expect(asked.length).toBeGreaterThan(5);
      expect(new Set(asked).size).toBe(asked.length);
    });

    it('tells missing storage from a panic, and from an answer', () => {
      const overlay = new Overlay(new PartialBackend(state));
      const lookup = { kind: 'read', trie: MAIN_TRIE };
      expect(runtime.attempt('Core_initialize_block', header('55'), overlay)).toMatchObject({
        kind: 'missing',
        request: lookup,
      });
      expect(() => runtime.call('Core_initialize_block', header('55'), overlay)).toThrow(
        expect.objectContaining({
          code: 'RESCUE_EXECUTION_FAILED',
          details: { request: expect.objectContaining(lookup) },
        }),
      );
      expect(runtime.attempt('Core_initialize_block', fromHex('0x00'), new Overlay(state))).toMatchObject({
        kind: 'panicked',
        panic: { code: 'RESCUE_EXECUTION_FAILED' },
      });
      expect(runtime.attempt('Core_version', new Uint8Array(), overlay).kind).toBe('returned');
    });

    it('says which function a runtime lacks', () => {
      expect(() => runtime.call('Nothing_here', new Uint8Array(), new Overlay(state))).toThrow(
        'The runtime has no function Nothing_here.',
      );
    });
  });

  it('runs a contract as another executor does', async () => {
    const code = await readArtifact('contracts');
    const [sudo, manager] = [devAccount('Alice'), devAccount('ParaManager')];
    const state = contractsGenesis(code, { id: 1000, paraId: 2000, sudo, manager, holders: [] });
    const [noValue, none, upload] = [new Uint8Array(16), encodeOption(null), Uint8Array.of(0)];
    const call = concatBytes(
      ...[fromHex(sudo.account), noValue, none, none],
      ...[upload, encodeVec(fromHex(COUNTER_CODE)), encodeVec(new Uint8Array()), none],
    );
    const oracle = await oracleDiff(unpackCode(code), state, [['ReviveApi_instantiate', call]]);
    const own = ownDiff(new Runtime(code), state, [['ReviveApi_instantiate', call]]);
    expect(own.result).toBe(oracle.result);
    // The answer ends with the code that is now there and the contract's address.
    expect(own.result).toContain(COUNTER_CODE.slice(2 + 24));
    expect(effective(state, own.diff)).toEqual(effective(state, oracle.diff));
    expect(own.diff.size).toBeGreaterThan(5);
  });

  it('compiles one code once, whoever holds a copy of it', async () => {
    const code = await readArtifact('para-good');
    const runtime = Runtime.of(code);
    expect(Runtime.of(code)).toBe(runtime);
    expect(Runtime.of(code.slice())).toBe(runtime);
    expect(Runtime.of(relabelled(code, 4_712))).not.toBe(runtime);
  });

  it('refuses code that is no runtime', () => {
    expect(() => new Runtime(encodeText('not wasm'))).toThrow('This code does not compile as a runtime');
    expect(() => new Runtime(fromHex('0x0061736d01000000'))).toThrow(
      'This code does not compile as a runtime',
    );
    expect(() => new Runtime(fromHex('0x52bc537646db8e05ffff'))).toThrow(
      'This code does not compile as a runtime',
    );
  });

  it('says why a module with the label of a runtime cannot be run', () => {
    const labelled = new Runtime(tinyRuntime({ heapBase: false }));
    expect(labelled.version.specName).toBe('tiny');
    expect(() => labelled.call('Core_version', new Uint8Array(), new Overlay(EMPTY_BACKEND))).toThrow(
      expect.objectContaining({
        code: 'RESCUE_EXECUTION_FAILED',
        message: 'The runtime cannot be loaded: it does not export __heap_base.',
      }),
    );
    expect(() => new Runtime(tinyRuntime({ memory: 'own' }))).toThrow(
      expect.objectContaining({ code: 'RESCUE_CODE_INVALID' }),
    );
  });

  it('refuses a blob of kilobytes that unpacks to gigabytes, without making them', () => {
    // A zstd frame of 20 000 blocks that repeat one byte 131 072 times each.
    const blocks = Array.from({ length: 20_000 }, () => Uint8Array.of(0x02, 0x00, 0x10, 0x00));
    const frame = concatBytes(fromHex('0x28b52ffd0050'), ...blocks, Uint8Array.of(1, 0, 0));
    const before = process.memoryUsage().rss;
    expect(() => new Runtime(concatBytes(fromHex('0x52bc537646db8e05'), frame))).toThrow(
      expect.objectContaining({
        code: 'RESCUE_CODE_INVALID',
        cause: expect.objectContaining({
          message: 'the code is larger than 52428800 bytes when decompressed',
        }),
      }),
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
  });

  it('re-labels a runtime without changing what it does', async () => {
    const code = await readArtifact('para-good');
    const runtime = new Runtime(code);
    const labelled = new Runtime(relabelled(code, 4_711));
    expect(labelled.version).toEqual({ ...runtime.version, specVersion: 4_711 });
    const overlay = () => new Overlay(State.genesis([], 0));
    // The version that was compiled in stays.
    expect(toHex(labelled.call('Core_version', new Uint8Array(), overlay()).result)).toBe(
      toHex(runtime.call('Core_version', new Uint8Array(), overlay()).result),
    );
  });
});

/** Public chain specs, where a developer has them: never needed for the suite to pass. */
const SPECS = new URL('../../../shared/chain-specs/', import.meta.url);
describe.skipIf(!existsSync(new URL('kusama-local.json', SPECS)))(
  'running runtimes that others wrote',
  () => {
    it.each([
      ['kusama-local', 'BABE', '0x02000000000100000000000000'],
      ['penpal-westend', 'aura', '0x0100000000000000'],
    ])('initialises a block of %s as another executor does', async (name, consensus, slot) => {
      const spec = JSON.parse(readFileSync(new URL(`${name}.json`, SPECS), 'utf8')) as {
        genesis: { raw: { top: Record<Hex, Hex> } };
      };
      const entries = Object.entries(spec.genesis.raw.top) as [Hex, Hex][];
      const state = State.genesis(
        entries.map(([key, value]) => [key, fromHex(value)] as const),
        1,
      );
      const code = state.get(toHex(encodeText(':code'))) ?? new Uint8Array();
      const digest = [{ type: 'preRuntime', engine: encodeText(consensus), data: fromHex(slot) } as const];
      const calls: [string, Uint8Array][] = [['Core_initialize_block', header('22', digest)]];
      const oracle = await oracleDiff(unpackCode(code), state, calls);
      expect(ownDiff(new Runtime(code), state, calls).diff).toEqual(oracle.diff);
    });
  },
);

describe('the heap that runtimes get', () => {
  it('never hands out memory that is in use', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(70_000)), { maxLength: 120 });
    fc.assert(
      fc.property(steps, (operations) => {
        const memory = new engine.Memory({ initial: 1 });
        const heap = new HeapAllocator(memory, 1_000);
        const used: [start: number, end: number][] = [];
        for (const [release, amount] of operations) {
          if (release && used.length > 0) {
            const [gone] = used.splice(amount % used.length, 1);
            if (gone) heap.release(gone[0]);
            continue;
          }
          const start = heap.allocate(amount);
          const end = start + amount;
          expect(start % 8).toBe(0);
          expect(end).toBeLessThanOrEqual(memory.buffer.byteLength);
          expect(used.some(([from, to]) => start < to && from < end)).toBe(false);
          used.push([start, end]);
        }
      }),
    );
  });

  it('reuses what was freed and refuses more than 32 MiB at once', () => {
    const heap = new HeapAllocator(new engine.Memory({ initial: 1 }), 8);
    const first = heap.allocate(100);
    heap.release(first);
    expect(heap.allocate(120)).toBe(first);
    expect(() => heap.allocate(32 * 1024 * 1024 + 1)).toThrow(/32 MiB/);
  });
});
