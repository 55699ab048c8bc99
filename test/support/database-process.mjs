// A second process on a database, for tests of locks and crashes; it runs the built code as a user's process would.
// argv: folder, and what to do: `hold` opens and waits, `write` writes votes and events until it is killed.
import { openStore } from '../../dist/src/store/open.js';

const [path = '', mode = 'hold'] = process.argv.slice(2);
const store = await openStore(path);
process.stdout.write('open\n');
if (mode === 'hold') {
  setInterval(() => undefined, 1000);
} else {
  const hash = (byte) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}`;
  for (let sequence = 1; ; sequence++) {
    const node = new Uint8Array(2000).fill(sequence % 256);
    node.set(new TextEncoder().encode(String(sequence)));
    const vote = {
      relayGenesis: hash(1),
      paraId: 2000,
      anchor: hash(0xaa),
      round: 1,
      roundId: hash(0xee),
      proposal: hash(8),
      choice: 'aye',
      account: hash(sequence % 7),
      sequence,
      signature: `0x${'00'.repeat(64)}`,
      scheme: 'sr25519',
      power: BigInt(sequence),
      admittedAt: sequence,
    };
    const event = { paraId: 2000, relayBlock: sequence, type: 'vote', message: `vote ${sequence}`, data: {} };
    await store.ledger.putVote(vote, [`0x${sequence.toString(16).padStart(8, '0')}`], [node]);
    await store.snapshots.save(
      2000,
      { machine: 'recovery', version: 1, savedAt: 1, snapshot: { sequence } },
      [event, event],
    );
    // Said only once both writes have resolved: from here on nothing may lose them.
    process.stdout.write(`${sequence}\n`);
  }
}
