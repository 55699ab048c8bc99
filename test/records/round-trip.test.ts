import { readdirSync } from 'node:fs';
import fc from 'fast-check';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createServiceClient } from '../../src/client/service-client.ts';
import { toJson } from '../../src/domain/json.ts';
import { Database } from '../../src/store/database.ts';
import { KEY_LAYOUT } from '../../src/store/key-layout.ts';
import { describeKey } from '../../src/store/keys.ts';
import { openDoor } from '../support/http-door.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type Door, ROWS, type TypedRow, takeEverything } from './rows.ts';

/** Members whose contents are free: what stands in them belongs to no record. */
const FREE = ['data', 'layout', 'snapshot', 'args', 'fact'];
const RUNS = { numRuns: 12 };

const rows = Object.entries(ROWS);
const rowsWith = (door: Door) => rows.filter(([, row]) => row.has(door));

/** Every record and view that the domain exports, by name. */
const catalogue = new Map<string, unknown>();

beforeAll(async () => {
  const names = (folder: string) =>
    readdirSync(new URL(`../../src/domain/${folder}/`, import.meta.url)).map((file) => file.slice(0, -3));
  const modules: Readonly<Record<string, unknown>>[] = await Promise.all([
    ...names('records').map((name) => import(`../../src/domain/records/${name}.ts`)),
    ...names('views').map((name) => import(`../../src/domain/views/${name}.ts`)),
    import('../../src/domain/route/plan-schema.ts'),
  ]);
  for (const [name, value] of modules.flatMap((module) => Object.entries(module))) {
    if (isRecord(value)) catalogue.set(name, value);
  }
});

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'strict' in value && 'tolerant' in value;
}

async function openDatabase(): Promise<Database> {
  const database = await Database.open(await temporaryFolder());
  onTestFinished(() => database.close());
  return database;
}

async function openService() {
  const operatorToken = 'ab'.repeat(32);
  const { service, url } = await openDoor({ limits: { votesPerMinute: 100_000 }, operatorToken });
  return { service, url, client: createServiceClient(url, { operatorToken }) };
}

/** A value as a richer version of it would be written: with members that nobody knows in all of its objects. */
function withUnknown<T>(value: T): T {
  const copy: T = JSON.parse(toJson(value));
  for (const object of objectsIn(copy)) Object.assign(object, { addedLater: { by: ['a newer version'] } });
  return copy;
}

/** The value's JSON once for each of its objects, with an unknown member in that one. */
function* withOneUnknown(value: unknown): Generator<object> {
  const count = objectsIn(JSON.parse(toJson(value))).length;
  for (let index = 0; index < count; index += 1) {
    const copy: object = JSON.parse(toJson(value));
    Object.assign(objectsIn(copy)[index] ?? {}, { addedLater: null });
    yield copy;
  }
}

function objectsIn(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, member]) =>
    FREE.includes(name) ? [] : objectsIn(member),
  );
  return Array.isArray(value) ? below : [value, ...below];
}

/** The same few values whenever the test runs; some of them with every optional part. */
function samplesOf<T>({ values }: TypedRow<T>): T[] {
  const samples = fc.sample(values, { numRuns: 60, seed: 11 });
  return samples.sort((a, b) => objectsIn(b).length - objectsIn(a).length).slice(0, 3);
}

describe('the table of records', () => {
  it('has every record and view of the domain', () => {
    expect(catalogue.size).toBeGreaterThan(20);
    expect(Object.keys(ROWS).sort()).toEqual([...catalogue.keys()].sort());
    for (const [name, schema] of catalogue) expect(ROWS[name]?.schema, name).toBe(schema);
  });

  it('names a border for each, or the records that it is a part of', () => {
    for (const [name, row] of rows) {
      const doors = (['store', 'answer', 'body'] as const).filter((door) => row.has(door));
      expect(doors.length > 0, name).toBe(row.partOf.length === 0);
      for (const whole of row.partOf) expect(Object.keys(ROWS)).toContain(whole);
    }
  });

  it('puts every kind of record that is JSON in the database there', async () => {
    const database = await openDatabase();
    const letters = new Set<string>();
    for (const [, row] of rowsWith('store')) {
      await row.use(async (typed) => {
        const [value] = samplesOf(typed);
        if (value === undefined || !typed.store) throw new Error('a row of the store without samples');
        letters.add(String.fromCharCode(typed.store(database, value).key[0] ?? 0));
      });
    }
    const kinds = Object.entries(KEY_LAYOUT).filter(([, { value }]) => value.startsWith('JSON'));
    const others = kinds.filter(([kind]) => kind !== 'format' && kind !== 'counters');
    expect([...letters].sort()).toEqual(others.map(([, { letter }]) => letter).sort());
  });
});

