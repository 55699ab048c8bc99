import { concatBytes } from '../../bytes/bytes.ts';
import { fromHex, type Hex, isHex } from '../../bytes/hex.ts';
import { encodeList, encodeLittle, encodeOption, encodeVec } from '../../bytes/scale.ts';
import { invalidParams } from '../rpc/rpc-error.ts';
import type { AccessEntry } from './transaction.ts';

/** The transaction object of `eth_call` and `eth_estimateGas`; null for what it does not say. */
export interface CallRequest {
  readonly from: Hex | null;
  readonly to: Hex | null;
  readonly gas: bigint | null;
  readonly gasPrice: bigint | null;
  readonly maxFeePerGas: bigint | null;
  readonly maxPriorityFeePerGas: bigint | null;
  readonly value: bigint | null;
  readonly nonce: bigint | null;
  readonly chainId: bigint | null;
  readonly type: number | null;
  readonly input: Hex | null;
  readonly accessList: readonly AccessEntry[] | null;
}

export function addressOf(value: unknown, name: string): Hex {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  if (isHex(text) && text.length === 42) return text;
  throw invalidParams(`${name} must be an address of 20 bytes`);
}

export function hashOf(value: unknown, name: string): Hex {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  if (isHex(text) && text.length === 66) return text;
  throw invalidParams(`${name} must be a hash of 32 bytes`);
}

/** A number of up to 256 bits, in hex as the interface wants it, or as JSON has it. */
export function numberOf(value: unknown, name: string): bigint {
  if (typeof value === 'string' && /^0x[0-9a-f]{1,64}$/i.test(value)) return BigInt(value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return BigInt(value);
  throw invalidParams(`${name} must be a number in hex`);
}

export function bytesOf(value: unknown, name: string): Hex {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  if (isHex(text)) return text;
  throw invalidParams(`${name} must be bytes in hex`);
}

/** @throws RpcError -32602 */
export function callRequestOf(value: unknown): CallRequest {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidParams('parameter 1 must be a transaction');
  const given = value as Record<string, unknown>;
  const maybe = <T>(name: string, read: (value: unknown, name: string) => T): T | null =>
    given[name] == null ? null : read(given[name], name);
  const [input, data] = [maybe('input', bytesOf), maybe('data', bytesOf)];
  if (input !== null && data !== null && input !== data)
    throw invalidParams('input and data must be the same when both are there');
  const type = maybe('type', numberOf);
  if (type !== null && type > 2n) throw invalidParams('transactions of this type are not known here');
  return {
    from: maybe('from', addressOf),
    to: maybe('to', addressOf),
    gas: maybe('gas', numberOf),
    gasPrice: maybe('gasPrice', numberOf),
    maxFeePerGas: maybe('maxFeePerGas', numberOf),
    maxPriorityFeePerGas: maybe('maxPriorityFeePerGas', numberOf),
    value: maybe('value', numberOf),
    nonce: maybe('nonce', numberOf),
    chainId: maybe('chainId', numberOf),
    type: type === null ? null : Number(type),
    input: input ?? data,
    accessList: maybe('accessList', accessListOf),
  };
}

/** SCALE of pallet-revive's `GenericTransaction`, in the order of its members. */
export function encodeCallRequest(request: CallRequest): Uint8Array {
  const { accessList, input, type } = request;
  const number = (value: bigint | null) => encodeOption(value === null ? null : encodeLittle(value, 32));
  const address = (value: Hex | null) => encodeOption(value === null ? null : fromHex(value));
  const none = Uint8Array.of(0);
  return concatBytes(
    encodeOption(accessList === null ? null : encodeList(accessList.map(encodeEntry))),
    none, // authorizationList
    none, // blobVersionedHashes
    none, // blobs
    number(request.chainId),
    address(request.from),
    number(request.gas),
    number(request.gasPrice),
    encodeOption(input === null ? null : encodeVec(fromHex(input))),
    none, // data, which is input
    none, // maxFeePerBlobGas
    number(request.maxFeePerGas),
    number(request.maxPriorityFeePerGas),
    number(request.nonce),
    address(request.to),
    encodeOption(type === null ? null : Uint8Array.of(type)),
    number(request.value),
  );
}

function encodeEntry({ address, storageKeys }: AccessEntry): Uint8Array {
  return concatBytes(fromHex(address), encodeList(storageKeys.map(fromHex)));
}

function accessListOf(value: unknown, name: string): AccessEntry[] {
  if (!Array.isArray(value)) throw invalidParams(`${name} must be a list`);
  return value.map((entry) => {
    const { address, storageKeys } = (entry ?? {}) as Record<string, unknown>;
    if (!Array.isArray(storageKeys)) throw invalidParams(`${name} must name storageKeys`);
    return {
      address: addressOf(address, 'address'),
      storageKeys: storageKeys.map((key) => hashOf(key, 'storage key')),
    };
  });
}
