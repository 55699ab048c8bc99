/**
 * The lines of a stream of UTF-8 without their line feeds, held one at a time.
 * @throws RESCUE_REQUEST_INVALID for a line that is too long or no UTF-8, and when the last one is not ended
 */
export declare function linesOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<string>;
