import { encodeText } from '../bytes/bytes.ts';
import { fromHex } from '../bytes/hex.ts';
import type { ParaHeadRef } from '../domain/chain/observation.ts';
import type { ParaReader } from '../domain/ports/para.ts';
import { answerOf } from '../domain/readiness/answer-of.ts';
import type { Hex } from '../domain/units.ts';
import { createProofVerifier } from '../proof/index.ts';

const KEYS = [':pending_code', ':code'].map(encodeText);

/**
 * The code by which the para itself builds on `head`, proven, where the relay chain stores other code, `stored`; null where both are one, and
 * where no node tells.
 */
export async function otherOwnCode(
  reader: Pick<ParaReader, 'codeHash' | 'prove'>,
  head: ParaHeadRef,
  stored: Hex,
): Promise<Uint8Array | null> {
  const found = await answerOf(async () => {
    if ((await reader.codeHash(head)) === stored) return { code: null };
    const { get } = createProofVerifier(fromHex(head.stateRoot), await reader.prove(head, KEYS));
    return { code: KEYS.map(get).find((value) => value !== null) ?? null };
  });
  return 'trouble' in found ? null : found.code;
}
