/**
 * Unpacks raw snappy (format_description.txt of snappy): the length as a varint, then literals and copies of what is
 * there already. Null for bytes that are none, or that claim more than `most`.
 */
export function unsnappy(packed: Uint8Array, most: number): Uint8Array | null {
  let at = 0;
  let length = 0;
  for (let scale = 1; ; scale *= 0x80) {
    const byte = packed[at];
    if (byte === undefined || scale > 2 ** 28) return null;
    at += 1;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) break;
  }
  if (length > most) return null;
  const out = new Uint8Array(length);
  let end = 0;
  const little = (bytes: number): number => {
    let value = 0;
    for (let index = bytes - 1; index >= 0; index -= 1) value = value * 256 + (packed[at + index] ?? 0);
    at += bytes;
    return value;
  };
  while (at < packed.length) {
    const tag = packed[at] ?? 0;
    at += 1;
    if ((tag & 3) === 0) {
      const short = tag >> 2;
      const size = (short < 60 ? short : little(short - 59)) + 1;
      if (at + size > packed.length || end + size > length) return null;
      out.set(packed.subarray(at, at + size), end);
      at += size;
      end += size;
      continue;
    }
    const kind = tag & 3;
    const size = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const back = kind === 1 ? ((tag >> 5) << 8) + little(1) : little(kind === 2 ? 2 : 4);
    if (back === 0 || back > end || end + size > length || at > packed.length) return null;
    // Byte by byte: a copy may reach into what it is just writing.
    for (let index = 0; index < size; index += 1, end += 1) out[end] = out[end - back] ?? 0;
  }
  return end === length ? out : null;
}
