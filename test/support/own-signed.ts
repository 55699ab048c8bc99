import type { ActSignature, OwnSignature } from '../../src/domain/round/round.ts';

/** An act that the key of its own account signed. */
export function ownSigned<Act extends ActSignature>(act: Act): Act & OwnSignature {
  const signature: ActSignature = act;
  if ('signature' in signature) return { ...act, ...signature };
  throw new Error('others signed it');
}
