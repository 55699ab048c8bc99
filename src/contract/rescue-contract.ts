import { fromHex, isHex, toHex } from '../bytes/hex.ts';
import { askHeader } from '../chain/nodes/header-json.ts';
import { unknownBlock } from '../chain/nodes/rpc-connection.ts';
import type {
  Address,
  ContractAct,
  ContractState,
  ContractWatcher,
  RescueContract,
} from '../domain/contract/rescue-contract.ts';
import { RescueError } from '../domain/errors.ts';
import type { AccountHex, Hex, Planck } from '../domain/units.ts';
import { decisionValues, functionCall } from './abi/acts.ts';
import {
  addressesSchema,
  cancellationSchema,
  hashSchema,
  NO_ADDRESS,
  NO_HASH,
  numberSchema,
  recordSchema,
  roundSchema,
  stateSchema,
  yesSchema,
} from './abi/answers.ts';
import { accountOfAddress, addressOf, approvalParties, relayAccountOf } from './accounts.ts';
import type { ContractsChain } from './chain/connect.ts';
import { contractAccount } from './chain/contract-account.ts';
import { deliveryFee } from './chain/delivery-fee.ts';
import { type DryRun, dryRunCall } from './chain/dry-run.ts';
import { freeBalance } from './chain/free-balance.ts';
import { limitsOf, weiPerPlanck } from './chain/limits.ts';
import { MessageEncoder } from './chain/message-encoder.ts';
import { readStorage } from './chain/runtime-reads.ts';
import { checkCode } from './code-check.ts';
import { ViewReader } from './view-reader.ts';
import { commitCancel, messageHash, timepointBytes, transactMessage } from './xcm.ts';

/** An approval of a call is about this long, and pays with a fee of about this size. */
const USUAL_CALL: Hex = `0x${'00'.repeat(120)}`;
const USUAL_FEE: Planck = 10n ** 10n;

/** The port, and dry runs that tell the refusal instead of throwing it. */
export interface OpenRescueContract extends RescueContract {
  /** The contract's account on the contracts chain, which pays for delivery. */
  readonly account: AccountHex;
  /** What `act` by `by` would do at the newest finalized block. */
  inspect(act: ContractAct, by: AccountHex): Promise<DryRun>;
  /** `deliveryFee` of a message of the usual length, for those who do not know policy and code yet. */
  usualDeliveryFee(): Promise<Planck | null>;
}

/**
 * The rescue contract at `address`. Nothing is read before the first use.
 * @throws RESCUE_CONFIG_INVALID for something that is no address
 */
