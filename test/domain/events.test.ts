import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventsTable } from '../../src/domain/events/table.ts';
import {
  dataOf,
  EVENTS,
  type EventName,
  messageOfEvent,
  newEvent,
  severityOf,
} from '../../src/domain/events.ts';

const names = Object.keys(EVENTS) as EventName[];
const hash = `0x${'ab'.repeat(32)}` as const;

/** Texts that a terminal, a log or a page could be hurt by, among others. */
const hostileText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('\u001b[2J', '\n', '\r', '\u2028', '\u202e', '\u0085', '\ud800', 'a') }),
  fc.integer({ min: 0, max: 5000 }).map((length) => '😀'.repeat(length)),
);

/** Data of any shape that the schema of an event takes. */
function dataFor(schema: unknown): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodDiscriminatedUnion) return fc.oneof(...schema.options.map(dataFor));
  if (schema instanceof z.ZodObject) {
    return fc.record(
      Object.fromEntries(Object.entries(schema.shape).map(([name, type]) => [name, dataFor(type)])),
    );
  }
  if (schema instanceof z.ZodOptional) return fc.option(dataFor(schema.unwrap()), { nil: undefined });
  if (schema instanceof z.ZodNullable) return fc.option(dataFor(schema.unwrap()));
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return fc.maxSafeNat();
  if (schema instanceof z.ZodString) {
    return schema.safeParse('x').success ? hostileText : fc.maxSafeNat().map(String);
  }
  if (schema instanceof z.ZodArray) return fc.array(dataFor(schema.element), { maxLength: 5 });
  if (schema instanceof z.ZodRecord && schema.keyType instanceof z.ZodEnum) {
    const { options } = schema.keyType;
    return fc.record(Object.fromEntries(options.map((key) => [key, dataFor(schema.valueType)])));
  }
  if (schema instanceof z.ZodCustom) return fc.constant(hash);
  throw new TypeError('a schema that this test cannot make data for');
}

/** An event of this name with any data that fits. */
function told<Name extends EventName>(name: Name) {
  const schema = EVENTS[name].data;
  return dataFor(schema).map((data) => newEvent({ paraId: 2000, relayBlock: 7 }, name, schema.parse(data)));
}

describe('the catalogue of events', () => {
  it.each(names)('makes one plain line of %s, whatever others wrote into its data', (name) => {
    fc.assert(
      fc.property(told(name), ({ message, type }) => {
        expect(type).toBe(name);
        expect(message).toMatch(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u);
        expect(message.length).toBeLessThanOrEqual(2000);
      }),
    );
  });

  it.each(names)('gives %s one severity, by which an earlier version would be read as well', (name) => {
    fc.assert(fc.property(told(name), (event) => void expect(severityOf(event)).toBe(event.severity)));
  });

  it.each(names)('reads the data of %s back as it was told', (name) => {
    fc.assert(fc.property(told(name), (event) => void expect(dataOf(event, name)).toEqual(event.data)));
  });

  it('is the one in docs/http-api.md (npm run docs)', () => {
    const page = readFileSync(new URL('../../docs/http-api.md', import.meta.url), 'utf8');
    expect(/<!-- events: begin -->\n([\s\S]*?)<!-- events: end -->/.exec(page)?.[1]).toBe(eventsTable());
  });
});

describe('the severity of an event', () => {
  const entered = (to: string) => severityOf({ type: 'state-changed', data: { from: 'voting', to } });

  it('wakes somebody when a para has stopped, and when its rescue cannot go on by itself', () => {
    expect(entered('stalled')).toBe('critical');
    expect(entered('escalated')).toBe('critical');
    expect(entered('voting')).toBe('warning');
    expect(entered('upgrading.carryingOut')).toBe('info');
    expect(entered('healthy')).toBe('info');
  });

  it('asks for people only where waiting does not help', () => {
    const waits = (needs: string) => severityOf({ type: 'route-waits', data: { needs, reason: 'why' } });
    expect(waits('time')).toBe('info');
    expect(waits('people')).toBe('warning');
  });

  it.each(['of-a-later-version', 'toString', '__proto__'])('is info for the unknown name %s', (type) => {
    expect(severityOf({ type, data: {} })).toBe('info');
  });

  it('is info when data of another version lacks what it goes by, or has the name of a method there', () => {
    expect(severityOf({ type: 'state-changed', data: {} })).toBe('info');
    expect(severityOf({ type: 'state-changed', data: { to: 'constructor' } })).toBe('info');
  });
});

describe('reading the data of an event', () => {
  it('gives nothing for another name, nor for data that another version told', () => {
    expect(dataOf({ type: 'trouble', data: { reason: 'why' } }, 'node-trouble')).toBeNull();
    expect(dataOf({ type: 'step-sent', data: { extrinsic: hash } }, 'step-sent')).toBeNull();
  });

  it('passes over members that a later version added', () => {
    const data = { reason: 'why', since: 5 };
    expect(dataOf({ type: 'trouble', data }, 'trouble')).toEqual({ reason: 'why' });
  });
});

it('a sentence keeps its words, and only what is not plain in them is taken out', () => {
  expect(messageOfEvent('node-trouble', { reason: 'no\n\u001b[31manswer' })).toBe(
    'will try again at the next block: no [31manswer',
  );
  expect(
    messageOfEvent('state-changed', {
      from: 'upgrading.planning',
      to: 'escalated',
      reason: 'no allowed route',
      round: 1,
      roundId: null,
      anchor: null,
      approved: null,
    }),
  ).toBe('upgrading.planning → escalated: no allowed route');
});
