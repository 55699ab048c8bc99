import { toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import { RescueError } from '../../src/domain/errors.ts';
import type { Hex } from '../../src/domain/units.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { blake2b256, storageKey } from '../../src/proof/index.ts';
import type { ArtifactName } from '../artifacts.ts';
import type { NetworkHandle } from '../handle.ts';

/** Ends a fault, and resolves when it has ended. */
export type EndFault = () => Promise<void>;

/** Something that goes wrong on real chains, made to happen to the para under rescue. */
export interface Fault {
  readonly name: string;
  /** What is wrong then, in one line. */
  readonly what: string;
  /** How it ends when it is taken back; null when nothing but a rescue ends it. */
  readonly undo: string | null;
  /** Makes it happen, and resolves when it has. @throws RESCUE_DEVNET_FAILED when the chains do not come to it */
  begin(network: NetworkHandle): Promise<EndFault>;
}

/** Relay blocks in which what root has asked for is done; some calls wait for the second session. */
export const MOST_BLOCKS = 60;

/** A call as root of the relay chain, and the blocks until `holds`. */
export async function asRelayRoot(
  network: NetworkHandle,
  [pallet, method, ...args]: readonly [string, string, ...unknown[]],
  holds: () => boolean,
): Promise<void> {
  network.queueSudo(network.relay.chain, pallet, method, ...args);
  await network.produceUntil(holds, MOST_BLOCKS, `the effect of ${pallet}.${method}`);
}

/** Root of the relay chain has validators run this code for the para at once. */
export function setCode(network: NetworkHandle, code: Uint8Array): Promise<void> {
  const hash = toHex(blake2b256(code));
  return asRelayRoot(
    network,
    ['paras', 'forceSetCurrentCode', network.paraId, toHex(code)],
    () => ofPara(network, 'currentCodeHash') === hash,
  );
}

/** An item of the relay chain's `Paras`, for the para under rescue. */
export function ofPara(network: NetworkHandle, item: string): unknown {
  return network.readRelay('paras', item, network.paraId);
}

/** The raw key of an entry of the para under rescue, in a map of the relay chain by para id. */
export function paraKey(network: NetworkHandle, pallet: string, item: string): Hex {
  return toHex(storageKey(pallet, item, { hasher: 'Twox64Concat', key: encodeU32(network.paraId) }));
}

/** Relay blocks are made while the para builds none. */
export async function withoutCollators(network: NetworkHandle, work: () => Promise<void>): Promise<void> {
  const { collator } = network.para;
  const ran = collator.running;
  network.faults.stopCollators();
  try {
    await work();
  } finally {
    if (ran) network.faults.startCollators();
  }
}

/**
 * An ordinary upgrade of the para, by its own root, to its end: the relay chain's current code is the new one.
 * @throws RESCUE_STATE_REFUSES when the para has that version already, or a later one
 */
export async function upgradePara(network: NetworkHandle, name: ArtifactName): Promise<Hex> {
  const code = await network.artifacts.read(name);
  orderUpgrade(network, code);
  const hash = toHex(blake2b256(code));
  await network.produceUntil(
    () => ofPara(network, 'currentCodeHash') === hash,
    MOST_BLOCKS,
    `the relay chain taking over ${name}`,
  );
  return hash;
}

/** The same up to the call. */
export function orderUpgrade(network: NetworkHandle, code: Uint8Array): void {
  const { chain } = network.para;
  const [now, next] = [chain.runtimeOf(), Runtime.of(code)].map(({ version }) => version.specVersion);
  if (now === undefined || next === undefined || next <= now) {
    throw new RescueError(
      'RESCUE_STATE_REFUSES',
      `The para runs version ${now}, and upgrades to ${next} are refused: start the network anew.`,
    );
  }
  network.queueSudo(chain, 'system', 'setCode', toHex(code));
}
