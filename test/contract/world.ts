import type { EventRecord } from '@polkadot/types/interfaces';
import type { Vec } from '@polkadot/types-codec';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import { type ContractsNetwork, PARA_ID } from '../../devnet/network.ts';
import { deployContract, sendAsPara, submitBytes } from '../../devnet/rescue-contract.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { functionCall } from '../../src/contract/abi/acts.ts';
import { type ContractEvent, contractEvents } from '../../src/contract/chain/events.ts';
import { MessageEncoder } from '../../src/contract/chain/message-encoder.ts';
import type { ContractsChain, ContractVm, OpenRescueContract } from '../../src/contract/index.ts';
import { sovereignAccount } from '../../src/domain/account-names.ts';
import type {
  Address,
  ApprovalParties,
  ContractAct,
  ContractDecision,
} from '../../src/domain/contract/rescue-contract.ts';
import type { Hex } from '../../src/domain/units.ts';
import { type ContractScene, openContractScene } from '../support/contract-scene.ts';

/** Relay and contracts chain have the same token with ten decimals. */
export const UNIT = 10_000_000_000n;
/** What the contract's messages may spend on the relay chain. */
export const FEE = 1n * UNIT;
export const POLICY: Hex = `0x${'a1'.repeat(32)}`;
export const CODE: Hex = `0x${'c0'.repeat(32)}`;
export const PARA_ACCOUNT = toHex(sovereignAccount('sibl', PARA_ID));
/** More than any call here needs, for calls that are made although their dry run fails. */
const AMPLE = { weight: { refTime: 100_000_000_000n, proofSize: 2_000_000n }, deposit: 10n * UNIT };

/** An id of a voting round for each number. */
export function roundIdOf(round: number): Hex {
  return `0x${(0x1d0000 + round).toString(16).padStart(64, '0')}`;
}

/** The embedded network with its contracts chain, and people on it. */
export class World {
  readonly network: ContractsNetwork;
  readonly chain: ContractsChain;
  readonly alice = devAccount('Alice');
  readonly bob = devAccount('Bob');
  readonly charlie = devAccount('Charlie');
  readonly guardian = devAccount('Dave');
  readonly stranger = devAccount('Eve');
  readonly operator = devAccount('Ferdie');
  /** Another two guardians, where one is not enough. */
  readonly second = this.operator;
  readonly third = this.stranger;
  readonly close: () => Promise<void>;
  #salt = 0;

  private constructor({ network, chain, close }: ContractScene) {
    this.network = network;
    this.chain = chain;
    this.close = close;
  }

  static async start(): Promise<World> {
    return new World(await openContractScene());
  }

  get manager(): DevAccount {
    return this.network.manager;
  }

  get watchers(): DevAccount[] {
    return [this.alice, this.bob, this.charlie];
  }

  /** Deploys the rescue contract of the para, and pays its delivery fees and its derived account in advance. */
  async deploy(
    vm: ContractVm,
    funds = { delivery: 10n * UNIT, relay: 100n * UNIT },
    manager: Hex | null = this.manager.account,
  ): Promise<Bench> {
    this.#salt += 1;
    const salt: Hex = `0x${this.#salt.toString(16).padStart(64, '0')}`;
    const contract = await deployContract(this.network, this.chain, {
      by: this.alice,
      vm,
      manager,
      salt,
      ...funds,
    });
    return new Bench(this, contract);
  }

  async pay(chain: World['network']['relay']['chain'], account: Hex, amount: bigint): Promise<void> {
    this.network.submit(
      chain,
      chain.typesOf().call('balances', 'transferKeepAlive', account, amount),
      this.alice,
    );
    this.network.nextBlock();
  }

  /** Includes a call of the contracts chain in its next block. @throws Error with the dispatch error when it fails */
  async includeCall(call: Hex, signer: DevAccount): Promise<ContractEvent[]> {
    submitBytes(this.network, this.network.contracts.chain, call, signer);
    this.network.nextBlock();
    return this.outcome();
  }

  /** What rescue contracts emitted in the newest block. @throws Error when an extrinsic in it failed */
  async outcome(): Promise<ContractEvent[]> {
    const block = this.network.contracts.chain.best.hash;
    const { query } = await this.chain.api.at(block);
    const records = (await query.system?.events?.()) as Vec<EventRecord>;
    for (const { event } of records) {
      if (event.section === 'system' && event.method === 'ExtrinsicFailed') {
        throw new Error(this.#dispatchError(event.data[0]?.toJSON()));
      }
    }
    return contractEvents(this.chain, null, block);
  }

  /** The para's own root sends an XCM with `call` to the contracts chain, which executes it as the para's account. */
  async includeAsPara(call: Hex): Promise<ContractEvent[]> {
    const { network } = this;
    sendAsPara(network, call);
    const since = network.contracts.chain.best.number;
    const arrived = async () => {
      const { query } = await this.chain.api.at(network.contracts.chain.best.hash);
      const records = (await query.system?.events?.()) as Vec<EventRecord>;
      return records.some(
        ({ event }) =>
          event.section === 'messageQueue' &&
          event.method === 'Processed' &&
          JSON.stringify(event.data[1]?.toJSON()) === JSON.stringify({ sibling: PARA_ID }),
      );
    };
    await network.produceUntil(
      async () => network.contracts.chain.best.number > since && (await arrived()),
      12,
      "the para's message",
    );
    return contractEvents(this.chain, null, network.contracts.chain.best.hash);
  }

  #dispatchError(error: unknown): string {
    const { module } = (error ?? {}) as { module?: { index: number; error: string } };
    if (!module) return JSON.stringify(error);
    const { registry } = this.chain.api;
    const index = registry.createType('u8', module.index);
    const { section, name } = registry.findMetaError({
      index,
      error: registry.createType('[u8; 4]', module.error),
    } as unknown as Parameters<typeof registry.findMetaError>[0]);
    return `${section}.${name}`;
  }
}

