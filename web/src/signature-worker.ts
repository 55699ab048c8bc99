import { config } from 'zod';
import { messageOf } from '../../src/domain/errors.ts';
import { type SignedText, signaturesReady } from '../../src/voting/ballots/signature.ts';
import { checkSignatures } from '../../src/voting/evidence/signatures.ts';
import type { CheckedBatch } from './signature-threads.ts';

config({ jitless: true });

const tell = (told: CheckedBatch | 'ready') => postMessage(told);

addEventListener('message', ({ data }: MessageEvent<readonly SignedText[]>) => {
  checkSignatures(data).then(
    (problems) => tell({ problems }),
    (error: unknown) => tell({ message: messageOf(error) }),
  );
});
await signaturesReady();
tell('ready');
