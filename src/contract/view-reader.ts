import type { z } from 'zod';
import { fromHex, toHex } from '../bytes/hex.ts';
import type { Address } from '../domain/contract/rescue-contract.ts';
import { messageOf, RescueError } from '../domain/errors.ts';
import type { Hex } from '../domain/units.ts';
import { decodeAll } from './abi/abi-codec.ts';
import { numberSchema } from './abi/answers.ts';
import { rescueAbi } from './abi/rescue-abi.ts';
import { accountOfAddress } from './accounts.ts';
import type { ContractsChain } from './chain/connect.ts';
import { type DryRun, dryRunCall } from './chain/dry-run.ts';
import type { MessageEncoder } from './chain/message-encoder.ts';

/** Who asks for views: an Ethereum account, which pallet-revive knows without a mapping. Nothing is taken from it. */
const VIEWER = toHex(accountOfAddress(Uint8Array.from({ length: 20 }, () => 0x11)));

/** What `version` of contracts/RescueContract.sol says: the only one that this service speaks with. */
const VERSION = 2n;
/** Selector of `lastSentKey()`, which only contracts of version 1 had; they had no `version()`. */
const MARK_OF_VERSION_1 = fromHex('0xdee486f6');

/** View functions of one contract at one block. */
export class ViewReader {
  readonly #chain: ContractsChain;
  readonly #address: Address;
  readonly #encoder: MessageEncoder;
  /** Its code never changes, so neither does its version. */
  #isKnown = false;

  constructor(chain: ContractsChain, address: Address, encoder: MessageEncoder) {
    this.#chain = chain;
    this.#address = address;
    this.#encoder = encoder;
  }

  /** @throws RESCUE_CONTRACT_UNKNOWN, RESCUE_CONTRACT_VERSION, RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED */
  async view<T>(schema: z.ZodType<T>, at: Hex, name: string, ...values: readonly unknown[]): Promise<T> {
    if (!this.#isKnown) await this.#requireVersion(at);
    this.#isKnown = true;
    return this.#read(schema, at, name, values);
  }

  async #requireVersion(at: Hex): Promise<void> {
    const old = await this.#ask(MARK_OF_VERSION_1, at);
    if (old.ok && old.returned.length === 32) throw this.#otherVersion(1n);
    const { 0: version } = await this.#read(numberSchema, at, 'version', []);
    if (version !== VERSION) throw this.#otherVersion(version);
  }

  #otherVersion(version: bigint): RescueError {
    const remedy =
      version < VERSION
        ? 'it has flaws that cannot be mended in place: deploy the contract anew and opt in there, see UPGRADING.md'
        : 'upgrade pararescue';
    return new RescueError(
      'RESCUE_CONTRACT_VERSION',
      `${this.#address} is a rescue contract of version ${version}, but this service speaks with version ${VERSION} only: ${remedy}.`,
      { details: { version: Number(version) } },
    );
  }

  #ask(data: Uint8Array, at: Hex): Promise<DryRun> {
    return dryRunCall(this.#chain, { by: VIEWER, address: this.#address, value: 0n, data }, at);
  }

  async #read<T>(schema: z.ZodType<T>, at: Hex, name: string, values: readonly unknown[]): Promise<T> {
    const done = await this.#ask(this.#encoder.data(name, values), at);
    // An address without code answers with nothing, a contract of another kind by a revert or with something else.
    if (!done.ok || done.returned.length === 0)
      throw this.#unknown(done.ok ? 'nothing is there' : done.sentence);
    try {
      return schema.parse(decodeAll(rescueAbi().function(name).outputs, done.returned));
    } catch (error) {
      throw this.#unknown(messageOf(error).slice(0, 200), error);
    }
  }

  #unknown(problem: string, cause?: unknown): RescueError {
    return new RescueError(
      'RESCUE_CONTRACT_UNKNOWN',
      `${this.#address} is no rescue contract on this chain (${problem}): check the address and the chain.`,
      { cause },
    );
  }
}
