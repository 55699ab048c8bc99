import { Transaction, type TransactionLike, Wallet } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { MalformedBytes } from '../../src/bytes/reader.ts';
import { bigEndian, decodeRlp, encodeBytes, encodeRlpList } from '../../src/sandbox/ethereum/rlp.ts';
import { createdAddress, decodeTransaction } from '../../src/sandbox/ethereum/transaction.ts';

const wallet = new Wallet('0x5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133');
const to = '0x3cd0a705a2dc65e5b1e1205896baa2be8a07c6e0';
const common = { to, nonce: 7, gasLimit: 21_000n, value: 10n ** 18n, data: '0x00ff', chainId: 420_420_999n };
const accessList = [{ address: to, storageKeys: [`0x${'01'.repeat(32)}`] }];

describe('what an Ethereum wallet signs', () => {
  it.each<[string, TransactionLike]>([
    ['legacy', { ...common, type: 0, gasPrice: 5n }],
    ['legacy without a chain', { ...common, chainId: 0, type: 0, gasPrice: 0n }],
    ['EIP-2930', { ...common, type: 1, gasPrice: 5n, accessList }],
    ['EIP-1559', { ...common, type: 2, maxFeePerGas: 9n, maxPriorityFeePerGas: 1n, accessList }],
    ['a contract', { ...common, to: null, nonce: 0, type: 2, maxFeePerGas: 300n, maxPriorityFeePerGas: 0n }],
  ])('is read as ethers reads it: %s', async (_name, transaction) => {
    const signed = await wallet.signTransaction(transaction);
    const known = Transaction.from(signed);
    const read = decodeTransaction(fromHex(signed));
    expect(read).toMatchObject({
      hash: known.hash,
      type: known.type,
      chainId: known.chainId === 0n ? null : known.chainId,
      nonce: BigInt(known.nonce),
      gas: known.gasLimit,
      gasPrice: known.type === 2 ? null : known.gasPrice,
      maxFeePerGas: known.maxFeePerGas,
      maxPriorityFeePerGas: known.maxPriorityFeePerGas,
      to: known.to?.toLowerCase() ?? null,
      value: known.value,
      accessList: (known.accessList ?? []).map(({ address, storageKeys }) => ({
        address: address.toLowerCase(),
        storageKeys,
      })),
      from: wallet.address.toLowerCase(),
    });
    expect(toHex(read.input)).toBe(known.data);
  });

  it('is refused when it is anything else, and nothing worse happens', () => {
    expect(() => decodeTransaction(Uint8Array.of(3, 0xc0))).toThrow(/of type 3/);
    const rubbish = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .array(fc.uint8Array({ maxLength: 40 }), { maxLength: 13 })
        .map((items) => encodeRlpList(items.map(encodeBytes))),
    );
    fc.assert(
      fc.property(rubbish, fc.constantFrom([], [1], [2]), (bytes, type) => {
        try {
          decodeTransaction(Uint8Array.from([...type, ...bytes]));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedBytes);
        }
      }),
    );
    const deep = Array.from({ length: 40 }).reduce<Uint8Array>(
      (inner) => encodeRlpList([inner]),
      encodeRlpList([]),
    );
    expect(() => decodeRlp(deep)).toThrow(/too many lists/);
  });

  it('reads RLP only in its shortest form', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decodeRlp(encodeBytes(bytes)).bytes).toEqual(bytes);
      }),
    );
    for (const long of ['0x8100', '0xb80100', '0xb90001ff', '0xf80100', '0xc180ff', '0xb8'])
      expect(() => decodeRlp(fromHex(long)), long).toThrow(MalformedBytes);
    expect([0, 1, 256, 2n ** 64n].map((value) => toHex(bigEndian(value)))).toEqual([
      '0x',
      '0x01',
      '0x0100',
      '0x010000000000000000',
    ]);
  });

  it('makes contracts where Ethereum does', () => {
    expect(createdAddress('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0', 0n)).toBe(
      '0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d',
    );
    expect(createdAddress('0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0', 1n)).toBe(
      '0x343c43a37d37dff08ae8c4a11544c718abb4fcf8',
    );
  });
});
