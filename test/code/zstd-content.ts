/** What the frames in test/fixtures/zstd hold: `zstd` (1.5.4) made each of what `contentOf` gives for its first word. */
export function contentOf(kind: string): Uint8Array {
  let state = 0x9e3779b9;
  const random = (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  switch (kind) {
    case 'words': {
      const words = [
        'para',
        'relay',
        'head',
        'anchor',
        'vote',
        'quorum',
        'census',
        'route',
        'step',
        'evidence',
      ];
      let text = '';
      while (text.length < 60_000)
        text += `${words[random(words.length)]}${random(7) === 0 ? random(1000) : ''} `;
      return new TextEncoder().encode(text);
    }
    // Few values, no repeats to speak of: codes for literals, in four streams.
    case 'bytes':
      return Uint8Array.from({ length: 20_000 }, () => random(random(40) + 1));
    case 'noise':
      return Uint8Array.from({ length: 3000 }, () => random(256));
    case 'zeros':
      return new Uint8Array(400_000);
    case 'tiny':
      return new TextEncoder().encode('aaaaabaaaaabaaaaab');
    default:
      throw new Error(`there is no content ${kind}`);
  }
}
