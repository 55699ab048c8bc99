import { encodeAddress } from '@polkadot/util-crypto';
import { z } from 'zod';
import { fromHex } from '../../bytes/hex.ts';
import type { MultisigAccount, MultisigState, PendingApproval } from '../../domain/chain/acting.ts';
import type { ApprovalParties, ApprovalState } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex, Hex, Planck } from '../../domain/units.ts';
import type { ChainRuntime } from '../nodes/chain-runtime.ts';
import type { NodeHeader } from '../nodes/header-json.ts';
import type { RpcConnection } from '../nodes/rpc-connection.ts';
import { type BatchedValue, StorageBatch } from '../nodes/storage-batch.ts';
import type { ProvenChain } from '../proven/proven-chain.ts';
import { account, u128 } from './relay-observation.ts';

const u32 = z.int().min(0).max(0xffff_ffff);
const approvalSchema = z.object({
  when: z.object({ height: u32, index: u32 }),
  depositor: account,
  approvals: z.array(account),
});
export const accountSchema = z.looseObject({
  nonce: u32,
  data: z.looseObject({ free: u128, frozen: u128.default(0n) }),
});
export const proxiesSchema = z.tuple([
  z.array(z.object({ delegate: account, proxyType: z.string(), delay: u32 })),
  u128,
]);

/** See `RelayReader.approvalState`. @throws RESCUE_CHAIN_REFUSES when the relay has no multisig pallet */
export async function approvalStateAt(
  node: RpcConnection,
  chain: ProvenChain,
  { ref }: NodeHeader,
  { derived, multisig }: ApprovalParties,
  callHash: Hex,
  manager: AccountHex | null,
): Promise<ApprovalState> {
  const runtime = await chain.runtimeOf(node, ref);
  const batch = new StorageBatch(runtime);
  const approval = wantApproval(batch, runtime, multisig, callHash);
  const funds = batch.need(accountSchema, 'System', 'Account', ss58(derived));
  const proxies = manager === null ? null : batch.want(proxiesSchema, 'Proxy', 'Proxies', ss58(manager));
  await batch.fetch(node, chain, ref);
  const existentialDeposit = constant(runtime, 'balances', 'existentialDeposit');
  return {
    relay: ref.number,
    approval: approval(),
    derivedFree: spendableOf(funds(), existentialDeposit),
    deposit:
      constant(runtime, 'multisig', 'depositBase') + 2n * constant(runtime, 'multisig', 'depositFactor'),
    existentialDeposit,
    proxies: namedProxies(proxies?.() ?? null),
  };
}

/** See `RelayReader.multisigState`. @throws RESCUE_CHAIN_REFUSES when the relay has no multisig pallet */
export async function multisigStateAt(
  node: RpcConnection,
  chain: ProvenChain,
  { ref }: NodeHeader,
  { account: id, threshold }: MultisigAccount,
  callHash: Hex,
): Promise<MultisigState> {
  const runtime = await chain.runtimeOf(node, ref);
  const batch = new StorageBatch(runtime);
  const approval = wantApproval(batch, runtime, id, callHash);
  await batch.fetch(node, chain, ref);
  const base = constant(runtime, 'multisig', 'depositBase');
  return {
    relay: ref.number,
    approval: approval(),
    deposit: base + BigInt(threshold) * constant(runtime, 'multisig', 'depositFactor'),
  };
}

/** @throws RESCUE_CHAIN_REFUSES when the relay has no multisig pallet */
function wantApproval(
  batch: StorageBatch,
  { version }: ChainRuntime,
  multisig: AccountHex,
  callHash: Hex,
): BatchedValue<PendingApproval> {
  const approval = batch.want(approvalSchema, 'Multisig', 'Multisigs', ss58(multisig), callHash);
  if (approval) return approval;
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The runtime ${version.specName} ${version.specVersion} has no multisig pallet.`,
  );
}

/** What may not leave is the frozen part, and the existential deposit, without which the account would go. */
export function spendableOf(
  entry: z.output<typeof accountSchema> | null,
  existentialDeposit: Planck,
): Planck {
  const { free, frozen } = entry?.data ?? { free: 0n, frozen: 0n };
  const kept = frozen > existentialDeposit ? frozen : existentialDeposit;
  return free > kept ? free - kept : 0n;
}

export function namedProxies(entry: z.output<typeof proxiesSchema> | null): ApprovalState['proxies'] {
  const [proxies] = entry ?? [[]];
  return proxies.map(({ delegate, proxyType, delay }) => ({ delegate, kind: proxyType, delay }));
}

export function constant(runtime: ChainRuntime, pallet: string, name: string): bigint {
  const value = runtime.meta.consts[pallet]?.[name];
  if (value) return BigInt(value.toString());
  throw new RescueError(
    'RESCUE_CHAIN_REFUSES',
    `The runtime ${runtime.version.specName} ${runtime.version.specVersion} does not tell its constant ${pallet}.${name}.`,
  );
}

export function ss58(id: AccountHex): string {
  return encodeAddress(fromHex(id), 42);
}
