import { EventEmitter } from 'node:events';
import { type Hex, toHex } from '../src/bytes/hex.ts';
import { RescueError } from '../src/domain/errors.ts';
import { cryptoReady } from '../src/executor/host/hashing.ts';
import type { RuntimePanic } from '../src/executor/panic.ts';
import { blake2b256 } from '../src/proof/index.ts';
import type { Block } from '../src/sandbox/chain/block.ts';
import type { Chain } from '../src/sandbox/chain/chain.ts';
import type { SignableCall } from '../src/sandbox/chain/chain-types.ts';
import { methodsOf } from '../src/sandbox/rpc/methods.ts';
import { RpcServer } from '../src/sandbox/rpc/server.ts';
import { type ArtifactName, readArtifact } from './artifacts.ts';
import {
  type ChainAccess,
  type Chains,
  CONTRACTS_ID,
  openChains,
  PARA_ID,
  type ParaAccess,
} from './chains.ts';
import { createFaults, type Faults } from './faults.ts';
import type { RelayTimes } from './genesis.ts';
import type { DevAccount, Holder } from './keys.ts';
import { Producer, submitSigned } from './producer.ts';
import { openChannels, registerPara } from './registration.ts';
import { unlockPara } from './unlock.ts';
import { Validators } from './validators.ts';

export { sovereignOf } from './genesis.ts';
export { PARENT, paidTransact, sibling } from './transact.ts';
export type { ChainAccess, ParaAccess };
export { CONTRACTS_ID, PARA_ID };

export interface NetworkOptions {
  /** Milliseconds between relay blocks; 0 builds none by itself. */
  readonly blockMs?: number;
  readonly host?: string;
  /** 0 takes free ports. */
  readonly relayPort?: number;
  readonly paraPort?: number;
  readonly contractsPort?: number;
  /** Starts the third chain: a para with contracts, and channels between it and the para. */
  readonly contracts?: boolean;
  readonly times?: Partial<RelayTimes>;
  /** Blocks behind the finalized one whose state is kept, as nodes do. */
  readonly stateHistory?: number;
}

/** A relay block, and the block of each para that it included, if any. */
export interface Produced {
  readonly relay: Block;
  readonly para: Block | null;
  readonly contracts: Block | null;
}

export interface NetworkEvents {
  produced: [Produced];
  /** The collators of a para, named by its id, could not build. */
  'collation-failed': [RuntimePanic, number];
  /** The relay's own runtime panicked or cannot be read: there was no block, and the timer tries again. */
  'production-failed': [RescueError];
}

/** A network that was started with `contracts: true`. */
export type ContractsNetwork = Network & { readonly contracts: ParaAccess };

const DEFAULT_TIMES: RelayTimes = {
  sessionLength: 5,
  validationUpgradeDelay: 4,
  validationUpgradeCooldown: 6,
  minimumValidationUpgradeDelay: 3,
};
const STATE_HISTORY = 256;
const MOST_REGISTRATION_BLOCKS = 60;

/**
 * A relay chain and one or two paras that run real FRAME runtimes in this process. The network itself only does the
 * work of validators and collators: it builds blocks, includes the paras', votes on validation code, carries messages.
 */
