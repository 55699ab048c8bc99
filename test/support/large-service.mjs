// The HTTP door (compiled) in a process of its own before a service with many votes and a large code. Argument: how many
// votes. Prints `url …`; answers each line on stdin with `rss …`, the memory of this process in bytes after a collection.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createLogger } from '../../dist/src/http/logger.js';
import { createHttpServer } from '../../dist/src/http/server.js';
import { createVoteOrder } from '../../dist/src/voting/vote-order.js';

const count = Number(process.argv[2]);
const hash = (number) => `0x${number.toString(16).padStart(64, '0')}`;
const order = createVoteOrder();
for (let index = 0; index < count; index++) {
  const vote = {
    relayGenesis: hash(1),
    paraId: 2000,
    anchor: hash(2),
    round: 1,
    roundId: hash(29),
    proposal: hash(3),
    choice: 'aye',
    account: hash(index),
    sequence: 1,
    signature: `0x${index.toString(16).padStart(128, '0')}`,
    scheme: 'sr25519',
    power: BigInt(index),
    admittedAt: 100 + Math.floor(index / 50),
  };
  order.add(vote, undefined);
}
const code = new Uint8Array(8 * 1024 * 1024).fill(7);
const codeHex = `0x${'07'.repeat(code.length)}`;
const service = {
  votes: async (_paraId, wanted) => order.page(wanted),
  code: async () => code.slice(),
  substitute: async (paraId) => ({ paraId, blockNumber: 1, codeHash: hash(9), code: codeHex, text: 'x' }),
  evidence: async () => ({
    version: '1',
    lines: async () =>
      (async function* () {
        for (let line = 0; line < 200_000; line++) yield `{"kind":"node","bytes":"0x${'ab'.repeat(100)}"}\n`;
      })(),
  }),
};
const server = createHttpServer({ service, log: createLogger({ level: 'silent', pretty: false }) });
const url = await server.listen({ host: '127.0.0.1', port: 0 });
writeSync(1, `url ${url}\n`);
createInterface({ input: process.stdin })
  .on('line', () => {
    globalThis.gc?.();
    writeSync(1, `rss ${process.memoryUsage().rss}\n`);
  })
  .on('close', () => process.exit(0));
