import type { Codec } from '@polkadot/types/types';
import { concatBytes, encodeText, equalBytes } from '../../src/bytes/bytes.ts';
import { type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeCompact, encodeU32 } from '../../src/bytes/scale.ts';
import { RescueError } from '../../src/domain/errors.ts';
import { Runtime } from '../../src/executor/runtime.ts';
import { storageKey } from '../../src/proof/index.ts';
import type { NetworkHandle } from '../handle.ts';
import {
  asRelayRoot,
  type Fault,
  MOST_BLOCKS,
  ofPara,
  paraKey,
  setCode,
  upgradePara,
  withoutCollators,
} from './fault.ts';

/** `Option<BlockNumber>` of `ParasDisputes.Frozen`. */
const FROZEN = toHex(storageKey('ParasDisputes', 'Frozen'));
/** `UpgradeGoAhead::GoAhead`. */
const GO_AHEAD = '0x01';
/** `BTreeMap<CoreIndex, CoreDescriptor>`, each with an optional queue and optional current work. */
const CORES = toHex(storageKey('ParaScheduler', 'CoreDescriptors'));
const IDLE = Uint8Array.of(0, 0);
/** Bytes: less than any block of the para has with its proof. */
const TINY_POV = 1_000;
/** Relay blocks of six seconds. */
const DAY = 14_400;

export const QUEUE_HEAD: Fault = {
  name: 'queue-head',
  what: 'the head of the downward message queue is another one than the para comes to',
  undo: 'root restores the head',
  begin: async (network) => {
    const key = paraKey(network, 'Dmp', 'DownwardMessageQueueHeads');
    const before = rawValue(network, key);
    await write(network, key, `0x${'11'.repeat(32)}`);
    return () => (before === null ? clear(network, key) : write(network, key, before));
  },
};

