import { EventEmitter } from 'node:events';
import { RescueError } from '../src/domain/errors.ts';
import { blake2b256 } from '../src/proof/index.ts';
import { type ArtifactName, readArtifact } from './artifacts.ts';
import { type Hex, toHex } from './bytes.ts';
import type { Block } from './chain/block.ts';
import { Chain } from './chain/chain.ts';
import { type Candidate, Collator } from './collator.ts';
import { cryptoReady } from './executor/host-hashing.ts';
import { RuntimePanic } from './executor/panic.ts';
import { createFaults, type Faults } from './faults.ts';
import { paraGenesis, type RelayTimes, relayGenesis } from './genesis.ts';
import { type DevAccount, devAccount, devHolders, type Holder } from './keys.ts';
import { registerPara } from './registration.ts';
import { methodsOf } from './rpc/methods.ts';
import { RpcServer } from './rpc/server.ts';
import { u64 } from './scale.ts';
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
  /** A relay block was built, with the para's block that it included, if any. */
  produced: [{ readonly relay: Block; readonly para: Block | null }];
  /** The para's collators could not build. */
  'collation-failed': [RuntimePanic];
  /** The relay's own runtime panicked: there was no block, and the timer tries again. */
  'production-failed': [RuntimePanic];
}

/** One chain as clients see it. */
export interface ChainAccess {
  readonly chain: Chain;
  readonly rpc: RpcServer;
  readonly url: string;
  readonly symbol: string;
  readonly decimals: number;
}

export type SignableCall = ReturnType<ReturnType<Chain['typesOf']>['call']>;

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
  collating = true;
  /** Relay blocks by which finality lags behind. */
  finalityLag = 0;
  readonly #collator: Collator;
  #lastMoment = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  /** Head numbers of the para by the relay block that included them. */
  readonly #included = new Map<number, number>();

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
    this.#collator = new Collator(para.chain, relay.chain, PARA_ID);
    this.artifacts = { read: readArtifact };
    this.faults = createFaults(this);
  }

  /** Builds one relay block and, where collators run, includes one para block. */
  nextBlock(): { readonly relay: Block; readonly para: Block | null } {
    const now = this.#moment();
    const candidate = this.collating ? this.#collate(now) : null;
    const { chain } = this.relay;
    const pooled = chain.pool.ready();
    const transactions = [...pooled, ...this.validators.pvfVotes()];
    if (candidate) transactions.push(this.#inclusion(candidate));
    const { block, refused } = chain.build([], { timstap0: u64(now) }, transactions);
    for (const [place, failure] of refused) {
      const transaction = pooled[place];
      if (transaction) chain.pool.refuse(transaction, failure);
    }
    chain.import(block);
    const para = candidate && this.#isIncluded(candidate, block) ? candidate.block : null;
    if (para) {
      this.para.chain.import(para);
      this.#included.set(block.number, para.number);
    }
    this.#finalize();
    const produced = { relay: block, para };
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
    const result = chain.pool.submit(this.#signed(chain, call, signer));
    if (!result.ok) throw new RescueError('RESCUE_DEVNET_FAILED', `${result.message}: ${result.data}`);
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
        if (!(error instanceof RuntimePanic)) throw error;
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

  #collate(now: number): Candidate | null {
    if (this.relay.chain.best.number === 0) return null;
    if (!['Parathread', 'Parachain'].includes(String(this.readRelay('paras', 'paraLifecycles', PARA_ID))))
      return null;
    try {
      return this.#collator.collate(now);
    } catch (error) {
      if (!(error instanceof RuntimePanic)) throw error;
      this.emit('collation-failed', error);
      return null;
    }
  }

  /**
   * The validators' part: `DevnetRelay.include_candidate` does what the inclusion pallet does, with its checks. It takes
   * root, through a proxy of sudo's account, so that whoever uses that account has its nonces to himself.
   */
  #inclusion({ codeHash, relayParent, commitments }: Candidate): Uint8Array {
    const { chain } = this.relay;
    const types = chain.typesOf();
    const include = types.call(
      'devnetRelay',
      'includeCandidate',
      PARA_ID,
      relayParent.number,
      codeHash,
      commitments,
    );
    const asSudo = types.call('sudo', 'sudo', include);
    const byProxy = types.call('proxy', 'proxy', this.sudo.address, null, asSudo);
    return this.#signed(chain, byProxy, this.validators.account);
  }

  #signed(chain: Chain, call: SignableCall, signer: DevAccount): Uint8Array {
    return chain.typesOf().signed(call, signer.pair, {
      genesisHash: chain.genesisHash,
      nonce: chain.pool.nextNonce(signer.pair.publicKey, this.#nonce(chain, signer)),
    });
  }

  #isIncluded({ commitments }: Candidate, block: Block): boolean {
    const { chain } = this.relay;
    const head = chain.typesOf(block).read(chain.stateOf(block), 'paras', 'heads', PARA_ID);
    return head?.toHex() === commitments.headData || head?.toJSON() === commitments.headData;
  }

  #nonce(chain: Chain, { pair }: DevAccount): number {
    const account = chain.typesOf().read(chain.stateOf(chain.best), 'system', 'account', pair.publicKey);
    return Number((account?.toJSON() as { nonce?: number } | null)?.nonce ?? 0);
  }

  #finalize(): void {
    const { chain } = this.relay;
    const number = chain.best.number - this.finalityLag;
    if (number <= chain.finalized.number) return;
    chain.finalize(number);
    let head = 0;
    for (const [relayNumber, paraNumber] of this.#included) {
      if (relayNumber > number) continue;
      head = Math.max(head, paraNumber);
      this.#included.delete(relayNumber);
    }
    if (head > 0) this.para.chain.finalize(head);
  }

  /** Wall time in milliseconds, but always later than the last one: several blocks may come in one. */
  #moment(): number {
    this.#lastMoment = Math.max(Date.now(), this.#lastMoment + 1);
    return this.#lastMoment;
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
  await registerPara(network, paraCode, MOST_REGISTRATION_BLOCKS);
  network.run(options.blockMs ?? 0);
  return network;
}
