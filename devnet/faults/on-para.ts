import { concatBytes } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeU32 } from '../../src/bytes/scale.ts';
import { storageKey } from '../../src/proof/index.ts';
import { type Fault, MOST_BLOCKS, ofPara, orderUpgrade, setCode } from './fault.ts';
import { QUEUE_HEAD } from './on-relay.ts';

/** An empty list of authorities. */
const NOBODY = '0x00';
/** The head of a zstd frame that decoders skip, with four bytes of anything (RFC 8878, 3.1.2). */
const SKIPPED = Uint8Array.of(0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0);

/** What the para's own runtime, state and upgrades come to. */
export const PARA_FAULTS: readonly Fault[] = [
  {
    name: 'broken-runtime',
    what: 'an ordinary upgrade ships a runtime that panics in on_initialize three blocks later',
    undo: 'root sets the fixed code, and the nodes have it as a substitute',
    begin: async (network) => {
      await network.faults.breakRuntime();
      return async () => {
        const fixed = await network.artifacts.read('para-fixed');
        network.installSubstitute(network.para.chain.best.number, fixed);
        await setCode(network, fixed);
      };
    },
  },
  {
    name: 'no-authorities',
    what: 'the para has no authorities left: Aura divides by their number',
    undo: null,
    begin: async (network) => {
      const { chain } = network.para;
      const key = toHex(storageKey('Aura', 'Authorities'));
      network.queueSudo(chain, 'system', 'setStorage', [[key, NOBODY]]);
      await network.produceUntil(
        () => chain.stateOf(chain.best).get(key)?.[0] === 0,
        MOST_BLOCKS,
        'the list of authorities being empty',
      );
      return async () => undefined;
    },
  },
  {
    name: 'stuck-upgrade',
    what: 'an upgrade of the para waits for its next block, and that cannot be built: a message queue differs',
    undo: 'root restores the queue; the upgrade goes on',
    begin: async (network) => {
      orderUpgrade(network, await network.artifacts.read('para-next'));
      await network.produceUntil(
        () => ofPara(network, 'futureCodeUpgrades') !== null,
        MOST_BLOCKS,
        'the upgrade being scheduled',
      );
      return QUEUE_HEAD.begin(network);
    },
  },
  {
    name: 'rejected-upgrade',
    what: 'the validators reject an upgrade of the para, and its collators are away since',
    undo: 'validators accept code again, and the collators come back',
    begin: async (network) => {
      const end = async () => {
        network.faults.rejectPvf(false);
        network.faults.startCollators();
      };
      // Code that nobody has seen yet: on what they accepted once, validators do not vote again.
      const next = await network.artifacts.read('para-next');
      orderUpgrade(network, concatBytes(next, SKIPPED, encodeU32(network.relay.chain.best.number)));
      network.faults.rejectPvf(true);
      try {
        await network.produceUntil(
          () => ofPara(network, 'futureCodeHash') !== null,
          MOST_BLOCKS,
          'the upgrade being scheduled',
        );
        // The next head would take the signal away.
        network.faults.stopCollators();
        await network.produceUntil(
          () => ofPara(network, 'upgradeGoAheadSignal') === 'Abort',
          MOST_BLOCKS,
          'the rejection',
        );
      } catch (error) {
        await end();
        throw error;
      }
      return end;
    },
  },
];
