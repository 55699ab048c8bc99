import { METHOD_NOT_FOUND, RpcError, unknownBlock } from '../../src/sandbox/rpc/rpc-error.ts';
import type { AnswerFilter } from '../../src/sandbox/rpc/server.ts';
import type { NetworkHandle } from '../handle.ts';
import type { Fault } from './fault.ts';

/** Methods that nodes of some years ago do not have. */
const NEWER_METHODS =
  /^(state_getReadProof|state_getStorageHash|state_getChildReadProof|chainHead_v1_|transaction_v1_|chainSpec_v1_)/;
/** Relay blocks that finality lags behind. */
const FAR_BEHIND = 50;

/** What nodes, collators and validators do. */
export const NODE_FAULTS: readonly Fault[] = [
  {
    name: 'collators-down',
    what: 'the collators stand still; the next block would be fine',
    undo: 'they go on',
    begin: async ({ faults }) => {
      faults.stopCollators();
      return async () => faults.startCollators();
    },
  },
  {
    name: 'para-node-down',
    what: 'the node of the para does not answer; its blocks go on',
    undo: 'it answers again',
    begin: async ({ faults }) => {
      await faults.stopParaRpc();
      return () => faults.startParaRpc();
    },
  },
  {
    name: 'para-node-old',
    what: 'the node of the para is years old: it knows neither read proofs nor hashes of values',
    undo: 'it is updated',
    begin: async ({ faults }) => {
      faults.corruptParaRpc((method, _params, result) => {
        if (!NEWER_METHODS.test(method)) return result;
        throw new RpcError(METHOD_NOT_FOUND, 'Method not found');
      });
      return async () => faults.corruptParaRpc(null);
    },
  },
  {
    name: 'head-lost',
    what: 'the collators are away, and the node of the para does not know its last head',
    undo: 'the node finds it, and the collators go on',
    begin: async (network) => {
      network.faults.stopCollators();
      const { chain } = network.para;
      network.faults.corruptParaRpc(forgetting(chain.best.hash));
      return async () => {
        network.faults.corruptParaRpc(null);
        network.faults.startCollators();
      };
    },
  },
  {
    name: 'relay-node-down',
    what: 'the node of the relay chain does not answer; its blocks go on',
    undo: 'it answers again',
    begin: async ({ faults }) => {
      await faults.stopRelayRpc();
      return () => faults.startRelayRpc();
    },
  },
  {
    name: 'relay-stopped',
    what: 'the relay chain makes no blocks',
    undo: 'it goes on',
    begin: async (network) => {
      network.pause();
      return async () => network.resume();
    },
  },
  {
    name: 'finality-stalled',
    what: 'a validator is down whose vote finality needs; blocks are still made',
    undo: 'it votes again',
    begin: async ({ faults }) => {
      faults.stopValidators('Bob');
      return async () => faults.startValidators('Bob');
    },
  },
  {
    name: 'finality-lags',
    what: `finality is ${FAR_BEHIND} blocks behind`,
    undo: 'it is as far behind as before',
    begin: async (network: NetworkHandle) => {
      const before = network.finalityLag;
      network.lagFinality(FAR_BEHIND);
      return async () => network.lagFinality(before);
    },
  },
];

/** A node that never had the block. */
function forgetting(hash: string): AnswerFilter {
  return (method, params, result) => {
    if (!params.includes(hash)) return result;
    if (method === 'chain_getHeader' || method === 'chain_getBlock') return null;
    throw unknownBlock(hash);
  };
}
