/** Pixels of a module: as few as decoders read. */
const SCALE = 4;

/** The picture that a camera takes of a code's modules. */
export function imageOf(modules: readonly (readonly boolean[])[]): {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
} {
  const side = modules.length * SCALE;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      if (!modules[Math.floor(y / SCALE)]?.[Math.floor(x / SCALE)]) continue;
      data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3);
    }
  }
  return { width: side, height: side, data };
}

/** The modules of a code as a terminal shows it: light ones are blocks, two rows a line. */
export function modulesOfText(text: string): boolean[][] {
  // The colours of a terminal begin with a control character.
  const lines = text
    .replace(/\p{Cc}\[[\d;]*m/gu, '')
    .split('\n')
    .filter((line) => line !== '');
  const rows = lines.flatMap((line) => {
    const blocks = [...line];
    return [blocks.map((block) => !'█▀'.includes(block)), blocks.map((block) => !'█▄'.includes(block))];
  });
  // An odd number of rows leaves half a line, which is the terminal's own background.
  return rows.slice(0, rows[0]?.length);
}