export function openRescueContract(chain: ContractsChain, address: Address): OpenRescueContract {
  if (!isHex(address) || address.length !== 42) {
    throw new RescueError(
      'RESCUE_CONFIG_INVALID',
      `${address} is no address of a contract: 0x and 40 hex digits.`,
    );
  }
  const encoder = new MessageEncoder(chain, address);
  const reader = new ViewReader(chain, address, encoder);
  const account = toHex(accountOfAddress(fromHex(address)));
  const derived = relayAccountOf(chain.paraId, fromHex(account));

  const inspect = async (act: ContractAct, by: AccountHex) => {
    const { name, values } = functionCall(act, weiPerPlanck(chain));
    const data = encoder.data(name, values);
    return dryRunCall(chain, { by, address, value: 0n, data }, await chain.finalized());
  };

  const wrap: RescueContract['wrap'] = (call, fee) => {
    const message = transactMessage(fromHex(call), fee, derived);
    return { message: toHex(message), hash: messageHash(message) };
  };
  const feeOf = (message: Hex) => deliveryFee(chain, fromHex(message), fromHex(account));

  let latest: ContractState | null = null;
  let told: { readonly mark: string; readonly views: StateViews } | null = null;
  let judged: { readonly codeHash: Hex; readonly isOurs: boolean } | null = null;
  /**
   * Each view is a run of the runtime. What our own code says of its storage is asked anew only where that is another one; what
   * the answers of other code rest on nobody knows.
   */
  const viewsAt = async (at: Hex): Promise<StateViews> => {
    const found = await contractAccount(chain, address, at);
    if (found && found.mark === told?.mark) return told.views;
    const views = await readViews(reader, at);
    if (found && found.codeHash !== judged?.codeHash) {
      const { kind } = await checkCode(chain, { address, account }, at, views, null);
      judged = { codeHash: found.codeHash, isOurs: kind === 'ours' };
    }
    told = found && judged?.isOurs ? { mark: found.mark, views } : null;
    return views;
  };
  return {
    address,
    account,
    genesis: chain.genesis,
    parties: (operators) => approvalParties(chain.paraId, address, operators),
    addressOf,
    accountOf: async (wanted) => {
      const mapped = chain.api.query.revive?.originalAccount
        ? await readStorage(chain, 'revive', 'originalAccount', [wanted], await chain.finalized())
        : null;
      const bytes = mapped?.toU8a();
      return toHex(bytes?.length === 32 ? bytes : accountOfAddress(fromHex(wanted)));
    },
    inspect,
    state: async () => {
      // What a block holds never changes, and everybody who looks at the contract does so at every relay block.
      const at = await chain.finalized();
      if (latest?.block.hash !== at) latest = await readState(chain, await viewsAt(at), account, at);
      return latest;
    },
    decision: async (id) => {
      const at = await chain.finalized();
      const { 0: record } = await reader.view(recordSchema, at, 'recordOf', id);
      if (record.epoch === 0n) return null;
      const { 0: from } = await reader.view(numberSchema, at, 'executableAt', id);
      const { decidedAt: _, heldUntil: _held, ...rest } = record;
      return { id, ...rest, executableAt: from === 0n ? null : from };
    },
    round: async (roundId) => ({
      roundId,
      ...(await reader.view(roundSchema, await chain.finalized(), 'roundOf', roundId)),
    }),
    hasLeft: async (roundId, watcher) =>
      (await reader.view(yesSchema, await chain.finalized(), 'hasLeft', roundId, watcher))[0],
    idOf: async (decision) => {
      const at = await chain.finalized();
      return (await reader.view(hashSchema, at, 'decisionId', decisionValues(decision)))[0];
    },
    prepare: async (act, by) => {
      const dryRun = await inspect(act, by);
      if (!dryRun.ok) {
        throw new RescueError(
          'RESCUE_CONTRACT_REFUSES',
          `The rescue contract refuses it: ${dryRun.sentence}.`,
          {
            details: { act: act.kind, error: dryRun.error },
          },
        );
      }
      const { name, values } = functionCall(act, weiPerPlanck(chain));
      return encoder.call(name, values, limitsOf(chain, dryRun));
    },
    wrap,
    commitCancel: (atZero, atMax, fee) =>
      commitCancel(
        transactMessage(fromHex(atZero), fee, derived),
        transactMessage(fromHex(atMax), fee, derived),
      ),
    cancelSupport: async (id, when) => {
      const at = await chain.finalized();
      const timepoint = toHex(timepointBytes(when));
      return (await reader.view(cancellationSchema, at, 'cancellationOf', id, timepoint)).supporters;
    },
    mayCancel: async (id, account) =>
      (await reader.view(yesSchema, await chain.finalized(), 'mayCancel', id, account))[0],
    deliveryFee: feeOf,
    usualDeliveryFee: () => feeOf(wrap(USUAL_CALL, USUAL_FEE).message),
  };
}

/** What `state()`, `watchers()`, `guardians()` and `backedBy()` of contracts/RescueContract.sol say, which read nothing but its storage. */
type StateViews = Pick<
  ContractState,
  | 'para'
  | 'paraAccount'
  | 'manager'
  | 'policyHash'
  | 'epoch'
  | 'threshold'
  | 'vetoSeconds'
  | 'watchers'
  | 'guardians'
  | 'decided'
  | 'lastSentId'
>;

async function readViews(reader: ViewReader, hash: Hex): Promise<StateViews> {
  const [{ 0: state }, { 0: watchers }, { 0: guardians }] = await Promise.all([
    reader.view(stateSchema, hash, 'state'),
    reader.view(addressesSchema, hash, 'watchers'),
    reader.view(addressesSchema, hash, 'guardians'),
  ]);
  const reports = await Promise.all(
    watchers.map(async (address): Promise<ContractWatcher> => {
      const { 0: backs } = await reader.view(hashSchema, hash, 'backedBy', address);
      return { address, supports: orNull(backs) };
    }),
  );
  const { manager, optedIn, decidedId, lastSentId, policyHash, threshold, para, ...rest } = state;
  return {
    ...pick(rest, ['paraAccount', 'epoch', 'vetoSeconds']),
    para,
    threshold,
    manager: manager === NO_ADDRESS ? null : manager,
    policyHash: optedIn ? policyHash : null,
    watchers: reports,
    guardians,
    decided: orNull(decidedId),
    lastSentId: orNull(lastSentId),
  };
}

async function readState(
  chain: ContractsChain,
  views: StateViews,
  account: AccountHex,
  hash: Hex,
): Promise<ContractState> {
  const [header, now, balance] = await Promise.all([
    chain.endpoints.use(async (node) => {
      const found = await askHeader(node, hash);
      if (!found) throw unknownBlock(node, hash);
      return found;
    }),
    readStorage(chain, 'timestamp', 'now', [], hash),
    freeBalance(chain, account, hash),
  ]);
  return {
    ...views,
    block: { number: header.ref.number, hash },
    time: BigInt(now?.toString() ?? 0) / 1000n,
    balance,
  };
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}

function orNull(hash: Hex): Hex | null {
  return hash === NO_HASH ? null : hash;
}
