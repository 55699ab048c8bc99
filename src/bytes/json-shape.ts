/** Deepest nesting of arrays and objects, and how many values they hold at most: one more than there are commas. */
export interface JsonShape {
  readonly depth: number;
  readonly values: number;
}

const COMMA = 0x2c;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The shape of JSON text, by one pass over its bytes and without parsing it: parsing a megabyte of brackets or commas costs a
 * thousand times what reading them does. Counting stops above `most`. Text that is no JSON has some shape, too.
 */
export function shapeOfJson(json: Uint8Array, most: JsonShape): JsonShape {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  for (let at = 0; at < json.length && deepest <= most.depth && values <= most.values; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfText(json, at);
    } else if (byte === COMMA) {
      values += 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return { depth: deepest, values };
}

/** Whether JSON text is nested no deeper, and holds no more values, than `most`. */
export function isWithin(json: Uint8Array, most: JsonShape): boolean {
  const { depth, values } = shapeOfJson(json, most);
  return depth <= most.depth && values <= most.values;
}

/** Where the text that begins with the quote at `start` ends; the end of everything when it does not. */
function endOfText(json: Uint8Array, start: number): number {
  for (let from = start + 1; ; ) {
    const end = json.indexOf(QUOTE, from);
    if (end < 0) return json.length;
    // A quote behind an odd number of backslashes is one of the text.
    let before = end;
    while (before > from && json[before - 1] === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 0) return end;
    from = end + 1;
  }
}
