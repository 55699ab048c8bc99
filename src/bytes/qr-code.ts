import encodeQR from 'qr';

/** Bytes in the largest QR code (version 40) with the least correction: ISO/IEC 18004, table 7. */
export const MOST_QR_BYTES = 2953;
/** Modules of a quiet zone that scanners need on each side: ISO/IEC 18004, 6.3.8. */
const QUIET = 4;

/**
 * The modules of a QR code with its quiet zone, row by row; true is dark. Bytes stand in it as they are. With the least correction, for codes that are shown on screens.
 * Null for more than fits into one.
 */
export function qrModules(content: Uint8Array): readonly (readonly boolean[])[] | null {
  if (content.length === 0 || content.length > MOST_QR_BYTES) return null;
  // The text is what the encoder is called with; the bytes are what it writes.
  return encodeQR('bytes', 'raw', {
    encoding: 'byte',
    ecc: 'low',
    border: QUIET,
    textEncoder: () => content,
  });
}
