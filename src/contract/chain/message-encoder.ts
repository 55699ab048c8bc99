import { ContractPromise } from '@polkadot/api-contract';
import type { WeightV2 } from '@polkadot/types/interfaces';
import { z } from 'zod';
import { toHex } from '../../bytes/hex.ts';
import { ScaleReader } from '../../bytes/scale.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { encodeArguments } from '../abi/abi-codec.ts';
import { readArtifactJson } from '../abi/artifacts.ts';
import { rescueAbi } from '../abi/rescue-abi.ts';
import type { ContractsChain } from './connect.ts';
import type { CallLimits } from './limits.ts';

const metadataSchema = z.looseObject({
  source: z.looseObject({ contract_binary: z.string() }),
  version: z.literal(6),
  types: z.array(
    z.looseObject({
      id: z.int(),
      type: z.looseObject({
        def: z.looseObject({ array: z.object({ len: z.int(), type: z.int() }).optional() }),
      }),
    }),
  ),
});
type Metadata = z.infer<typeof metadataSchema>;

/** The array of words that calls with dynamic arguments end in; its length is set for each call. */
const TAIL_TYPE = 2;
const WORD_TYPE = 1;
const WORD_BYTES = 32;
/** Metadata is parsed again for every new length of the tail; this many are kept. */
const MAX_KEPT = 16;

/**
 * The rescue contract through @polkadot/api-contract 16.5. Its traps, each held by a test in
 * test/contract/api-contract.test.ts, and what is done about them here:
 *
 * 1. Arguments are encoded by SCALE, the contract wants Solidity's words. The metadata types every argument as words
 *    (`[u8; 32]`), which are the same in both; the words themselves come from `encodeArguments`.
 * 2. No type is "the rest of the call": arguments of dynamic length stand in an array of words whose length the metadata
 *    must name, so the metadata is loaded anew for each length. (Bytes would do for 2048 of them only.)
 * 3. The display names `Address` and `Balance` would be encoded as MultiAddress and u128: the metadata has neither.
 * 4. `storageDepositLimit: null` is encoded as 0 and the call fails: a limit is always given.
 * 5. A weight given as a number lacks its proof size, which becomes 0: a WeightV2 is always given.
 * 6. `contract_binary` in the metadata is parsed each time, and taken even where other code is given: it is left out.
 * 7. Answers and errors: see dry-run.ts. Deployment: see deployment.ts. Events: see events.ts.
 */
export class MessageEncoder {
  readonly #chain: ContractsChain;
  readonly #address: Hex;
  readonly #contracts = new Map<number, ContractPromise>();

  constructor(chain: ContractsChain, address: Hex) {
    this.#chain = chain;
    this.#address = address;
  }

  /** Calldata: the selector and the arguments. */
  data(name: string, values: readonly unknown[]): Uint8Array {
    const { contract, args } = this.#prepare(name, values);
    // api-contract puts the length in front, as for a `Bytes` argument.
    return new ScaleReader(contract.abi.findMessage(name).toU8a(args), 'message').vec();
  }

  /** The call `revive.call` as SCALE bytes. */
  call(name: string, values: readonly unknown[], limits: CallLimits): Hex {
    const { contract, args } = this.#prepare(name, values);
    const make = contract.tx[name];
    if (!make) throw new RescueError('RESCUE_INTERNAL', `The metadata has no message ${name}.`);
    const gasLimit = this.#chain.api.registry.createType<WeightV2>('WeightV2', limits.weight);
    const extrinsic = make({ gasLimit, storageDepositLimit: limits.deposit, value: 0n }, ...args);
    return toHex(extrinsic.method.toU8a());
  }

  #prepare(name: string, values: readonly unknown[]): { contract: ContractPromise; args: Uint8Array[] } {
    const { heads, tail } = encodeArguments(rescueAbi().function(name).inputs, values);
    return { contract: this.#withTail(tail.length), args: tail.length > 0 ? [...heads, tail] : [...heads] };
  }

  #withTail(length: number): ContractPromise {
    const known = this.#contracts.get(length);
    if (known) return known;
    const [oldest] = this.#contracts.keys();
    if (oldest !== undefined && this.#contracts.size >= MAX_KEPT) this.#contracts.delete(oldest);
    const contract = new ContractPromise(this.#chain.api, metadataWithTail(length), this.#address);
    this.#contracts.set(length, contract);
    return contract;
  }
}

let loaded: Metadata | undefined;

/** The metadata of contracts-abi/ with a tail of `length` bytes, a number of whole words, and without the code. */
export function metadataWithTail(length: number): Record<string, unknown> {
  loaded ??= metadataSchema.parse(readArtifactJson('rescue-contract.json'));
  const types = loaded.types.map((entry) =>
    entry.id === TAIL_TYPE
      ? { id: TAIL_TYPE, type: { def: { array: { len: length / WORD_BYTES, type: WORD_TYPE } } } }
      : entry,
  );
  return { ...loaded, source: { ...loaded.source, contract_binary: '0x' }, types };
}
