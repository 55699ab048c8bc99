// Plays a para's node for bench/census.ts: the number of accounts comes as a message, where it serves goes back.

import { once } from 'node:events';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { fromHex, toHex } from '../src/bytes/hex.ts';
import { stateWithAccounts } from './proof-state.ts';

const [accounts] = (await once(process, 'message')) as [number];
const state = stateWithAccounts(accounts, 1);
const stateRoot = toHex(state.root);
const keys = [...state.entries()].map(([key]) => Buffer.from(key));

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => socket.on('message', (data) => reply(socket, data)));
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('no port');
process.send?.({ url: `ws://127.0.0.1:${address.port}`, stateRoot });

function reply(socket: WebSocket, data: RawData): void {
  const { id, method, params } = JSON.parse(String(data)) as { id: number; method: string; params: never[] };
  socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: answer(method, params) }));
}

function answer(method: string, params: readonly (string & string[] & number)[]): unknown {
  const [first, second, third, at] = params;
  switch (method) {
    case 'chain_getBlockHash':
      return stateRoot;
    case 'state_getKeysPaged':
      return at && first ? page(first, second ?? 0, third ?? null) : null;
    case 'state_getReadProof':
      return { at: second, proof: state.prove((first ?? []).map(fromHex)).map(toHex) };
    default:
      throw new Error(`the bench's node does not know ${method}`);
  }
}

function page(prefix: string, count: number, after: string | null): string[] {
  const bytes = Buffer.from(fromHex(prefix));
  const start = after === null ? null : Buffer.from(fromHex(after));
  let low = 0;
  for (let high = keys.length; low < high; ) {
    const middle = (low + high) >> 1;
    const key = keys[middle] ?? bytes;
    const before = start === null ? Buffer.compare(key, bytes) < 0 : Buffer.compare(key, start) <= 0;
    if (before) low = middle + 1;
    else high = middle;
  }
  const found: string[] = [];
  for (
    let key = keys[low];
    key?.subarray(0, bytes.length).equals(bytes) && found.length < count;
    key = keys[++low]
  )
    found.push(toHex(key));
  return found;
}
