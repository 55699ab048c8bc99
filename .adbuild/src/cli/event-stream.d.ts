/** One message of a server-sent event stream. */
export interface StreamMessage {
    /** Name of the message; `message` when the server gave none. */
    readonly event: string;
    readonly data: string;
}
/**
 * Messages of a `text/event-stream` body, however its bytes were cut into chunks. Comments and messages without data
 * are dropped, as the standard says; so is a message that the end of the stream cut off.
 * @throws RangeError for a message that is too long
 */
export declare function readEventStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamMessage>;
