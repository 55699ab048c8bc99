/** One message of a server-sent event stream. */
export interface StreamMessage {
  /** Name of the message; `message` when the server gave none. */
  readonly event: string;
  readonly data: string;
}

/** Longest message that is taken, in characters: the stream is refused above it instead of filling the memory. */
const LONGEST_MESSAGE = 4 * 1024 * 1024;

/**
 * Messages of a `text/event-stream` body, however its bytes were cut into chunks. Comments and messages without data
 * are dropped, as the standard says; so is a message that the end of the stream cut off.
 * @throws RangeError for a message that is too long
 */
export async function* readEventStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage> {
  const decoder = new TextDecoder();
  let pending = '';
  let event = 'message';
  let data: string[] = [];
  for await (const chunk of body) {
    pending += decoder.decode(chunk, { stream: true });
    const lines = pending.split(/\r\n|\n/);
    pending = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event, data: data.join('\n') };
        event = 'message';
        data = [];
        continue;
      }
      const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === 'data') data.push(value);
      else if (field === 'event') event = value;
    }
    const length = data.reduce((sum, line) => sum + line.length + 1, pending.length);
    if (length > LONGEST_MESSAGE)
      throw new RangeError(`a message is longer than ${LONGEST_MESSAGE} characters`);
  }
}
