import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const underWay = new WeakMap<Socket, Set<() => void>>();

/**
 * Calls `done` once, when the answer is out or can never go out any more. An answer to a request that was sent ahead of the answer
 * before (pipelining) waits for that one: when the connection goes meanwhile, no event of the answer itself tells it.
 */
export function whenOver(request: IncomingMessage, response: ServerResponse, done: () => void): void {
  const { socket } = request;
  const waiting = waitingOf(socket);
  const end = () => {
    if (!waiting.delete(end)) return;
    response.off('close', end);
    done();
  };
  waiting.add(end);
  response.once('close', end);
  if (socket.closed) end();
}

/** One listener a connection, however many requests come over it. */
function waitingOf(socket: Socket): Set<() => void> {
  const known = underWay.get(socket);
  if (known) return known;
  const fresh = new Set<() => void>();
  underWay.set(socket, fresh);
  socket.once('close', () => {
    for (const end of [...fresh]) end();
  });
  return fresh;
}
