import { keccakAsU8a } from '@polkadot/util-crypto';
import { type Hex, toHex } from '../../src/bytes/hex.ts';

/** First four bytes of the keccak of a Solidity signature. */
export function selectorOf(signature: string): Hex {
  return toHex(keccakAsU8a(signature, 256).subarray(0, 4));
}

const INCREMENT = selectorOf('increment()');
const NUMBER = selectorOf('number()');

/** EVM bytecode from its bytes in hex, written with spaces. */
function code(...parts: readonly string[]): string {
  return parts.map((part) => part.replace(/^0x/, '').replaceAll(' ', '')).join('');
}

/** What is deployed: code that copies the body behind its own 12 bytes and returns it. */
function deployed(body: string): Hex {
  const length = `60${(body.length / 2).toString(16).padStart(2, '0')}`;
  return `0x${code(length, '600c 6000 39', length, '6000 f3', body)}`;
}

/** By hand: `increment()` adds one to storage slot 0, any other call returns the slot. */
export const COUNTER_CODE = deployed(
  code(
    '6000 35 60e0 1c', // the selector: calldata[0..32] >> 224
    '63',
    INCREMENT,
    '14 601a 57', // increment()? then go on at 0x1a
    '6000 54 6000 52 6020 6000 f3', // return slot 0
    '5b 6001 6000 54 01 6000 55 00', // 0x1a: slot 0 += 1
  ),
);

/** By hand: as the counter, and `increment()` logs the sum under the topic 7. */
export const LOGGING_COUNTER_CODE = deployed(
  code(
    '6000 35 60e0 1c 63',
    INCREMENT,
    '14 601a 57', // increment()? then go on at 0x1a
    '6000 54 6000 52 6020 6000 f3', // return slot 0
    '5b 6001 6000 54 01 80 6000 55', // 0x1a: slot 0 += 1
    '6000 52 6007 6020 6000 a1 00', // and log it
  ),
);
export const LOGGING_COUNTER_ABI = ['function increment()', 'function number() view returns (uint256)'];

/** By hand: calls the XCM precompile at 0x0a0000 with whatever it is called with, and reverts when that does. */
export const XCM_FORWARDER_CODE = deployed(
  code(
    '36 6000 6000 37', // copy the calldata to memory
    '6000 6000 36 6000 6000 620a0000 5a f1', // call the precompile without value
    '6022 57 3d 6000 6000 3e 3d 6000 fd', // go on at 0x22, or revert with what it says
    '5b 00', // 0x22
  ),
);

/** Solidity's encoding of a call with two `bytes`. */
export function callWithBytes(signature: string, first: Uint8Array, second: Uint8Array): Hex {
  const word = (value: number) => value.toString(16).padStart(64, '0');
  const padded = (bytes: Uint8Array) =>
    word(bytes.length) +
    toHex(bytes)
      .slice(2)
      .padEnd(Math.ceil(bytes.length / 32) * 64, '0');
  const head = padded(first);
  return `0x${code(selectorOf(signature), word(64), word(64 + head.length / 2), head, padded(second))}`;
}

/** The same functions as api-contract wants them described; words are `[u8; 32]`, big-endian. */
export const COUNTER_METADATA = {
  source: {
    hash: `0x${'00'.repeat(32)}`,
    language: 'Solidity 0.8.30',
    compiler: 'none',
    contract_binary: COUNTER_CODE,
  },
  contract: { name: 'counter', version: '1.0.0', authors: [] },
  image: null,
  version: 6,
  types: [
    { id: 0, type: { def: { primitive: 'u8' } } },
    { id: 1, type: { def: { array: { len: 32, type: 0 } } } },
  ],
  spec: {
    constructors: [
      {
        args: [],
        default: false,
        docs: [],
        label: 'new',
        payable: false,
        returnType: null,
        selector: '0x00000000',
      },
    ],
    docs: [],
    environment: {
      accountId: { displayName: ['AccountId'], type: 1 },
      balance: { displayName: ['Balance'], type: 0 },
      blockNumber: { displayName: ['BlockNumber'], type: 0 },
      hash: { displayName: ['Hash'], type: 1 },
      maxEventTopics: 4,
      staticBufferSize: 16384,
      timestamp: { displayName: ['Timestamp'], type: 0 },
      nativeToEthRatio: 100000000,
    },
    events: [],
    lang_error: { displayName: [], type: 0 },
    messages: [
      {
        args: [],
        default: false,
        docs: [],
        label: 'increment',
        mutates: true,
        payable: false,
        returnType: null,
        selector: INCREMENT,
      },
      {
        args: [],
        default: false,
        docs: [],
        label: 'number',
        mutates: false,
        payable: false,
        returnType: { displayName: ['Word'], type: 1 },
        selector: NUMBER,
      },
    ],
  },
};
