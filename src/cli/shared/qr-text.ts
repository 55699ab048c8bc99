import { encodeText } from '../../bytes/bytes.ts';
import { qrModules } from '../../bytes/qr-code.ts';
import type { CommandIo } from './io.ts';

/** White on black, whatever the terminal's own colours are: not all scanners read codes that are turned inside out. */
const [COLOURS, END] = ['\u001b[38;5;231;48;5;16m', '\u001b[0m'];
/** Light modules above and below: what a terminal shows in its own colour of text. */
const BLOCKS = { both: '█', upper: '▀', lower: '▄', none: ' ' };

/**
 * A QR code for terminals, two modules a character; null for more than fits into one. `coloured` where escapes are understood; without them
 * it is right on dark backgrounds.
 */
export function qrText(
  content: Uint8Array | string,
  { coloured }: { readonly coloured: boolean },
): string | null {
  const modules = qrModules(typeof content === 'string' ? encodeText(content) : content);
  if (modules === null) return null;
  const lines: string[] = [];
  for (let row = 0; row < modules.length; row += 2) {
    const lower = modules[row + 1];
    const line = (modules[row] ?? [])
      .map((dark, column) => blockOf(!dark, lower === undefined ? false : !lower[column]))
      .join('');
    lines.push(coloured ? `${COLOURS}${line}${END}\n` : `${line}\n`);
  }
  return lines.join('');
}

function blockOf(upper: boolean, lower: boolean): string {
  if (upper && lower) return BLOCKS.both;
  if (upper) return BLOCKS.upper;
  return lower ? BLOCKS.lower : BLOCKS.none;
}

/** Whether a QR code is shown in colours: on a terminal that NO_COLOR does not speak against. */
export function isColoured({ env }: Pick<CommandIo, 'env'>): boolean {
  return process.stdout.isTTY === true && !env.NO_COLOR;
}
