import { describe, expect, it } from 'vitest';
import { compareQueues, headAfter, NO_MESSAGE } from '../../../src/domain/diagnosis/message-queues.ts';
import { hash } from '../observations.ts';

const MESSAGES = [1, 2, 3].map((number) => ({ sentAt: 100 + number, hash: hash(`0${number}`) }));
const AFTER_ALL = headAfter(NO_MESSAGE, MESSAGES);

describe('heads of message queues', () => {
  const compared = (sender: number | null, taken: number, head = AFTER_ALL, waiting = MESSAGES) =>
    compareQueues([{ sender, head, messages: waiting }], {
      downward: sender === null ? headAfter(NO_MESSAGE, MESSAGES.slice(0, taken)) : hash('77'),
      horizontal:
        sender === null || taken === 0
          ? []
          : [[2001, hash('66')] as const, [sender, headAfter(NO_MESSAGE, MESSAGES.slice(0, taken))] as const],
      pendingCode: false,
    });

  it.each([null, 2002])(
    'agree when the messages that wait lead from one to the other (sender %s)',
    (sender) => {
      expect(compared(sender, 0)).toEqual([{ sender, relay: AFTER_ALL, para: AFTER_ALL, same: true }]);
      // All taken, and the relay chain has dropped them.
      expect(compared(sender, 3, AFTER_ALL, [])).toMatchObject([{ same: true }]);
      // Taken, and not dropped yet.
      expect(compared(sender, 1)).toMatchObject([{ same: true }]);
      expect(compared(sender, 3)).toMatchObject([{ same: true }]);
    },
  );

  it.each([null, 2002])('differ when they do not (sender %s)', (sender) => {
    // A message is missing, another one was sent, and the para's head was set back.
    expect(compared(sender, 0, AFTER_ALL, MESSAGES.slice(1))).toMatchObject([{ same: false }]);
    expect(compared(sender, 0, hash('99'))).toMatchObject([
      { same: false, relay: hash('99'), para: AFTER_ALL },
    ]);
    expect(compared(sender, 1, AFTER_ALL, MESSAGES.slice(2))).toMatchObject([{ same: false }]);
  });
});
