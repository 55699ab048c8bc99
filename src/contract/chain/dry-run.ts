import type { ApiPromise } from '@polkadot/api';
import { z } from 'zod';
import { fromHex, toHex } from '../../bytes/hex.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex, Planck } from '../../domain/units.ts';
import { explainRevert, type Refusal } from '../abi/reverts.ts';
import type { ContractsChain } from './connect.ts';
import { callRuntime } from './runtime-reads.ts';

export interface Weight {
  readonly refTime: bigint;
  readonly proofSize: bigint;
}

/** What a call or instantiation would do on the state of one block. Nothing is kept. */
export type DryRun =
  | {
      readonly ok: true;
      /** What the call needs while it runs; it may give some back. */
      readonly weight: Weight;
      /** Deposit that the caller would lay down; negative when it would get some back. */
      readonly storageDeposit: Planck;
      /** Most that is laid down at any moment: what the limit must allow. */
      readonly depositLimit: Planck;
      readonly returned: Uint8Array;
      /** Of the new contract; only for instantiations. */
      readonly address?: Hex;
    }
  | ({ readonly ok: false } & Refusal);

const amount = z.union([z.string(), z.number()]).transform((value) => BigInt(value));
const weight = z.object({ refTime: amount, proofSize: amount });
const deposit = z.union([
  z.object({ charge: amount }).transform(({ charge }) => charge),
  z.object({ refund: amount }).transform(({ refund }) => -refund),
]);
const outcome = z.object({ flags: z.object({ bits: z.int() }), data: z.string() });
/**
 * `ContractResult`. Chains name the weight `gasRequired` or `weightRequired`, and younger ones tell the largest deposit.
 */
const resultSchema = z
  .looseObject({
    weightRequired: weight.optional(),
    gasRequired: weight.optional(),
    storageDeposit: deposit,
    maxStorageDeposit: deposit.optional(),
    result: z.union([
      z.object({ ok: z.union([outcome, z.object({ result: outcome, addr: z.string() })]) }),
      z.object({ err: z.unknown() }),
    ]),
  })
  .refine(({ weightRequired, gasRequired }) => weightRequired ?? gasRequired);
/** Bit of the return flags that says that the contract reverted. */
const REVERT = 1;

/**
 * Calls a contract by `ReviveApi_call`. Done here and not by api-contract, whose query passes a weight without proof
 * size, asks the best block only, and reports a required weight that pallet-revive does not name any more.
 * @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED
 */
export async function dryRunCall(
  chain: ContractsChain,
  call: { readonly by: AccountHex; readonly address: Hex; readonly value: Planck; readonly data: Uint8Array },
  at: Hex,
): Promise<DryRun> {
  return run(chain, at, 'call', [call.by, call.address, call.value, null, null, toHex(call.data)]);
}

/** Instantiates by `ReviveApi_instantiate`. @throws as `dryRunCall` */
export async function dryRunInstantiate(
  chain: ContractsChain,
  wanted: {
    readonly by: AccountHex;
    readonly code: Uint8Array;
    readonly data: Uint8Array;
    readonly salt: Hex;
  },
  at: Hex,
): Promise<DryRun> {
  const { by, code, data, salt } = wanted;
  return run(chain, at, 'instantiate', [by, 0n, null, null, { Upload: toHex(code) }, toHex(data), salt]);
}

async function run(
  chain: ContractsChain,
  at: Hex,
  method: 'call' | 'instantiate',
  args: readonly unknown[],
): Promise<DryRun> {
  const answer = await callRuntime(chain, 'reviveApi', method, args, at);
  const parsed = resultSchema.safeParse(answer.toJSON());
  if (!parsed.success) {
    const problem = z.prettifyError(parsed.error).slice(0, 200);
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      `The chain's ReviveApi.${method} answers in a form that this version does not know: ${problem}`,
    );
  }
  const {
    result,
    storageDeposit,
    maxStorageDeposit = storageDeposit,
    weightRequired,
    gasRequired,
  } = parsed.data;
  if ('err' in result) return { ok: false, ...dispatchRefusal(chain.api, result.err) };
  const done = 'result' in result.ok ? result.ok.result : result.ok;
  const returned = fromHex(done.data);
  if ((done.flags.bits & REVERT) !== 0) return { ok: false, ...explainRevert(returned) };
  const needed = weightRequired ?? gasRequired ?? { refTime: 0n, proofSize: 0n };
  const most = maxStorageDeposit > storageDeposit ? maxStorageDeposit : storageDeposit;
  return {
    ok: true,
    weight: needed,
    storageDeposit,
    depositLimit: most > 0n ? most : 0n,
    returned,
    ...('addr' in result.ok ? { address: toHex(fromHex(result.ok.addr)) } : {}),
  };
}

const moduleError = z.object({ module: z.object({ index: z.int(), error: z.string() }) });

/** A `DispatchError` in polkadot-js' JSON, for people. */
function dispatchRefusal(api: ApiPromise, error: unknown): Refusal {
  const parsed = moduleError.safeParse(error);
  if (!parsed.success)
    return { error: 'DispatchError', sentence: `the chain refuses it: ${JSON.stringify(error)}` };
  const { index, error: code } = parsed.data.module;
  try {
    const { section, name, docs } = api.registry.findMetaError({
      index: api.registry.createType('u8', index),
      error: api.registry.createType('[u8; 4]', code),
    } as unknown as Parameters<typeof api.registry.findMetaError>[0]);
    return {
      error: `${section}.${name}`,
      sentence: `the chain refuses it: ${docs.join(' ').replace(/\s+/g, ' ').trim().replace(/\.$/, '') || name}`,
    };
  } catch (cause) {
    return { error: `${index}.${code}`, sentence: `the chain refuses it: ${messageOf(cause)}` };
  }
}
