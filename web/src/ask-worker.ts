import type { EvidenceReport } from '../../src/voting/evidence/points.ts';
import type { Asked, CheckedPower, Told } from './worker-messages.ts';

type Answer = Extract<Told, { kind: 'report' | 'power' }>;

/** Has a thread of its own check something; it ends with the answer, or when the signal aborts. */
async function ask(
  asked: Asked,
  signal: AbortSignal | null = null,
  onProgress: (told: Extract<Told, { kind: 'progress' }>) => void = () => undefined,
): Promise<Answer> {
  const worker = new Worker(new URL('./proof-worker.ts', import.meta.url), { type: 'module' });
  try {
    return await new Promise<Answer>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.addEventListener('error', ({ message }) =>
        reject(new Error(message || 'the thread that checks did not start')),
      );
      worker.addEventListener('message', ({ data }: MessageEvent<Told>) => {
        if (data.kind === 'ready') worker.postMessage(asked);
        else if (data.kind === 'progress') onProgress(data);
        else if (data.kind === 'failed') reject(new Error(data.message));
        else resolve(data);
      });
    });
  } finally {
    worker.terminate();
  }
}

export async function verifyInWorker(
  asked: Omit<Extract<Asked, { kind: 'verify' }>, 'kind'>,
  signal: AbortSignal,
  onProgress: (told: Omit<Extract<Told, { kind: 'progress' }>, 'kind'>) => void,
): Promise<EvidenceReport> {
  const answer = await ask({ kind: 'verify', ...asked }, signal, onProgress);
  if (answer.kind === 'report') return answer.report;
  throw new Error('the thread answered something else');
}

export async function checkPowerInWorker(
  asked: Omit<Extract<Asked, { kind: 'power' }>, 'kind'>,
): Promise<CheckedPower> {
  const answer = await ask({ kind: 'power', ...asked });
  if (answer.kind === 'power') return answer.checked;
  throw new Error('the thread answered something else');
}
