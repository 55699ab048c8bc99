import { blake2b256 } from '../../bytes/blake2.ts';
import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeU32 } from '../../bytes/scale.ts';
import type { ParaQueues } from '../ports/para.ts';
import type { RelayQueue, WaitingMessage } from '../ports/stall.ts';
import type { Hex } from '../units.ts';
import type { ComparedQueue } from './facts.ts';

/** The head of an empty queue. */
export const NO_MESSAGE: Hex = `0x${'00'.repeat(32)}`;
/** Messages at the front of a queue that the para can have taken already without having told the relay chain. */
const MOST_TAKEN = 64;

/**
 * The head of the chain of hashes after these messages: of each, blake2-256 of the head before it, the relay block that it was sent at
 * (u32) and its hash (cumulus-primitives-core `MessageQueueChain`).
 */
export function headAfter(head: Hex, messages: readonly WaitingMessage[]): Hex {
  return messages.reduce<Hex>(
    (before, { sentAt, hash }) =>
      toHex(blake2b256(concatBytes(fromHex(before), encodeU32(sentAt), fromHex(hash)))),
    head,
  );
}

/**
 * Whether the para comes from the head that it stores to the one that the relay chain stores, with the messages that wait. Those at
 * the front of a channel can be taken already: the relay chain drops them by whole relay blocks.
 */
export function compareQueues(atRelay: readonly RelayQueue[], atPara: ParaQueues): ComparedQueue[] {
  return atRelay.map(({ sender, head, messages }) => {
    const taken =
      sender === null
        ? atPara.downward
        : (atPara.horizontal.find(([id]) => id === sender)?.[1] ?? NO_MESSAGE);
    const all = headAfter(taken, messages);
    const comes =
      all === head ||
      messages.slice(0, MOST_TAKEN).some((_, count) => headAfter(taken, messages.slice(count + 1)) === head);
    return { sender, relay: head, para: comes ? head : all, same: comes };
  });
}