/** One rescue contract with the messages that its decisions commit to. */
export class Bench {
  readonly world: World;
  readonly contract: OpenRescueContract;
  readonly parties: ApprovalParties;
  readonly #encoder: MessageEncoder;

  constructor(world: World, contract: OpenRescueContract) {
    this.world = world;
    this.contract = contract;
    this.parties = contract.parties([world.operator.account]);
    this.#encoder = new MessageEncoder(world.chain, contract.address);
  }

  get address(): Address {
    return this.contract.address;
  }

  /** Made after its dry run, as the service does. */
  async act(act: ContractAct, by: DevAccount): Promise<ContractEvent[]> {
    return this.world.includeCall(await this.contract.prepare(act, by.account), by);
  }

  async actAsPara(act: ContractAct): Promise<ContractEvent[]> {
    return this.world.includeAsPara(await this.contract.prepare(act, PARA_ACCOUNT));
  }

  /**
   * Made although the dry run refuses it: the chain must refuse it too, and the contract stay as it was.
   * @returns the contract's error of the dry run; `null` when it went through, or changed anything
   */
  async attack(act: ContractAct, by: DevAccount): Promise<string | null> {
    const dryRun = await this.contract.inspect(act, by.account);
    const before = await this.#rules();
    if (await this.attempt(act, by)) return null;
    if (dryRun.ok || before !== (await this.#rules())) return null;
    return dryRun.error;
  }

  /** Made without asking first. @returns whether the contract took it */
  async attempt(act: ContractAct, by: DevAccount): Promise<boolean> {
    const { name, values } = functionCall(act, 100_000_000n);
    try {
      await this.world.includeCall(this.#encoder.call(name, values, AMPLE), by);
      return true;
    } catch (error) {
      if (error instanceof Error && error.message === 'revive.ContractReverted') return false;
      throw error;
    }
  }

  async #rules(): Promise<string> {
    const { block: _, time: _time, balance: _balance, ...rules } = await this.contract.state();
    return JSON.stringify(rules, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
  }

  optIn(changes: Partial<Extract<ContractAct, { kind: 'opt-in' }>> = {}): ContractAct {
    return {
      kind: 'opt-in',
      policyHash: POLICY,
      watchers: this.world.watchers.map(({ account }) => account),
      threshold: 2,
      guardians: [this.world.guardian.account],
      vetoSeconds: 0,
      ...changes,
    };
  }

  /** The approval of `callHash` on the relay chain, and what a decision says of it. */
  messages(callHash: Hex = CODE): {
    approval: Hex;
    cancelAt(when: { height: number; index: number }): Hex;
    decision: Pick<ContractDecision, 'messageHash' | 'cancelHash' | 'cancelOffset'>;
  } {
    const types = this.world.network.relay.chain.typesOf();
    const others = [this.parties.operator];
    const approve = types.call('multisig', 'approveAsMulti', 2, others, null, callHash, {
      refTime: 0,
      proofSize: 0,
    });
    const cancelCall = (when: { height: number; index: number }) =>
      toHex(types.call('multisig', 'cancelAsMulti', 2, others, when, callHash).toU8a());
    const { message: approval, hash } = this.contract.wrap(toHex(approve.toU8a()), FEE);
    const cancel = this.contract.commitCancel(
      cancelCall({ height: 0, index: 0 }),
      cancelCall({ height: 0xffff_ffff, index: 0xffff_ffff }),
      FEE,
    );
    return {
      approval,
      cancelAt: (when) => this.contract.wrap(cancelCall(when), FEE).message,
      decision: { messageHash: hash, cancelHash: cancel.hash, cancelOffset: cancel.offset },
    };
  }

  decision(changes: Partial<ContractDecision> = {}): ContractDecision {
    return {
      para: PARA_ID,
      anchorNumber: 100,
      anchorHead: `0x${'11'.repeat(32)}`,
      roundId: roundIdOf(1),
      attempt: 0,
      policyHash: POLICY,
      codeHash: CODE,
      evidenceHash: `0x${'e1'.repeat(32)}`,
      ayes: 700n,
      nays: 200n,
      abstains: 50n,
      electorate: 1000n,
      ...this.messages().decision,
      ...changes,
    };
  }

  /** Two watchers attest. @returns the id */
  async decide(decision: ContractDecision): Promise<Hex> {
    await this.act({ kind: 'attest', decision }, this.world.alice);
    await this.act({ kind: 'attest', decision }, this.world.bob);
    return this.contract.idOf(decision);
  }

  /** The approval that the relay's multisig pallet holds; waits for messages under way. */
  async approval(
    callHash: Hex = CODE,
    blocks = 4,
  ): Promise<{ when: { height: number; index: number }; depositor: Hex } | null> {
    const { network } = this.world;
    const read = () => network.readRelay('multisig', 'multisigs', this.parties.multisig, callHash);
    for (let count = 0; count < blocks && read() === null; count += 1) network.nextBlock();
    const found = read() as { when: { height: number; index: number }; depositor: string } | null;
    if (found === null) return null;
    const { registry } = network.relay.chain.typesOf();
    return { when: found.when, depositor: toHex(registry.createType('AccountId', found.depositor).toU8a()) };
  }
}
