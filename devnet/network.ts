import { EventEmitter } from 'node:events';
import type { SignableCall } from '../src/blocks/chain-types.ts';
import { type Hex, toHex } from '../src/bytes/hex.ts';
import { RescueError } from '../src/domain/errors.ts';
import { cryptoReady } from '../src/executor/host/hashing.ts';
import { blake2b256 } from '../src/proof/index.ts';
import type { Chain } from '../src/sandbox/chain/chain.ts';
import { type ChainAccess, openNode } from '../src/sandbox/chain-access.ts';
import { Producer } from '../src/sandbox/producer.ts';
import type { NodeOptions } from '../src/sandbox/rpc/methods.ts';
import type { RpcServer } from '../src/sandbox/rpc/server.ts';
import { type Signer, submitSigned } from '../src/sandbox/signing.ts';
import { Validators } from '../src/sandbox/validators.ts';
import { type ArtifactName, readArtifact } from './artifacts.ts';
import { BlockTimer } from './block-timer.ts';
import { type Chains, CONTRACTS_ID, openChains, PARA_ID } from './chains.ts';
import { electValidators, rotateKeys } from './election.ts';
import { createFaults } from './faults/network-faults.ts';
import type { Faults, NetworkHandle, ParaAccess, Produced } from './handle.ts';
import { includeByProxy } from './inclusion.ts';
import { type DevAccount, type DevName, devAccount, devSessionKeys, type Holder, INCLUSION } from './keys.ts';
import {
  DEFAULT_TIMES,
  DEFAULT_VALIDATORS,
  FINALITY_LAG,
  type NetworkEvents,
  type NetworkOptions,
  STATE_HISTORY,
} from './options.ts';
import { openChannels, registerPara } from './registration.ts';
import { unlockPara } from './unlock.ts';

export { PARENT, paidTransact, sibling } from '../src/sandbox/transact.ts';
export { sovereignOf } from './genesis.ts';
export type { ChainAccess, NetworkEvents, NetworkHandle, NetworkOptions, ParaAccess, Produced };
export { CONTRACTS_ID, PARA_ID };

/** A network that was started with `contracts: true`. */
export type ContractsNetwork = Network & { readonly contracts: ParaAccess };

const MOST_REGISTRATION_BLOCKS = 60;

/**
 * A relay chain and one or two paras that run real FRAME runtimes in this process. The network itself only does the
 * work of validators and collators: it builds blocks, includes the paras', votes on validation code, carries messages.
 */
