import decodeQR from 'qr/decode.js';
import { describe, expect, it } from 'vitest';
import { qrText } from '../../src/cli/shared/qr-text.ts';
import { commandLine } from '../support/command-line.ts';
import { openDoor } from '../support/http-door.ts';
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

describe('pararescue handover --qr', () => {
  const data = `0x3c04${'d0'.repeat(60)}` as const;
  const link = `https://polkadot.js.org/apps/#/extrinsics/decode/${data}`;

  /** What a camera reads of the code below the text. */
  const scannedBy = (stdout: string) => decodeQR(imageOf(modulesOfText(stdout.slice(stdout.indexOf('█')))));

  it.each([
    ['the link, where nothing is named', ['--qr'], { link, data }, link],
    ['the bytes, where there is no link', ['--qr'], { link: null, data }, data],
    ['what is named', ['--qr', 'hash'], { link, data }, /^0x(?:1f){32}$/],
    [
      'the hash of a call that is too long',
      ['--qr'],
      { link: null, data: `0x${'00'.repeat(4_000)}` as const },
      /^0x(?:1f){32}$/,
    ],
  ])('shows %s', async (_, flags, part, wanted) => {
    const door = await openDoor();
    const waiting = await door.service.handover(2000);
    door.service.handover = async () => ({ ...waiting, ...part });
    const { status, stdout } = await commandLine(['handover', '--para', '2000', '--url', door.url, ...flags]);
    expect(status).toBe(0);
    if (typeof wanted === 'string') expect(scannedBy(stdout)).toBe(wanted);
    else expect(scannedBy(stdout)).toMatch(wanted);
  });

  it('says what else there is where the call does not fit', async () => {
    const door = await openDoor();
    const waiting = await door.service.handover(2000);
    door.service.handover = async () => ({ ...waiting, data: `0x${'00'.repeat(4_000)}` });
    const args = ['handover', '--para', '2000', '--url', door.url, '--qr', 'data'];
    expect(await commandLine(args)).toMatchObject({ status: 1, stderr: expect.stringMatching(/--qr hash/) });
  });
});
