import { config } from 'zod';
import { fromHex } from '../../src/bytes/hex.ts';
import { messageOf, RescueError } from '../../src/domain/errors.ts';
import { layoutOf, verifyElectors } from '../../src/voting/anchor-proof.ts';
import { verifyEvidence } from '../../src/voting/evidence/verifier.ts';
import { provePower } from '../../src/voting/power/proven-power.ts';
import { openSignatureThreads } from './signature-threads.ts';
import type { Asked, CheckedPower, Told } from './worker-messages.ts';

config({ jitless: true });

/** Milliseconds between two words on how far it is. */
const PROGRESS_MS = 100;

const tell = (told: Told) => postMessage(told);

addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  work(data).then(tell, (error: unknown) => tell({ kind: 'failed', message: messageOf(error) }));
});
// Messages that came before this module had loaded would be lost.
tell({ kind: 'ready' });

async function work(asked: Asked): Promise<Told> {
  if (asked.kind === 'power') return { kind: 'power', checked: checkPower(asked) };
  const { evidence, trusted } = asked;
  const total = typeof evidence === 'string' ? null : evidence.size;
  let [bytes, votes, toldAt] = [0, 0, 0];
  const onVote = () => {
    votes += 1;
  };
  async function* counted(): AsyncGenerator<Uint8Array> {
    const reader = (await streamOf(evidence)).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
      if (performance.now() - toldAt >= PROGRESS_MS) {
        toldAt = performance.now();
        tell({ kind: 'progress', bytes, total, votes });
      }
      yield value;
    }
  }
  const threads = openSignatureThreads();
  try {
    const report = await verifyEvidence(counted(), {
      trusted,
      onVote,
      checkSignatures: threads.check,
      signatureBatches: threads.threads * 2,
    });
    return { kind: 'report', report };
  } finally {
    threads.close();
  }
}

async function streamOf(evidence: Blob | string): Promise<ReadableStream<Uint8Array>> {
  if (typeof evidence !== 'string') return evidence.stream();
  const response = await fetch(evidence, { redirect: 'error' });
  if (response.ok && response.body !== null) return response.body;
  throw new RescueError(
    'RESCUE_NOT_FOUND',
    `The service gives no evidence (status ${response.status}): there was no round yet.`,
  );
}

/** From the relay header down to the balance: nothing of what the service says of it is taken. */
function checkPower({ paraId, policy, proof }: Extract<Asked, { kind: 'power' }>): CheckedPower {
  const { account, anchor, evidence, nodes } = proof;
  const layout = layoutOf(evidence);
  const { electorate, collators } = verifyElectors(paraId, anchor, evidence, policy, layout);
  const { power } = provePower(policy, account, anchor.head.stateRoot, nodes.map(fromHex), layout);
  const collator = collators && {
    member: collators.members.has(account),
    size: collators.members.size,
    alone: collators.rule.decide === 'alone',
  };
  return { power, electorate, collator };
}
