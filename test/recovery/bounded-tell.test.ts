import { expect, it } from 'vitest';
import type { Tell } from '../../src/domain/events.ts';
import { boundedTell } from '../../src/recovery/bounded-tell.ts';

it('what an endpoint is worth is told twenty times an hour under each para, and everything else always', () => {
  const told: string[] = [];
  const clock = { now: 0 };
  const record: Tell = (paraId, name, data) =>
    void told.push(`${paraId} ${name} ${'endpoint' in data ? data.endpoint : ''}`);
  const tell = boundedTell(record, () => clock.now);
  const flap = (paraId: number, endpoint: string) =>
    tell(paraId, 'endpoint-standing', { endpoint, standing: 'lagging', reason: null });
  for (let times = 0; times < 50; times++) {
    flap(2000, 'relay endpoint 1 of 2');
    tell(2000, 'node-trouble', { reason: 'no node answers' });
  }
  flap(2000, 'relay endpoint 2 of 2');
  flap(2001, 'relay endpoint 1 of 2');
  clock.now = 3_600_000;
  flap(2000, 'relay endpoint 1 of 2');
  const count = (line: string) => told.filter((entry) => entry === line).length;
  expect(count('2000 endpoint-standing relay endpoint 1 of 2')).toBe(21);
  expect(count('2000 node-trouble ')).toBe(50);
  expect(count('2000 endpoint-standing relay endpoint 2 of 2')).toBe(1);
  expect(count('2001 endpoint-standing relay endpoint 1 of 2')).toBe(1);
});
