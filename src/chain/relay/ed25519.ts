import { createPublicKey, verify } from 'node:crypto';
import { concatBytes } from '../../bytes/bytes.ts';
import type { Ed25519Verifier } from '../../proof/index.ts';

const SPKI_ED25519 = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/**
 * ed25519 by OpenSSL, which needs two thirds of the time of WebAssembly. Its rules for odd keys are stricter than a relay node's:
 * it may refuse what no honest validator signs, and accepts nothing that a node refuses.
 */
export const verifyWithOpenSsl: Ed25519Verifier = (signature, message, id) => {
  try {
    const key = Buffer.from(concatBytes(SPKI_ED25519, id));
    return verify(null, message, createPublicKey({ key, format: 'der', type: 'spki' }), signature);
  } catch {
    return false;
  }
};
