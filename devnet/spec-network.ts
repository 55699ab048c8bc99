import { EventEmitter } from 'node:events';
import { paraValidators } from '../src/blocks/backing/cores.ts';
import { genesisPoint, type Point } from '../src/blocks/point.ts';
import { babeAuthorities, babeEpoch, hasBabe } from '../src/blocks/slots/babe.ts';
import { type ChainSpec, readChainSpec } from '../src/blocks/spec/chain-spec.ts';
import { CODE_KEY } from '../src/blocks/spec/genesis.ts';
import { withParas } from '../src/blocks/spec/register-para.ts';
import { toHex } from '../src/bytes/hex.ts';
import { RescueError } from '../src/domain/errors.ts';
import { GivenSignatures } from '../src/executor/given-signatures.ts';
import { cryptoReady } from '../src/executor/host/hashing.ts';
import type { State } from '../src/executor/storage/state.ts';
import { finish } from '../src/executor/task.ts';
import { encodeHeader } from '../src/proof/index.ts';
import { BackedPara } from '../src/sandbox/backed-para.ts';
import { BackingProducer } from '../src/sandbox/backing-producer.ts';
import type { Block } from '../src/sandbox/chain/block.ts';
import { Chain, type ChainIdentity } from '../src/sandbox/chain/chain.ts';
import { Grandpa } from '../src/sandbox/chain/grandpa.ts';
import { type ChainAccess, openAccess } from '../src/sandbox/chain-access.ts';
import { Validators } from '../src/sandbox/validators.ts';
import { BlockTimer } from './block-timer.ts';
import { DEV_NAMES, devAccount, devSessionKeys, devSigner } from './keys.ts';
import { type NetworkEvents, STATE_HISTORY } from './options.ts';

/** Sessions that pass before validators stand in groups, each with one block. */
const SESSIONS_BEFORE = 3;

export interface SpecNetworkOptions {
  /** Chain specs as files hold them: a chain, and paras that are to be on it. */
  readonly specs: readonly Uint8Array[];
  readonly host?: string;
  /** Relay blocks by which finality lags behind. Default: 0. */
  readonly finalityLag?: number;
  /** 0 takes free ports; each further para has the next one. */
  readonly relayPort?: number;
  readonly paraPort?: number;
}

/** What the network does that the chain's own validators and collators would have to do, or that nobody could. */
export interface Shortcuts {
  /** Paras that were put into the relay chain's genesis, which is another one by that. */
  readonly registered: readonly number[];
  /** Authorities and validators whose signatures are taken as given, because their keys are not the public development keys. */
  readonly givenSignatures: boolean;
  /** Blocks become final without votes, because keys of GRANDPA are not here. */
  readonly givenFinality: boolean;
}

export interface SpecPara extends ChainAccess {
  readonly id: number;
}

/**
 * Chains of other people's specs, whose blocks are made as their own nodes make them: slots, inherents, backing and inclusion of
 * paras are all decided by their runtimes.
 */
export class SpecNetwork extends EventEmitter<Omit<NetworkEvents, 'produced'>> {
  readonly relay: ChainAccess;
  readonly paras: readonly SpecPara[];
  readonly shortcuts: Shortcuts;
  readonly #producer: BackingProducer;
  readonly #timer = new BlockTimer(
    () => this.nextBlock(),
    (error) => this.emit('production-failed', error),
  );

  constructor(chains: {
    readonly relay: ChainAccess;
    readonly paras: readonly SpecPara[];
    readonly shortcuts: Shortcuts;
    readonly finalityLag: number;
  }) {
    super();
    this.relay = chains.relay;
    this.paras = chains.paras;
    this.shortcuts = chains.shortcuts;
    this.#producer = new BackingProducer({
      relay: this.relay.chain,
      paras: this.paras.map(({ chain, id }) => new BackedPara(chain, id)),
      validators: new Validators(
        this.relay.chain,
        DEV_NAMES.map((name) => devSessionKeys(devAccount(name))),
      ),
      sealing: { signer: devSigner, given: new GivenSignatures() },
      onCollationFailed: (panic, id) => this.emit('collation-failed', panic, id),
      onCandidateRefused: (refusal, id) => this.emit('candidate-refused', refusal, id),
    });
    this.#producer.finalityLag = chains.finalityLag;
  }

  /** Throws RuntimePanic when the chain's runtime cannot build its block. */
  nextBlock(time = Date.now()): Block {
    return this.#producer.produce(time);
  }

  /** Builds blocks on a timer from now on. */
  run(blockMs: number): void {
    this.#timer.run(blockMs);
  }

  async close(): Promise<void> {
    this.#timer.close();
    await Promise.all([this.relay, ...this.paras].map(({ rpc }) => rpc.stop()));
    this.removeAllListeners();
  }
}