describe.each(rows)('%s', (_name, row) => {
  it('comes back equal from its JSON under both strictnesses', () =>
    row.use(async ({ schema, values }) => {
      fc.assert(
        fc.property(values, (value) => {
          const json: unknown = JSON.parse(toJson(value));
          expect(schema.strict.parse(json)).toEqual(value);
          expect(schema.tolerant.parse(json)).toEqual(value);
        }),
        { numRuns: 50 },
      );
    }));

  it('takes nothing else for any of its members', () =>
    row.use(async (typed) => {
      for (const value of samplesOf(typed)) {
        const json: object = JSON.parse(toJson(value));
        for (const name of Object.keys(json).filter((member) => !FREE.includes(member))) {
          const wrong = { ...json, [name]: { not: 'this' } };
          expect(typed.schema.strict.safeParse(wrong).success, name).toBe(false);
          // The severity of an event may be one that only later versions know.
          const isOpen = name === 'severity' && 'type' in json;
          expect(typed.schema.tolerant.safeParse(wrong).success, name).toBe(isOpen);
        }
      }
    }));
});

describe('the database', () => {
  it.each(rowsWith('store'))('gives back what it was given: %s', (_name, row) =>
    row.use(async ({ values, store }) => {
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          const database = await Database.open(await temporaryFolder());
          const door = store?.(database, value);
          await door?.put();
          expect(await door?.get()).toEqual(value);
          await database.close();
        }),
        RUNS,
      );
    }),
  );

  it.each(rowsWith('store'))('refuses an unknown member anywhere in it, by its key: %s', (_name, row) =>
    row.use(async (typed) => {
      const database = await openDatabase();
      for (const value of samplesOf(typed)) {
        const door = typed.store?.(database, value);
        if (!door) throw new Error('no store');
        for (const damaged of withOneUnknown(value)) {
          await database.exclusively(() => database.write([{ key: door.key, value: damaged }]));
          await expect(door.get(), toJson(damaged)).rejects.toMatchObject({
            code: 'RESCUE_STORE_CORRUPT',
            details: { key: describeKey(door.key) },
          });
        }
        await database.exclusively(() => database.write([{ key: door.key, value: Object(value) }]));
        expect(await door.get()).toEqual(value);
      }
    }),
  );
});

describe('the client', () => {
  it.each(rowsWith('answer'))('gives back what the service gave: %s', (_name, row) =>
    row.use(async ({ values, answer }) => {
      const { service, client } = await openService();
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          expect(await answer?.(value, service, client)).toEqual(value);
        }),
        RUNS,
      );
    }),
  );

  it.each(rowsWith('answer').filter(([name]) => name !== 'policy'))(
    'drops what a newer service adds: %s',
    (_name, row) =>
      row.use(async (typed) => {
        const { service, client } = await openService();
        for (const value of samplesOf(typed)) {
          expect(await typed.answer?.(withUnknown(value), service, client)).toEqual(value);
        }
      }),
  );

  it('refuses a policy with an unknown member, which would have another hash without it', () =>
    ROWS.policy?.use(async (typed) => {
      const { service, client } = await openService();
      const [value] = samplesOf(typed);
      if (value === undefined) throw new Error('no policy');
      await expect(typed.answer?.(withUnknown(value), service, client)).rejects.toMatchObject({
        code: 'RESCUE_SERVICE_UNREACHABLE',
      });
    }));
});

describe('a request body', () => {
  it.each(rowsWith('body'))('reaches the service as the client was given it: %s', (_name, row) =>
    row.use(async ({ values, body }) => {
      const { service, client } = await openService();
      const got = takeEverything(service);
      await fc.assert(
        fc.asyncProperty(values, async (value) => {
          got.length = 0;
          await body?.send(value, client);
          expect(got.map(body?.received ?? String)).toEqual([value]);
        }),
        RUNS,
      );
    }),
  );

  it.each(rowsWith('body'))('is refused with an unknown member anywhere in it: %s', (_name, row) =>
    row.use(async (typed) => {
      const { service, url } = await openService();
      const got = takeEverything(service);
      const { body } = typed;
      for (const value of samplesOf(typed)) {
        for (const wrong of withOneUnknown(value)) {
          const response = await fetch(`${url}${body?.path(value)}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: toJson(body?.wrap?.(wrong) ?? wrong),
          });
          expect([400, 422]).toContain(response.status);
          expect(await response.text()).toContain('addedLater');
        }
      }
      expect(got).toEqual([]);
    }),
  );
});