export class Network extends EventEmitter<NetworkEvents> {
  readonly relay: ChainAccess;
  /** The para under rescue. */
  readonly para: ParaAccess;
  /** The contracts chain, where the network was started with one. */
  readonly contracts: ParaAccess | undefined;
  readonly paraId = PARA_ID;
  /** The para's registrar manager. */
  readonly manager: DevAccount;
  /** Sudo of all chains. */
  readonly sudo: DevAccount;
  readonly holders: readonly Holder[];
  readonly validators: Validators;
  readonly faults: Faults;
  readonly artifacts: { readonly read: typeof readArtifact };
  readonly #producer: Producer;
  readonly #host: string;
  readonly #nodes: RpcServer[] = [];
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ relay, para, contracts, people }: Chains, host: string) {
    super();
    this.relay = relay;
    this.para = para;
    this.contracts = contracts;
    this.manager = people.manager;
    this.sudo = people.sudo;
    this.holders = people.holders;
    this.#host = host;
    this.#nodes.push(relay.rpc, para.rpc, ...(contracts ? [contracts.rpc] : []));
    this.validators = new Validators(relay.chain, people.validators);
    this.#producer = new Producer({
      relay: relay.chain,
      collators: [para.collator, ...(contracts ? [contracts.collator] : [])],
      validators: this.validators,
      sudo: this.sudo,
      onCollationFailed: (panic, paraId) => this.emit('collation-failed', panic, paraId),
    });
    this.artifacts = { read: readArtifact };
    this.faults = createFaults(this);
  }

  /** Builds one relay block and, where collators run, includes one block of each para. */
  nextBlock(): Produced {
    const { relay, included } = this.#producer.produce();
    const produced = {
      relay,
      para: included.get(PARA_ID) ?? null,
      contracts: included.get(CONTRACTS_ID) ?? null,
    };
    this.emit('produced', produced);
    return produced;
  }

  /** The relay's finalized block stays this many behind its best from now on. */
  lagFinality(blocks: number): void {
    this.#producer.finalityLag = blocks;
  }

  /**
   * Builds blocks until `condition` holds after one of them, or waits for the timer's blocks when there is a timer.
   * @throws RESCUE_DEVNET_FAILED after `most` blocks.
   */
  async produceUntil(
    condition: () => boolean | Promise<boolean>,
    most = 200,
    what = 'the condition',
  ): Promise<void> {
    for (let count = 0; count < most; count += 1) {
      if (await condition()) return;
      if (this.#timer === undefined) this.nextBlock();
      else await this.#nextProduced();
    }
    if (await condition()) return;
    throw new RescueError('RESCUE_DEVNET_FAILED', `After ${most} relay blocks, ${what} still does not hold.`);
  }

  /** The relay's `paras` or another pallet's item for this para, as JSON of its decoded value. */
  readRelay(pallet: string, item: string, ...args: unknown[]): unknown {
    const { chain } = this.relay;
    return (
      chain
        .typesOf()
        .read(chain.stateOf(chain.best), pallet, item, ...args)
        ?.toJSON() ?? null
    );
  }

  /** A call of the relay, signed as sudo's, for the next block. */
  queueSudo(chain: Chain, pallet: string, method: string, ...args: unknown[]): void {
    const types = chain.typesOf();
    const call = types.call('sudo', 'sudo', types.call(pallet, method, ...args));
    this.submit(chain, call, this.sudo);
  }

  /** Signs and submits to the pool, as any client would. Throws RESCUE_DEVNET_FAILED when the pool refuses. */
  submit(chain: Chain, call: SignableCall, signer: DevAccount): void {
    submitSigned(chain, call, signer);
  }

  /** The para's own way to give its manager power: XCM with `registrar.removeLock`, executed on the relay chain. */
  unlockPara(): Promise<void> {
    return unlockPara(this);
  }

  /** Nodes of the para restart with `code` in their chain spec's `codeSubstitutes`. */
  installSubstitute(blockNumber: number, code: Uint8Array): void {
    this.para.chain.installSubstitute({ fromBlock: blockNumber, code });
  }

  /**
   * One more node of a chain, on a port of its own (0 takes a free one), with its own `filter`, `delayMs`, `stop` and
   * `start`; it closes with the network.
   */
  async openNode({ chain }: ChainAccess, port = 0): Promise<RpcServer> {
    const node = new RpcServer(methodsOf(chain), this.#host, port);
    await node.start();
    this.#nodes.push(node);
    return node;
  }

  codeHash(name: ArtifactName): Promise<Hex> {
    return readArtifact(name).then((code) => toHex(blake2b256(code)));
  }

  /** The chains' clock goes `seconds` ahead with the next block: delays in contracts need no waiting. */
  passTime(seconds: number): void {
    this.#producer.ahead += seconds * 1000;
  }

  /** Builds relay blocks on a timer from now on. */
  run(blockMs: number): void {
    if (this.#closed || blockMs <= 0) return;
    this.#timer = setInterval(() => {
      try {
        this.nextBlock();
      } catch (error) {
        if (!(error instanceof RescueError)) throw error;
        this.emit('production-failed', error);
      }
    }, blockMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all(this.#nodes.map((node) => node.stop()));
    this.removeAllListeners();
  }

  #nextProduced(): Promise<void> {
    return new Promise((resolve) => this.once('produced', () => resolve()));
  }
}

/**
 * Starts the chains, registers the para as its manager would (reserve, register, PVF vote, onboarding), gives it a
 * core, and opens their JSON-RPC ports on loopback. With `contracts`, that chain is there from the relay's genesis on,
 * and channels join it with the para both ways.
 * @throws RESCUE_DEVNET_FAILED
 */
export function startNetwork(
  options: NetworkOptions & { readonly contracts: true },
): Promise<ContractsNetwork>;
export function startNetwork(options?: NetworkOptions): Promise<Network>;
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  await cryptoReady();
  const host = options.host ?? '127.0.0.1';
  const chains = await openChains({
    host,
    ports: {
      relay: options.relayPort ?? 0,
      para: options.paraPort ?? 0,
      contracts: options.contracts ? (options.contractsPort ?? 0) : undefined,
    },
    times: { ...DEFAULT_TIMES, ...options.times },
    stateHistory: options.stateHistory ?? STATE_HISTORY,
  });
  const network = new Network(chains, host);
  try {
    await registerPara(network, chains.paraCode, MOST_REGISTRATION_BLOCKS);
    if (network.contracts) await openChannels(network, network.contracts, MOST_REGISTRATION_BLOCKS);
  } catch (error) {
    await network.close();
    throw error;
  }
  network.run(options.blockMs ?? 0);
  return network;
}