/** What the relay chain stores or does. */
export const RELAY_FAULTS: readonly Fault[] = [
  {
    name: 'code-mismatch',
    what: 'the relay chain stores other code than the para has',
    undo: 'root sets the code that the para has',
    begin: async (network) => {
      const { chain } = network.para;
      const own = chain.codeOf(chain.best);
      const next = await network.artifacts.read('para-next');
      await setCode(network, equalBytes(own, next) ? await network.artifacts.read('para-good') : next);
      return () => setCode(network, own);
    },
  },
  {
    name: 'go-ahead',
    what: 'the relay chain tells the para to upgrade, which has scheduled nothing: the inherent of each block panics',
    undo: 'root takes the signal back',
    begin: async (network) => {
      const key = paraKey(network, 'Paras', 'UpgradeGoAheadSignal');
      // A head that is included in the same block would take the signal away.
      await withoutCollators(network, () => write(network, key, GO_AHEAD));
      return () => clear(network, key);
    },
  },
  QUEUE_HEAD,
  {
    name: 'pov-limit',
    what: `validators take proofs of validity of ${TINY_POV} bytes, which no block of the para fits into`,
    undo: 'root sets the limit of before',
    begin: async (network) => {
      const limit = () =>
        (network.readRelay('configuration', 'activeConfig') as { maxPovSize: number }).maxPovSize;
      const set = (bytes: number) =>
        asRelayRoot(network, ['configuration', 'setMaxPovSize', bytes], () => limit() === bytes);
      const before = limit();
      await set(TINY_POV);
      return () => set(before);
    },
  },
  {
    name: 'foreign-head',
    what: 'the head on the relay chain is no Substrate header',
    undo: 'root sets the last head of the para again',
    begin: async (network) => {
      const set = (head: Hex) =>
        asRelayRoot(
          network,
          ['paras', 'forceSetCurrentHead', network.paraId, head],
          () => ofPara(network, 'heads') === head,
        );
      await withoutCollators(network, () =>
        set(toHex(encodeText('this is not the head of a chain made of FRAME'))),
      );
      return () => set(toHex(network.para.chain.best.encodedHeader));
    },
  },
  {
    name: 'no-core',
    what: 'no core is assigned to the para, as when nobody renewed its coretime',
    undo: 'the core is assigned to it again',
    begin: async (network) => {
      const before = rawValue(network, CORES);
      if (before === null) throw new RescueError('RESCUE_DEVNET_FAILED', 'The relay chain has no cores.');
      await write(network, CORES, withoutWork(network));
      return () => write(network, CORES, before);
    },
  },
  {
    name: 'offboarded',
    what: 'the para is deregistered: it leaves the relay chain at the second session from then',
    undo: null,
    begin: async (network) => {
      await asRelayRoot(
        network,
        ['registrar', 'deregister', network.paraId],
        () => ofPara(network, 'paraLifecycles') === null,
      );
      return async () => undefined;
    },
  },
  {
    name: 'dispute-freeze',
    what: 'a dispute has frozen inclusion for all paras',
    undo: 'root ends the freeze',
    begin: async (network) => {
      const now = network.relay.chain.best.number;
      await write(network, FROZEN, toHex(concatBytes(Uint8Array.of(1), encodeU32(now))));
      return () =>
        asRelayRoot(
          network,
          ['parasDisputes', 'forceUnfreeze'],
          () => network.readRelay('parasDisputes', 'frozen') === null,
        );
    },
  },
  {
    name: 'relay-upgrade',
    what: 'the relay chain changes its own runtime, and the collators are too old to go on',
    undo: 'the collators are updated; the runtime stays',
    begin: async (network) => {
      const next = await network.artifacts.read('relay-next');
      const { specVersion } = Runtime.of(next).version;
      await asRelayRoot(
        network,
        ['system', 'setCode', toHex(next)],
        () => network.relay.chain.runtimeOf().version.specVersion === specVersion,
      );
      network.faults.stopCollators();
      return async () => network.faults.startCollators();
    },
  },
  {
    name: 'cooldown',
    what: 'the para has just upgraded, and the next upgrade has to wait for a day of relay blocks',
    undo: '//Alice pays for its removal',
    begin: async (network) => {
      const blocks = () =>
        (network.readRelay('configuration', 'activeConfig') as { validationUpgradeCooldown: number })
          .validationUpgradeCooldown;
      const set = (cooldown: number) =>
        asRelayRoot(
          network,
          ['configuration', 'setValidationUpgradeCooldown', cooldown],
          () => blocks() === cooldown,
        );
      const before = blocks();
      await set(DAY);
      await upgradePara(network, 'para-fixed');
      await set(before);
      return async () => {
        const { chain } = network.relay;
        const call = chain.typesOf().call('paras', 'removeUpgradeCooldown', network.paraId);
        network.submit(chain, call, network.sudo);
        await network.produceUntil(
          () => ofPara(network, 'upgradeRestrictionSignal') === null,
          MOST_BLOCKS,
          'the end of the cooldown',
        );
      };
    },
  },
  {
    name: 'locked',
    what: 'the registrar lock is back: the manager may change neither code nor head',
    undo: 'root removes the lock',
    begin: async (network) => {
      const entry = () =>
        network.readRelay('registrar', 'paras', network.paraId) as { locked: boolean | null } | null;
      const set = (locked: boolean) =>
        asRelayRoot(
          network,
          ['registrar', locked ? 'addLock' : 'removeLock', network.paraId],
          () => entry()?.locked === locked,
        );
      await set(true);
      return () => set(false);
    },
  },
];

/**
 * The descriptors of all cores, without work for the first, which is the para's. They are written as they are, because nothing asks
 * the scheduler of this relay chain for what comes next: there, `assignCore` adds to a core's queue and takes nothing away.
 */
function withoutWork({ relay: { chain } }: NetworkHandle): Hex {
  const cores = chain.typesOf().read(chain.stateOf(chain.best), 'paraScheduler', 'coreDescriptors');
  if (!(cores instanceof Map)) throw new RescueError('RESCUE_DEVNET_FAILED', 'The relay chain has no cores.');
  const entries = [...(cores as Map<Codec, Codec>)].map(([core, descriptor]) =>
    concatBytes(core.toU8a(), Number(core) === 0 ? IDLE : descriptor.toU8a()),
  );
  return toHex(concatBytes(encodeCompact(entries.length), ...entries));
}

function write(network: NetworkHandle, key: Hex, value: Hex): Promise<void> {
  return asRelayRoot(
    network,
    ['system', 'setStorage', [[key, value]]],
    () => rawValue(network, key) === value,
  );
}

function clear(network: NetworkHandle, key: Hex): Promise<void> {
  return asRelayRoot(network, ['system', 'killStorage', [key]], () => rawValue(network, key) === null);
}

function rawValue(network: NetworkHandle, key: Hex): Hex | null {
  const { chain } = network.relay;
  const value = chain.stateOf(chain.best).get(key);
  return value && toHex(value);
}
