import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { qrText } from '../../src/cli/shared/qr-text.ts';
import { imageOf, modulesOfText } from '../support/qr-image.ts';

describe('a QR code in a terminal', () => {
  it.each([true, false])('is read from what stands there, with colours: %s', (coloured) => {
    // A code of an odd and one of an even number of lines would both do: all have an odd number of rows.
    for (const text of ['x', `https://polkadot.js.org/apps/#/extrinsics/decode/0x${'3c04'.repeat(100)}`]) {
      const shown = qrText(text, { coloured }) ?? '';
      expect(shown.includes('\u001b')).toBe(coloured);
      expect(decodeQR(imageOf(modulesOfText(shown)))).toBe(text);
    }
  });

  it('is none for what is too long', () => {
    expect(qrText('x'.repeat(3_000), { coloured: false })).toBeNull();
  });
});
