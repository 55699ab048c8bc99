/**
 * Decompresses one zstd frame (RFC 8878) of at most `limit` bytes of content. The frame's headers are checked before
 * anything is decompressed, and output stops at the limit, so that a small blob cannot claim gigabytes. A content
 * checksum, which Substrate's compressor does not write, is not verified.
 * @throws MalformedBytes
 */
export declare function decompressFrame(frame: Uint8Array, limit: number): Uint8Array;
