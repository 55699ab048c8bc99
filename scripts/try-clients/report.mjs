/** What every trial of a client starts with: where the chains are, and how it tells what works. */
export const { relay, para, contracts } = JSON.parse(process.env.DEVNET ?? '{}');

const LONGEST_MS = 60_000;
let failed = 0;

/** Does one thing with the client, and says whether it worked. */
export async function trying(what, work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${LONGEST_MS / 1000} s`)), LONGEST_MS);
  });
  try {
    await Promise.race([work(), late]);
    say(what, null);
  } catch (error) {
    failed += 1;
    say(what, error?.stack ?? String(error));
  } finally {
    clearTimeout(timer);
  }
}

/** Ends the process: clients leave timers and sockets behind. */
export function done() {
  process.exit(failed === 0 ? 0 : 1);
}

export function expect(fact, words) {
  if (!fact) throw new Error(words);
}

function say(what, problem) {
  process.stdout.write(`${JSON.stringify({ what, problem })}\n`);
}
