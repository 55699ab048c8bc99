import { concatBytes, decodeText } from '../../bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../bytes/hex.ts';
import { encodeLittle, type ScaleReader } from '../../bytes/scale.ts';
import { answerReader } from '../../executor/answer.ts';
import type { Block } from '../chain/block.ts';
import type { Chain } from '../chain/chain.ts';
import { RpcError } from '../rpc/rpc-error.ts';
import { callAt } from '../rpc/state-methods.ts';
import { quantity } from './eth-block.ts';
import { type CallRequest, encodeCallRequest } from './request.ts';

/** EIP-1474: what the chain could not do; and geth's code for a call that reverted. */
export const SERVER_ERROR = -32_000;
const REVERTED = 3;
/** `DryRunConfig` that overrides nothing. */
const AS_IT_IS = Uint8Array.of(0, 0);
/** Solidity's `Error(string)`. */
const ERROR_SELECTOR = '0x08c379a0';

/** pallet-revive's `ReviveApi`, at the state of a block. Nothing is imitated: the runtime executes it all. */
export class ReviveApi {
  readonly #chain: Chain;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  /** Whether the chain's runtime has what is needed. */
  static isOn(chain: Chain): boolean {
    const { functions } = chain.runtimeOf();
    return ['eth_block', 'eth_receipt_data', 'eth_transact_with_config', 'eth_estimate_gas'].every((name) =>
      functions.has(`ReviveApi_${name}`),
    );
  }

  balance(address: Hex, at: Block): bigint {
    return this.#ask('balance', fromHex(address), at).littleBig(32);
  }

  gasPrice(at: Block): bigint {
    return this.#ask('gas_price', new Uint8Array(), at).littleBig(32);
  }

  nonce(address: Hex, at: Block): number {
    return this.#ask('nonce', fromHex(address), at).u32();
  }

  /** The account that an address acts as: its own, where it has one, else the address with twelve bytes 0xee. */
  accountOf(address: Hex, at: Block): Uint8Array {
    return this.#ask('account_id', fromHex(address), at).bytes(32);
  }

  code(address: Hex, at: Block): Uint8Array {
    return this.#ask('code', fromHex(address), at).vec();
  }

  /** Null where nothing is stored, or no contract is. */
  storage(address: Hex, slot: Uint8Array, at: Block): Uint8Array | null {
    const reader = this.#ask('get_storage', concatBytes(fromHex(address), slot), at);
    return reader.u8() === 0 ? reader.option(() => reader.vec()) : null;
  }

  /** What the call gives back. @throws RpcError 3 with what it reverts with, or -32000 */
  call(request: CallRequest, at: Block): Uint8Array {
    const argument = concatBytes(encodeCallRequest(request), AS_IT_IS);
    const reader = this.#ask('eth_transact_with_config', argument, at);
    if (reader.u8() !== 0) throw refusalOf(reader);
    // Weight and both deposits, then gas; what is wanted comes last.
    reader.compactBig();
    reader.compactBig();
    reader.u128();
    reader.u128();
    reader.view(32);
    return reader.vec();
  }

  /** @throws RpcError as `call` */
  estimateGas(request: CallRequest, at: Block): bigint {
    const reader = this.#ask('eth_estimate_gas', concatBytes(encodeCallRequest(request), AS_IT_IS), at);
    if (reader.u8() !== 0) throw refusalOf(reader);
    return reader.littleBig(32);
  }

  #ask(name: string, argument: Uint8Array, at: Block): ScaleReader {
    if (at.state === null)
      throw new RpcError(SERVER_ERROR, `the state of block ${quantity(at.number)} is not kept any more`);
    return answerReader(callAt(this.#chain, `ReviveApi_${name}`, argument, at), `answer to ${name}`);
  }
}

/** The 32 bytes of a storage slot. */
export function slotOf(slot: bigint): Uint8Array {
  return encodeLittle(slot, 32).reverse();
}

/** `EthTransactError`: what a contract reverted with, or words. */
function refusalOf(reader: ScaleReader): RpcError {
  if (reader.u8() !== 0) return new RpcError(SERVER_ERROR, reader.string());
  const data = toHex(reader.vec());
  const reason = reasonOf(data);
  return new RpcError(
    REVERTED,
    reason === null ? 'execution reverted' : `execution reverted: ${reason}`,
    data,
  );
}

/** An offset, a length and the text, each from a word on. */
function reasonOf(data: Hex): string | null {
  if (!data.startsWith(ERROR_SELECTOR)) return null;
  const bytes = fromHex(data).subarray(4);
  if (bytes.length < 64) return null;
  const length = BigInt(toHex(bytes.subarray(32, 64)));
  return length > bytes.length - 64 ? null : decodeText(bytes.subarray(64, 64 + Number(length)));
}
