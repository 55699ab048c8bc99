import { EventEmitter } from 'node:events';
import { RescueError } from '../src/domain/errors.ts';
import { blake2b256 } from '../src/proof/index.ts';
import { type ArtifactName, readArtifact } from './artifacts.ts';
import { type Hex, toHex } from './bytes.ts';
import { Chain } from './chain/chain.ts';
import type { SignableCall } from './chain/chain-types.ts';
import { cryptoReady } from './executor/host-hashing.ts';
import type { RuntimePanic } from './executor/panic.ts';
import { createFaults, type Faults } from './faults.ts';
import { paraGenesis, type RelayTimes, relayGenesis } from './genesis.ts';
import { type DevAccount, devAccount, devHolders, type Holder } from './keys.ts';
import { type Produced, Producer, submitSigned } from './producer.ts';
import { registerPara } from './registration.ts';
import { methodsOf } from './rpc/methods.ts';
import { RpcServer } from './rpc/server.ts';
import { unlockPara } from './unlock.ts';
import { Validators } from './validators.ts';

export interface NetworkOptions {
  /** Milliseconds between relay blocks; 0 builds none by itself. */
  readonly blockMs?: number;
  readonly host?: string;
  /** 0 takes free ports. */
  readonly relayPort?: number;
  readonly paraPort?: number;
  readonly times?: Partial<RelayTimes>;
  /** Blocks behind the finalized one whose state is kept, as nodes do. */
  readonly stateHistory?: number;
}

export interface NetworkEvents {
  produced: [Produced];
  /** The para's collators could not build. */
  'collation-failed': [RuntimePanic];
  /** The relay's own runtime panicked or cannot be read: there was no block, and the timer tries again. */
  'production-failed': [RescueError];
}

/** One chain as clients see it. */
export interface ChainAccess {
  readonly chain: Chain;
  readonly rpc: RpcServer;
  readonly url: string;
  readonly symbol: string;
  readonly decimals: number;
}

export const PARA_ID = 2000;
const DEFAULT_TIMES: RelayTimes = {
  sessionLength: 5,
  validationUpgradeDelay: 4,
  validationUpgradeCooldown: 6,
  minimumValidationUpgradeDelay: 3,
};
const STATE_HISTORY = 256;
const MOST_REGISTRATION_BLOCKS = 60;

/**
 * A relay chain and one para that run real FRAME runtimes in this process. The network itself only does the work of
 * validators and collators: it builds blocks, includes the para's, votes on validation code, and carries messages.
 */
export class Network extends EventEmitter<NetworkEvents> {
  readonly relay: ChainAccess;
  readonly para: ChainAccess;
  readonly paraId = PARA_ID;
  /** The para's registrar manager. */
  readonly manager: DevAccount;
  /** Sudo of both chains. */
  readonly sudo: DevAccount;
  readonly holders: readonly Holder[];
  readonly validators: Validators;
  readonly faults: Faults;
  readonly artifacts: { readonly read: typeof readArtifact };
  readonly producer: Producer;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(
    relay: ChainAccess,
    para: ChainAccess,
    people: {
      manager: DevAccount;
      sudo: DevAccount;
      validators: readonly DevAccount[];
      holders: readonly Holder[];
    },
  ) {
    super();
    this.relay = relay;
    this.para = para;
    this.manager = people.manager;
    this.sudo = people.sudo;
    this.holders = people.holders;
    this.validators = new Validators(relay.chain, people.validators);
    this.producer = new Producer({
      relay: relay.chain,
      para: para.chain,
      paraId: PARA_ID,
      validators: this.validators,
      sudo: this.sudo,
      onCollationFailed: (panic) => this.emit('collation-failed', panic),
    });
    this.artifacts = { read: readArtifact };
    this.faults = createFaults(this);
  }

  /** Builds one relay block and, where collators run, includes one para block. */
  nextBlock(): Produced {
    const produced = this.producer.produce();
    this.emit('produced', produced);
    return produced;
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

  codeHash(name: ArtifactName): Promise<Hex> {
    return readArtifact(name).then((code) => toHex(blake2b256(code)));
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
    await Promise.all([this.relay.rpc.stop(), this.para.rpc.stop()]);
    this.removeAllListeners();
  }

  #nextProduced(): Promise<void> {
    return new Promise((resolve) => this.once('produced', () => resolve()));
  }
}

/**
 * Starts both chains, registers the para as its manager would (reserve, register, PVF vote, onboarding), gives it a
 * core, and opens their JSON-RPC ports on loopback.
 * @throws RESCUE_DEVNET_FAILED
 */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  await cryptoReady();
  const host = options.host ?? '127.0.0.1';
  const history = options.stateHistory ?? STATE_HISTORY;
  const times = { ...DEFAULT_TIMES, ...options.times };
  const people = {
    manager: devAccount('ParaManager'),
    sudo: devAccount('Alice'),
    validators: [devAccount('Alice'), devAccount('Bob')],
    holders: devHolders(),
  };
  const [relayCode, paraCode] = await Promise.all([readArtifact('relay'), readArtifact('para-good')]);
  const relay = new Chain(
    { name: 'Pararescue Relay Devnet', tokenSymbol: 'UNIT', tokenDecimals: 10, ss58Format: 42 },
    relayGenesis(relayCode, { ...people, paraId: PARA_ID, times }),
    history,
  );
  const para = new Chain(
    { name: 'Pararescue Para Devnet', tokenSymbol: 'PARA', tokenDecimals: 12, ss58Format: 42 },
    paraGenesis(paraCode, { ...people, paraId: PARA_ID }),
    history,
  );
  const relayRpc = new RpcServer(methodsOf(relay), host, options.relayPort ?? 0);
  const paraRpc = new RpcServer(methodsOf(para), host, options.paraPort ?? 0);
  await relayRpc.start();
  await paraRpc.start();
  const access = (chain: Chain, rpc: RpcServer): ChainAccess => ({
    chain,
    rpc,
    url: rpc.url,
    symbol: chain.identity.tokenSymbol,
    decimals: chain.identity.tokenDecimals,
  });
  const network = new Network(access(relay, relayRpc), access(para, paraRpc), people);
  try {
    await registerPara(network, paraCode, MOST_REGISTRATION_BLOCKS);
  } catch (error) {
    await network.close();
    throw error;
  }
  network.run(options.blockMs ?? 0);
  return network;
}
