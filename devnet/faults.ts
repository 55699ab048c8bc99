import { type Hex, toHex } from '../src/bytes/hex.ts';
import { blake2b256 } from '../src/proof/index.ts';
import type { AnswerFilter } from '../src/sandbox/rpc/server.ts';
import type { NetworkHandle } from './handle.ts';
import { type DevName, devAccount } from './keys.ts';

/** What can be made to go wrong with the relay chain and the para under rescue, by name. */
export interface Faults {
  /**
   * Ships the broken runtime by a real upgrade of the para: its sudo sets the code, the relay chain takes it through
   * the PVF vote. Resolves when the relay's current code is the broken one; the panic comes three para blocks later.
   */
  breakRuntime(): Promise<{ readonly codeHash: Hex }>;
  stopCollators(): void;
  startCollators(): void;
  /** The para's JSON-RPC port closes; starting it opens the same port again. */
  stopParaRpc(): Promise<void>;
  startParaRpc(): Promise<void>;
  stopRelayRpc(): Promise<void>;
  startRelayRpc(): Promise<void>;
  /** The relay's finalized block stays this many behind its best; 0 lets it catch up. */
  lagFinality(blocks: number): void;
  /**
   * The nodes of these validators are down: they vote neither on finality nor on code. Finality stalls while a third of the
   * authorities is missing; blocks are still made.
   */
  stopValidators(...names: readonly DevName[]): void;
  startValidators(...names: readonly DevName[]): void;
  /** These validators vote for two blocks in each round of GRANDPA; without names, nobody does any more. */
  equivocate(...names: readonly DevName[]): void;
  /** Validators vote against every new code, or for it again. */
  rejectPvf(on: boolean): void;
  /** Holds back each answer of the para's nodes. */
  slowParaRpc(milliseconds: number): void;
  /** Lets the para's nodes lie: whatever `filter` gives is answered. Null makes them honest again. */
  corruptParaRpc(filter: AnswerFilter | null): void;
}

const MOST_UPGRADE_BLOCKS = 60;

export function createFaults(network: NetworkHandle): Faults {
  const para = network.para.faults;
  return {
    breakRuntime: async () => {
      const code = await network.artifacts.read('para-broken');
      const codeHash = toHex(blake2b256(code));
      network.queueSudo(network.para.chain, 'system', 'setCode', toHex(code));
      await network.produceUntil(
        () => network.readRelay('paras', 'currentCodeHash', network.paraId) === codeHash,
        MOST_UPGRADE_BLOCKS,
        'the relay chain taking over the broken code',
      );
      return { codeHash };
    },
    stopCollators: para.stopCollators,
    startCollators: para.startCollators,
    stopParaRpc: para.stopRpc,
    startParaRpc: para.startRpc,
    slowParaRpc: para.slowRpc,
    corruptParaRpc: para.corruptRpc,
    stopRelayRpc: () => network.relay.rpc.stop(),
    startRelayRpc: () => network.relay.rpc.start(),
    lagFinality: (blocks) => network.lagFinality(blocks),
    stopValidators: (...names) => {
      for (const name of names) network.validators.offline.add(devAccount(name).account);
    },
    startValidators: (...names) => {
      for (const name of names) network.validators.offline.delete(devAccount(name).account);
    },
    equivocate: (...names) => {
      network.validators.equivocators.clear();
      for (const name of names) network.validators.equivocators.add(devAccount(name).account);
    },
    rejectPvf: (on) => {
      network.validators.rejectPvf = on;
    },
  };
}
