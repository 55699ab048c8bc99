import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createAskLine } from '../../src/cli/shared/ask-line.ts';

/** A terminal of which both ends are here. */
function terminal() {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (chunk) => {
    shown += String(chunk);
  });
  return { input, ask: createAskLine(input, output), shown: () => shown };
}

describe('a question at a terminal', () => {
  it('is answered by the line that is typed, and by Enter', async () => {
    const { input, ask, shown } = terminal();
    const name = ask('name: ');
    input.write('Alice\n');
    expect(await name).toBe('Alice');
    const more = ask('more [none]: ');
    input.write('\n');
    expect(await more).toBe('');
    expect(shown()).toMatch(/name: [\s\S]*Alice[\s\S]*more \[none\]: /);
  });

  it('is answered by what was typed before it was put, line by line', async () => {
    const { input, ask, shown } = terminal();
    input.write('one\ntwo\nthree\n');
    expect([await ask('1: '), await ask('2: '), await ask('3: ')]).toEqual(['one', 'two', 'three']);
    expect(shown()).toContain('3: three\n');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is given up by %s', async (_, key) => {
    const { input, ask } = terminal();
    const asked = ask('name: ');
    input.write(key);
    await expect(asked).rejects.toMatchObject({ code: 'RESCUE_INTERRUPTED' });
  });
});
