import { TypeRegistry } from '@polkadot/types';
import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { ChainRuntime, chainRuntimeOf, metadataOf } from '../../src/chain/nodes/chain-runtime.ts';
import { coretimeShape, registrarShape } from '../../src/chain/relay/registrar-shape.ts';
import { registrarPlace, registrarRule } from '../../src/domain/chain/registrar-shape.ts';
import { cryptoReady } from '../../src/executor/host/hashing.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { HAS_SPECS, openSpec } from '../blocks/specs.ts';

/** What is changed of metadata, as JSON: variants of calls and errors, storage items, types. */
interface Field {
  name: string | null;
  type: number;
  typeName: string | null;
  docs: string[];
}
interface Variant {
  name: string;
  fields: Field[];
  index: number;
  docs: string[];
}
interface TypeJson {
  id: number;
  type: {
    path: string[];
    def: { variant?: { variants: Variant[] }; composite?: { fields: Field[] }; primitive?: string };
  };
}
interface PalletJson {
  name: string;
  calls: { type: number } | null;
  errors: { type: number } | null;
  storage: { items: { name: string; type: { map?: { value: number } } }[] } | null;
}
class MetadataJson {
  readonly #json: { lookup: { types: TypeJson[] }; pallets: PalletJson[] };
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    const metadata = new TypeRegistry().createType('MetadataV14', metadataOf(runtime).slice(5));
    this.#json = JSON.parse(JSON.stringify(metadata.toJSON()));
  }

  pallet(name: string): PalletJson {
    return found(this.#json.pallets.find((pallet) => pallet.name === name));
  }

  type(id: number): TypeJson['type'] {
    return found(this.#json.lookup.types.find((type) => type.id === id)).type;
  }

  idOf(which: (type: TypeJson['type']) => boolean): number {
    return found(this.#json.lookup.types.find(({ type }) => which(type))).id;
  }

  /** The list itself: what is done to it is done to the metadata. */
  calls(pallet: string): Variant[] {
    return found(this.type(found(this.pallet(pallet).calls).type).def.variant).variants;
  }

  errors(pallet: string): Variant[] {
    return found(this.type(found(this.pallet(pallet).errors).type).def.variant).variants;
  }

  dropCalls(pallet: string, ...names: readonly string[]): void {
    const calls = this.calls(pallet);
    calls.splice(0, calls.length, ...calls.filter(({ name }) => !names.includes(name)));
  }

  runtime(): ChainRuntime {
    const bytes = new TypeRegistry().createType('MetadataV14', this.#json).toU8a();
    const magic = new TextEncoder().encode('meta');
    return new ChainRuntime(this.#runtime.version, toHex(concatBytes(magic, Uint8Array.of(14), bytes)));
  }
}

function found<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('the metadata has no such thing');
  return value;
}

describe('the shape of a registrar', () => {
  let relay: Runtime;
  beforeAll(async () => {
    await cryptoReady();
    relay = Runtime.of(await readArtifact('relay'));
  });
  const change = (by: (metadata: MetadataJson) => void): ChainRuntime => {
    const metadata = new MetadataJson(relay);
    by(metadata);
    return metadata.runtime();
  };
  /** `schedule_code_upgrade(para_id, code_hash, code_len)`, as the pallet of the Coretime chain has it. */
  const byHash = (metadata: MetadataJson, isScaffold: boolean) => {
    const schedule = found(metadata.calls('Registrar').find(({ name }) => name === 'schedule_code_upgrade'));
    const [para] = schedule.fields;
    const hash = metadata.idOf(({ path }) => path.at(-1) === 'ValidationCodeHash');
    const u32 = metadata.idOf(({ def }) => def.primitive === 'U32');
    const field = { typeName: null, docs: [] };
    schedule.fields = [
      found(para),
      { ...field, name: 'code_hash', type: hash },
      { ...field, name: 'code_len', type: u32 },
    ];
    if (isScaffold)
      metadata.errors('Registrar').push({ name: 'Unimplemented', fields: [], index: 99, docs: [] });
  };

  it('is the present one on the embedded network', () => {
    expect(registrarShape(chainRuntimeOf(relay), null)).toEqual({
      schedule: 'code',
      hasManagerCalls: true,
      locked: 'option',
      appliesAuthorized: false,
      authorizations: [],
      migration: null,
    });
  });

  it('is that before locks where managers have no calls and the lock is a plain bool', () => {
    const old = change((metadata) => {
      metadata.dropCalls('Registrar', 'add_lock', 'schedule_code_upgrade', 'set_current_head');
      const paras = found(metadata.pallet('Registrar').storage?.items.find(({ name }) => name === 'Paras'));
      const entry = metadata.type(found(paras.type.map).value);
      const locked = found(entry.def.composite?.fields.find(({ name }) => name === 'locked'));
      locked.type = metadata.idOf(({ def }) => def.primitive === 'Bool');
    });
    const shape = registrarShape(old, null);
    expect(shape).toMatchObject({ schedule: null, hasManagerCalls: false, locked: 'bool' });
    expect(registrarRule(shape, false)).toBe('pre-lock');
  });

  it('is on its way, and then moved, as both sides come to have what they need', () => {
    const relaySide = (...items: readonly string[]) =>
      registrarShape(
        change((metadata) => {
          metadata.dropCalls('Registrar', 'schedule_code_upgrade');
          const apply = found(
            metadata.calls('Paras').find(({ name }) => name === 'apply_authorized_force_set_current_code'),
          );
          apply.name = 'apply_authorized_code';
          const storage = found(metadata.pallet('Paras').storage);
          const [first] = storage.items;
          storage.items = items.map((name) => ({ ...found(first), name }));
        }),
        null,
      );
    const moved = change((metadata) => byHash(metadata, false));
    const coretime = coretimeShape(moved, null);
    const scaffold = coretimeShape(
      change((metadata) => byHash(metadata, true)),
      null,
    );
    const done = relaySide('PendingRegistrations', 'AuthorizedUpgrades');
    expect(done).toMatchObject({
      schedule: null,
      appliesAuthorized: true,
      authorizations: ['AuthorizedUpgrades'],
    });
    expect(coretime).toEqual({
      pallet: 'Registrar',
      schedule: 'hash',
      isScaffold: false,
      migration: null,
    });
    const place = (relay: typeof done, its: typeof coretime) =>
      registrarPlace({
        relay,
        relayFiltered: null,
        coretime: its,
        coretimeFiltered: false,
      }).is;
    expect(place(done, coretime)).toBe('coretime');
    expect(place(done, scaffold)).toBe('migrating');
    expect(place(relaySide('PendingRegistrations'), coretime)).toBe('migrating');
    // A registrar of the relay chain that takes a hash takes no code.
    expect(registrarShape(moved, null).schedule).toBe('hash');
  });

  it.skipIf(!HAS_SPECS).each([
    ['westend-local', 'code', false],
    ['kusama-local', 'code', false],
    ['paseo', 'code', false],
    ['coretime-westend-local', null, true],
  ] as const)('of %s is read off its own metadata', (name, schedule, isCoretime) => {
    const code = found(openSpec(name).state.get('0x3a636f6465'));
    const runtime = chainRuntimeOf(Runtime.of(code));
    expect(registrarShape(runtime, null)).toMatchObject({ schedule, appliesAuthorized: false });
    if (!isCoretime) return;
    const coretime = coretimeShape(runtime, null);
    expect(coretime.pallet).toBeNull();
    const relaySide = registrarShape(chainRuntimeOf(relay), null);
    const place = (relayFiltered: boolean) =>
      registrarPlace({ relay: relaySide, relayFiltered, coretime, coretimeFiltered: null });
    expect(place(false)).toEqual({ is: 'relay' });
    expect(place(true)).toMatchObject({ is: 'migrating' });
  });
});