export class Network extends EventEmitter<NetworkEvents> implements NetworkHandle {
  readonly relay: ChainAccess;
  readonly para: ParaAccess;
  readonly contracts: ParaAccess | undefined;
  readonly paraId = PARA_ID;
  readonly manager: DevAccount;
  readonly sudo: DevAccount;
  readonly holders: readonly Holder[];
  readonly validators: Validators;
  readonly faults: Faults;
  readonly artifacts: { readonly read: typeof readArtifact };
  readonly #producer: Producer;
  readonly #host: string;
  readonly #nodes: RpcServer[] = [];
  readonly #timer = new BlockTimer(
    () => this.nextBlock(),
    (error) => this.emit('production-failed', error),
  );

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
    this.validators = new Validators(
      relay.chain,
      [...people.validators, ...people.candidates].map((account) => devSessionKeys(account)),
    );
    this.#producer = new Producer({
      relay: relay.chain,
      collators: [para.collator, ...(contracts ? [contracts.collator] : [])],
      validators: this.validators,
      include: includeByProxy(relay.chain, this.sudo, devAccount(INCLUSION)),
      onCollationFailed: (panic, paraId) => this.emit('collation-failed', panic, paraId),
      onCandidateRefused: (panic, paraId) => this.emit('candidate-refused', panic, paraId),
    });
    this.artifacts = { read: readArtifact };
    this.faults = createFaults(this);
  }

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

  lagFinality(blocks: number): void {
    this.#producer.finalityLag = blocks;
  }

  /** Relay blocks that finality is made to lag behind. */
  get finalityLag(): number {
    return this.#producer.finalityLag;
  }

  async produceUntil(
    condition: () => boolean | Promise<boolean>,
    most = 200,
    what = 'the condition',
  ): Promise<void> {
    for (let count = 0; count < most; count += 1) {
      if (await condition()) return;
      if (!this.#timer.runs) this.nextBlock();
      else await this.#nextProduced();
    }
    if (await condition()) return;
    throw new RescueError('RESCUE_DEVNET_FAILED', `After ${most} relay blocks, ${what} still does not hold.`);
  }

  readRelay(pallet: string, item: string, ...args: unknown[]): unknown {
    const { chain } = this.relay;
    return (
      chain
        .typesOf()
        .read(chain.stateOf(chain.best), pallet, item, ...args)
        ?.toJSON() ?? null
    );
  }

  queueSudo(chain: Chain, pallet: string, method: string, ...args: unknown[]): void {
    const types = chain.typesOf();
    const call = types.call('sudo', 'sudo', types.call(pallet, method, ...args));
    this.submit(chain, call, this.sudo);
  }

  submit(chain: Chain, call: SignableCall, signer: Signer): void {
    submitSigned(chain, call, signer);
  }

  /** The relay's root elects these validators; the second session from now is theirs, with a new set of authorities. */
  electValidators(...names: readonly DevName[]): void {
    electValidators(this, names);
  }

  /**
   * A validator sets new session keys, derived from `keyUri`, which count from the second session from now: a new set of
   * authorities. Its node holds the old ones and the new ones. A `keyUri` that was used before is no change.
   */
  rotateKeys(name: DevName, keyUri: string): void {
    rotateKeys(this, name, keyUri);
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
   * `start`; it closes with the network. With `finalityProofs: false` it has no `grandpa_*` methods.
   */
  async openNode({ chain }: ChainAccess, port = 0, options?: NodeOptions): Promise<RpcServer> {
    const node = await openNode(chain, this.#host, port, options);
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
    this.#timer.run(blockMs);
  }

  /** The timer makes no blocks until `resume`. */
  pause(): void {
    this.#timer.pause();
  }

  resume(): void {
    this.#timer.resume();
  }

  get isPaused(): boolean {
    return this.#timer.isPaused;
  }

  async close(): Promise<void> {
    this.#timer.close();
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
 * @throws RESCUE_CONFIG_INVALID when a port is taken, RESCUE_DEVNET_FAILED
 */
export function startNetwork(
  options: NetworkOptions & { readonly contracts: true },
): Promise<ContractsNetwork>;
export function startNetwork(options?: NetworkOptions): Promise<Network>;
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  await cryptoReady();
  const host = options.host ?? '127.0.0.1';
  const validators = options.validators ?? DEFAULT_VALIDATORS;
  const chains = await openChains({
    host,
    ports: {
      relay: options.relayPort ?? 0,
      para: options.paraPort ?? 0,
      contracts: options.contracts ? (options.contractsPort ?? 0) : undefined,
    },
    times: { ...DEFAULT_TIMES, ...options.times },
    stateHistory: options.stateHistory ?? STATE_HISTORY,
    validators,
    electEverySession: options.electEverySession ?? false,
    finalityProofs: options.finalityProofs ?? true,
  });
  const network = new Network(chains, host);
  try {
    // A chain that is older than its first set, as all are that anyone knows: nodes then prove finality of any block.
    electValidators(network, validators);
    await registerPara(network, chains.paraCode, MOST_REGISTRATION_BLOCKS);
    if (network.contracts) await openChannels(network, network.contracts, MOST_REGISTRATION_BLOCKS);
  } catch (error) {
    await network.close();
    throw error;
  }
  const blockMs = options.blockMs ?? 0;
  network.lagFinality(options.finalityLag ?? (blockMs > 0 ? FINALITY_LAG : 0));
  network.run(blockMs);
  return network;
}
