import { keccakAsU8a, secp256k1Recover } from '@polkadot/util-crypto';
import { concatBytes } from '../../bytes/bytes.ts';
import { type Hex, toHex } from '../../bytes/hex.ts';
import { MalformedBytes } from '../../bytes/reader.ts';
import { bigEndian, decodeRlp, encodeBytes, encodeRlpList, type RlpItem } from './rlp.ts';

export interface AccessEntry {
  readonly address: Hex;
  readonly storageKeys: readonly Hex[];
}

/** A transaction that an Ethereum wallet signed. */
export interface EthTransaction {
  /** keccak-256 of its bytes. */
  readonly hash: Hex;
  /** 0 for a legacy one, 1 of EIP-2930, 2 of EIP-1559: pallet-revive takes no others. */
  readonly type: 0 | 1 | 2;
  readonly chainId: bigint | null;
  readonly nonce: bigint;
  /** Of types 0 and 1. */
  readonly gasPrice: bigint | null;
  /** Of type 2. */
  readonly maxFeePerGas: bigint | null;
  readonly maxPriorityFeePerGas: bigint | null;
  readonly gas: bigint;
  /** Null where it makes a contract. */
  readonly to: Hex | null;
  readonly value: bigint;
  readonly input: Uint8Array;
  readonly accessList: readonly AccessEntry[];
  readonly v: bigint;
  readonly r: bigint;
  readonly s: bigint;
  /** Who signed it. */
  readonly from: Hex;
}

/** How many members each type has before its signature. */
const MEMBERS = [6, 8, 9] as const;
/** EIP-155: `v` of a legacy transaction is this plus twice the chain id plus the recovery id. */
const FIRST_V_OF_CHAINS = 35n;
const FIRST_V = 27n;

/** @throws MalformedBytes for what is no signed transaction of these types */
export function decodeTransaction(payload: Uint8Array): EthTransaction {
  const first = payload[0] ?? 0;
  const type = first === 1 || first === 2 ? first : 0;
  if (type === 0 && first < 0xc0) throw malformed(`is of type ${first}, which is not known here`);
  const items = decodeRlp(type === 0 ? payload : payload.subarray(1)).list ?? [];
  const count = MEMBERS[type];
  if (items.length !== count + 3) throw malformed('has another number of members than its type');
  const at = (index: number) => items[index] as RlpItem;
  const number = (index: number) => numberOf(at(index));
  const [v, r, s] = [number(count), number(count + 1), number(count + 2)];
  const chainId = type === 0 ? (v >= FIRST_V_OF_CHAINS ? (v - FIRST_V_OF_CHAINS) / 2n : null) : number(0);
  const recovery = type === 0 ? (chainId === null ? v - FIRST_V : v - FIRST_V_OF_CHAINS - chainId * 2n) : v;
  // Behind the chain id come the nonce and one or two prices, then the same for all.
  const prices = type === 0 ? 1 : 2;
  const after = prices + (type === 2 ? 2 : 1);
  return {
    hash: toHex(keccakAsU8a(payload)),
    type,
    chainId,
    nonce: number(type === 0 ? 0 : 1),
    gasPrice: type === 2 ? null : number(prices),
    maxPriorityFeePerGas: type === 2 ? number(2) : null,
    maxFeePerGas: type === 2 ? number(3) : null,
    gas: number(after),
    to: addressOf(at(after + 1)),
    value: number(after + 2),
    input: bytesOf(at(after + 3)).slice(),
    accessList: type === 0 ? [] : accessListOf(at(count - 1)),
    v,
    r,
    s,
    from: signerOf(signedPart(type, items.slice(0, count), chainId), r, s, recovery),
  };
}

/** The address of the contract that an account makes with this nonce. */
export function createdAddress(from: Hex, nonce: bigint): Hex {
  const encoded = encodeRlpList([
    encodeBytes(Uint8Array.from(Buffer.from(from.slice(2), 'hex'))),
    encodeBytes(bigEndian(nonce)),
  ]);
  return toHex(keccakAsU8a(encoded).subarray(-20));
}

/** What was hashed and signed. */
function signedPart(type: 0 | 1 | 2, members: readonly RlpItem[], chainId: bigint | null): Uint8Array {
  const raw = members.map((item) => item.raw);
  if (type !== 0) return concatBytes(Uint8Array.of(type), encodeRlpList(raw));
  if (chainId === null) return encodeRlpList(raw);
  const empty = encodeBytes(new Uint8Array());
  return encodeRlpList([...raw, encodeBytes(bigEndian(chainId)), empty, empty]);
}

function signerOf(signed: Uint8Array, r: bigint, s: bigint, recovery: bigint): Hex {
  if (recovery !== 0n && recovery !== 1n) throw malformed('has a signature that belongs to nobody');
  try {
    const key = secp256k1Recover(
      keccakAsU8a(signed),
      concatBytes(word(r), word(s)),
      Number(recovery),
      'keccak',
    );
    return toHex(keccakAsU8a(key).subarray(-20));
  } catch {
    throw malformed('has a signature that belongs to nobody');
  }
}

function word(value: bigint): Uint8Array {
  return Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex'));
}

function numberOf(item: RlpItem): bigint {
  const bytes = bytesOf(item);
  if (bytes.length > 32 || bytes[0] === 0) throw malformed('has a number that is none of 256 bits');
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes));
}

function addressOf(item: RlpItem): Hex | null {
  const bytes = bytesOf(item);
  if (bytes.length !== 0 && bytes.length !== 20) throw malformed('has an address that is not of 20 bytes');
  return bytes.length === 0 ? null : toHex(bytes);
}

function accessListOf(item: RlpItem): AccessEntry[] {
  return (item.list ?? []).map(({ list }) => {
    const [address, keys] = list ?? [];
    const of = address && addressOf(address);
    if (!of || !keys?.list) throw malformed('has an access list that is none');
    return { address: of, storageKeys: keys.list.map((key) => toHex(bytesOf(key))) };
  });
}

function bytesOf({ bytes }: RlpItem): Uint8Array {
  if (bytes === null) throw malformed('has a list where bytes belong');
  return bytes;
}

function malformed(problem: string): MalformedBytes {
  return new MalformedBytes(`the transaction ${problem}`);
}
