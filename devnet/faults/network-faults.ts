import type { Faults, NetworkHandle } from '../handle.ts';
import { devAccount } from '../keys.ts';
import { upgradePara } from './fault.ts';

export function createFaults(network: NetworkHandle): Faults {
  const para = network.para.faults;
  return {
    breakRuntime: async () => ({ codeHash: await upgradePara(network, 'para-broken') }),
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
