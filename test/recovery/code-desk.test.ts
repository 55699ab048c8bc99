import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { RescueError } from '../../src/domain/errors.ts';
import { createCodeDesk } from '../../src/recovery/acts/code-desk.ts';
import { createHeavyThread } from '../../src/threads/heavy-thread.ts';
import { tinyRuntime } from '../code/tiny-runtime.ts';
import { hash } from '../store/samples.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const [MALLORY, ALICE] = [hash(66), hash(65)];
const GOOD = tinyRuntime();
const BAD = Uint8Array.of(1, 2, 3);
const SIZE = { maxCodeSize: 1e6 };
const noTrial = async () => null;

describe('the desk for proposed code', () => {
  it('looks into no more code of a proposer after five that were refused, for an hour, and goes on with others', async () => {
    let now = 0;
    const desk = createCodeDesk(createHeavyThread(), () => now);
    const codeOf = (promise: Promise<unknown>) =>
      promise.then(
        () => 'taken',
        (error: RescueError) => error.code,
      );
    for (let time = 0; time < 5; time++) {
      expect(await codeOf(desk.examine(GOOD, SIZE, MALLORY, noTrial))).toBe('taken');
      expect(await codeOf(desk.examine(BAD, SIZE, MALLORY, noTrial))).toBe('RESCUE_CODE_INVALID');
    }
    now += 3_000_000;
    expect(await codeOf(desk.examine(GOOD, SIZE, MALLORY, noTrial))).toBe('RESCUE_TOO_MANY_REQUESTS');
    expect(() => desk.requireWelcome(MALLORY)).toThrow('try again in 600 s');
    expect(await codeOf(desk.examine(GOOD, SIZE, ALICE, noTrial))).toBe('taken');
    now += 600_001;
    expect(await codeOf(desk.examine(GOOD, SIZE, MALLORY, noTrial))).toBe('taken');
  });

  it('holds nothing against a proposer that is not the fault of the code', async () => {
    const broken = new RescueError('RESCUE_INTERNAL', 'no thread');
    const desk = createCodeDesk({ inspect: () => Promise.reject(broken) });
    for (let time = 0; time < 10; time++) {
      await expect(desk.examine(GOOD, SIZE, ALICE, noTrial)).rejects.toBe(broken);
    }
  });

  it.each([
    ['RESCUE_NODE_UNREACHABLE', false],
    ['RESCUE_EXECUTION_FAILED', true],
  ] as const)('holds a trial that cannot be had for %s against its proposer: %s', async (code, isHeld) => {
    const impossible = new RescueError('RESCUE_TRIAL_IMPOSSIBLE', 'not now', {
      cause: new RescueError(code, 'why'),
    });
    const desk = createCodeDesk(createHeavyThread());
    for (let time = 0; time < 5; time++) {
      await expect(desk.examine(GOOD, SIZE, ALICE, () => Promise.reject(impossible))).rejects.toBe(
        impossible,
      );
    }
    const welcome = () => desk.requireWelcome(ALICE);
    if (isHeld) expect(welcome).toThrow('could not be used');
    else expect(welcome).not.toThrow();
  });

  it('lets proposers with good code wait for two bad codes of another, not for all of them', async () => {
    const [thread, desk] = ['threads/heavy-thread.js', 'recovery/acts/code-desk.js'].map(
      (path) => new URL(`../../dist/src/${path}`, import.meta.url),
    );
    const file = join(await temporaryFolder(), 'run.mjs');
    // Each unpacks to 37 MB of matches of three bytes, which takes a third of a second, and is no module.
    const module = `
      import { createHeavyThread } from '${thread}';
      import { createCodeDesk } from '${desk}';
      const rest = 43690 - 0x7f00;
      const body = [0, 255, rest & 255, rest >> 8, 0x54, 0, 0, 0, 1];
      const block = [(body.length << 3) | 4, 0, 0, ...body];
      const slow = Uint8Array.from([0x52, 0xbc, 0x53, 0x76, 0x46, 0xdb, 0x8e, 5, 0x28, 0xb5, 0x2f, 0xfd, 0, 0x50,
        32, 0, 0, 1, 2, 3, 4, ...Array.from({ length: 290 }, () => block).flat(), 1, 0, 0]);
      const good = Uint8Array.from(${JSON.stringify([...GOOD])});
      const desk = createCodeDesk(createHeavyThread());
      const order = [];
      const ask = (code, who) =>
        desk.examine(code, { maxCodeSize: 1e6 }, who, async () => null).then(
          () => order.push(who + ' taken'),
          (error) => order.push(who + ' ' + error.code),
        );
      const all = Array.from({ length: 20 }, () => ask(slow, 'mallory'));
      all.push(ask(good, 'alice'), ask(good, 'bob'));
      await Promise.all(all);
      console.log(JSON.stringify(order));`;
    await writeFile(file, module);
    const { stdout } = await promisify(execFile)(process.execPath, [file], { timeout: 60_000 });
    const order = JSON.parse(stdout) as string[];
    expect(order.slice(0, 4)).toEqual([
      // The one that is looked into, and the turn after it.
      'mallory RESCUE_CODE_INVALID',
      'mallory RESCUE_CODE_INVALID',
      'alice taken',
      'bob taken',
    ]);
    // Five cost something; the others cost nothing any more.
    expect(order.filter((what) => what === 'mallory RESCUE_CODE_INVALID')).toHaveLength(5);
    expect(order.filter((what) => what === 'mallory RESCUE_TOO_MANY_REQUESTS')).toHaveLength(15);
  });
});
