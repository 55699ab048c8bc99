/** An error as JSON-RPC carries it; codes are those of Substrate nodes. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const METHOD_NOT_FOUND = -32_601;
export const INVALID_PARAMS = -32_602;
/** jsonrpsee's `TOO_MANY_SUBSCRIPTIONS_CODE`, `OVERSIZED_RESPONSE_CODE` and `TOO_BIG_BATCH_RESPONSE_CODE`. */
export const TOO_MANY_SUBSCRIPTIONS = -32_006;
export const RESPONSE_TOO_LARGE = -32_008;
export const BATCH_TOO_LARGE = -32_011;
/** sc-rpc-api's base for `state_*` plus 3: the client could not do it. */
export const CLIENT_ERROR = 4003;

export function invalidParams(what: string): RpcError {
  return new RpcError(INVALID_PARAMS, 'Invalid params', what);
}

export function unknownBlock(hash: string): RpcError {
  return new RpcError(
    CLIENT_ERROR,
    `Client error: UnknownBlock: Header was not found in the database: ${hash}`,
  );
}

export function prunedBlock(hash: string): RpcError {
  return new RpcError(CLIENT_ERROR, `Client error: UnknownBlock: State already discarded for ${hash}`);
}
