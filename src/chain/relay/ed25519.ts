import { createPublicKey, verify } from 'node:crypto';
import type { Ed25519Verifier } from '../../proof/index.ts';

/**
 * ed25519 by OpenSSL, which needs a third of the time of WebAssembly. Keys are imported as JWK: from DER that takes as long as
 * the check of the signature. Its rules for odd keys are stricter than a relay node's: it may refuse what no honest validator signs,
 * and accepts nothing that a node refuses.
 */
export const verifyWithOpenSsl: Ed25519Verifier = (signature, message, id) => {
  if (id.length !== 32) return false;
  try {
    const x = Buffer.from(id.buffer, id.byteOffset, id.length).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
};