/**
 * Serves the chains of these specs. Where there are paras, the first sessions have passed already.
 * @throws RESCUE_SPEC_INVALID, RESCUE_CONFIG_INVALID when a port is taken, RESCUE_DEVNET_FAILED, RESCUE_EXECUTION_FAILED
 */
export async function startSpecNetwork(options: SpecNetworkOptions): Promise<SpecNetwork> {
  await cryptoReady();
  const specs = options.specs.map(readChainSpec);
  const paras = specs.filter(({ paraId }) => paraId !== null);
  const [relaySpec, another] = specs.filter(({ paraId }) => paraId === null);
  if (relaySpec === undefined)
    throw refused('the spec of a relay chain is missing: paras have no blocks without one');
  if (another !== undefined) throw refused(`${relaySpec.name} and ${another.name} are both no paras`);
  const own = finish(genesisPoint(relaySpec));
  const relay = paras.length === 0 ? own : registered(own, paras);
  const votersAreHere = hasDevVoters(relay.state);
  const shortcuts = {
    registered: relay === own ? [] : paras.map(({ paraId }) => paraId ?? 0),
    givenSignatures: !hasDevKeys(relay),
    givenFinality: !votersAreHere,
  };
  const host = options.host ?? '127.0.0.1';
  const opened: ChainAccess[] = [];
  const open = async (spec: ChainSpec, state: State, port: number): Promise<ChainAccess> => {
    const chain = new Chain(identityOf(spec), state, STATE_HISTORY, votersAreHere);
    for (const substitute of spec.codeSubstitutes) chain.installSubstitute(substitute);
    const access = await openAccess(chain, host, port, { finalityProofs: spec.paraId === null });
    opened.push(access);
    return access;
  };
  try {
    const relayAccess = await open(relaySpec, relay.state, options.relayPort ?? 0);
    const paraAccesses: SpecPara[] = [];
    for (const [place, spec] of paras.entries()) {
      const port = options.paraPort ? options.paraPort + place : 0;
      paraAccesses.push({ ...(await open(spec, spec.state, port)), id: spec.paraId ?? 0 });
    }
    const { finalityLag = 0 } = options;
    const network = new SpecNetwork({ relay: relayAccess, paras: paraAccesses, shortcuts, finalityLag });
    if (paras.length > 0 && hasBabe(relay)) passSessions(network, finish(babeEpoch(relay)));
    return network;
  } catch (error) {
    await Promise.all(opened.map(({ rpc }) => rpc.stop()));
    throw error;
  }
}

/** Validators are put into groups, and paras on cores, when a session begins. */
function passSessions(network: SpecNetwork, epochMs: number): void {
  const now = Date.now();
  for (let ago = SESSIONS_BEFORE; ago >= 0; ago--) network.nextBlock(now - ago * epochMs);
}

function registered(relay: Point<State>, paras: readonly ChainSpec[]): Point<State> {
  if (!relay.runtime.functions.has('ParachainHost_validators')) throw refused('its runtime knows no paras');
  return withParas(
    relay,
    paras.map(({ paraId, header, state }) => ({
      id: paraId ?? 0,
      head: encodeHeader(header),
      code: state.get(CODE_KEY) ?? new Uint8Array(),
    })),
  );
}

function refused(problem: string): RescueError {
  return new RescueError('RESCUE_DEVNET_FAILED', `The chain specs cannot be served: ${problem}.`);
}

const devKeys = new Set(DEV_NAMES.map((name) => devAccount(name).account));
const devVoters = new Set(DEV_NAMES.map((name) => toHex(devSessionKeys(devAccount(name)).grandpa.publicKey)));

/** Whether all who make blocks and back those of paras use the public development keys. */
function hasDevKeys(relay: Point<State>): boolean {
  const { functions } = relay.runtime;
  const validators = functions.has('ParachainHost_validators') ? finish(paraValidators(relay)) : [];
  const authors = hasBabe(relay) ? finish(babeAuthorities(relay)) : [];
  return [...validators, ...authors].every((key) => devKeys.has(toHex(key)));
}

function hasDevVoters(state: State): boolean {
  const voters = Grandpa.ofGenesis(state)?.set.authorities ?? [];
  return voters.every(({ id }) => devVoters.has(toHex(id)));
}

function identityOf({ name, properties }: ChainSpec): ChainIdentity {
  const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);
  const [symbol, decimals, format] = ['tokenSymbol', 'tokenDecimals', 'ss58Format'].map((key) =>
    first(properties[key]),
  );
  return {
    name,
    tokenSymbol: typeof symbol === 'string' ? symbol : 'UNIT',
    tokenDecimals: typeof decimals === 'number' ? decimals : 0,
    ss58Format: typeof format === 'number' ? format : 42,
    properties,
  };
}
