import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger } from '../../src/http/logger.ts';

function logged(pretty: boolean, write: (log: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  write(createLogger({ level: 'info', pretty }, destination));
  return text;
}

it.each([false, true])('blanks secrets wherever they are logged (pretty: %s)', (pretty) => {
  const text = logged(pretty, (log) => {
    log.info(
      { password: 'hunter2', config: { signer: { uri: 'hunter2' } }, vote: { signature: 'hunter2' } },
      'started',
    );
  });
  expect(text).toContain('started');
  expect(text).not.toContain('hunter2');
});

it.each([false, true])(
  'lets nothing through that moves a cursor or turns text around (pretty: %s)',
  (pretty) => {
    const hostile = 'a\u001b[2J\u009b31m\u202etxt\r\nfake line\u2028\ud800';
    const text = logged(pretty, (log) => {
      log.warn({ peer: hostile, err: new Error(hostile) }, hostile);
    });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    expect(text).not.toMatch(/^fake line/m);
    if (!pretty) expect(JSON.parse(text)).toMatchObject({ msg: hostile, peer: hostile });
  },
);

it('writes JSON lines with level names, or lines for people', () => {
  const write = (log: ReturnType<typeof createLogger>) => {
    log.debug('left out');
    log.warn({ para: 2000, err: new Error('no answer') }, 'trouble');
  };
  expect(JSON.parse(logged(false, write))).toMatchObject({ level: 'warn', msg: 'trouble', para: 2000 });
  expect(logged(true, write)).toMatch(/^\d\d:\d\d:\d\d warn {2}trouble para=2000\nError: no answer\n/);
});
