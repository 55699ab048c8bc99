import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { sampleVote } from '../store/samples.ts';
import { openDoor } from '../support/http-door.ts';

async function connectTo(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

const EVENTS = 'GET /v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** What the answer to a stream of events keeps waiting: it never ends. */
describe('requests that are sent ahead of the answer before', () => {
  it('give back their shares when the connection goes, event streams too', async () => {
    const door = await openDoor({
      limits: { maxEventStreams: 8, eventStreamsPerClient: 8, connectionsPerClient: 8 },
    });
    for (let time = 0; time < 4; time++) {
      const socket = await connectTo(door.url);
      socket.write(EVENTS.repeat(6));
      await expect.poll(() => door.service.readers).toBe(6);
      socket.destroy();
      await expect.poll(() => door.service.readers).toBe(0);
    }
    expect((await fetch(`${door.url}/health`)).status).toBe(200);
  });

  it('count as acts, though nobody ever takes the answers', async () => {
    const door = await openDoor({ limits: { votesPerMinute: 5 } });
    const { power: _, admittedAt: __, ...ballot } = sampleVote();
    const body = JSON.stringify(ballot);
    const vote = `POST /v1/paras/2000/votes HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    for (let time = 0; time < 3; time++) {
      const socket = await connectTo(door.url);
      socket.write(EVENTS + vote.repeat(3));
      await expect.poll(() => door.service.calls.length).toBeGreaterThanOrEqual(Math.min(5, 3 * (time + 1)));
      socket.destroy();
      await expect.poll(() => door.service.readers).toBe(0);
    }
    const { status } = await fetch(`${door.url}/v1/paras/2000/votes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(status).toBe(429);
    expect(door.service.calls.length).toBeLessThan(8);
  });

  it('let go of the evidence that they wait for', async () => {
    const door = await openDoor();
    let version = 0;
    door.service.evidence = async () => {
      version += 1;
      const name = String(version);
      return {
        version: name,
        lines: async () =>
          (async function* () {
            yield name.padEnd(1_000_000);
          })(),
      };
    };
    for (let time = 0; time < 6; time++) {
      const socket = await connectTo(door.url);
      socket.write(`${EVENTS}GET /v1/paras/2000/evidence HTTP/1.1\r\nhost: localhost\r\n\r\n`);
      await expect.poll(() => version).toBe(time + 1);
      socket.destroy();
      await expect.poll(() => door.service.readers).toBe(0);
    }
    // Had they kept theirs, an older one would be given, not a new one.
    const answer = await fetch(`${door.url}/v1/paras/2000/evidence`);
    expect((await answer.text()).trim()).toBe('7');
  });
});
