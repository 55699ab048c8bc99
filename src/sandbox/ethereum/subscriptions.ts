import { randomBytes } from 'node:crypto';
import { Subscription } from '../rpc/connection.ts';
import type { Methods } from '../rpc/method.ts';
import { invalidParams } from '../rpc/rpc-error.ts';
import type { EthChain, Seen } from './eth-chain.ts';
import { logFilterOf, logsIn } from './logs.ts';
import { headView } from './views.ts';

/** `eth_subscribe` for new heads and logs; clients poll for what else they want. */
export function subscriptionMethods(ethereum: EthChain): Methods {
  const subscription = (views: (seen: Seen) => readonly unknown[]) => {
    let stop = () => {};
    return new Subscription(
      'eth_subscription',
      (push) => {
        stop = ethereum.listen((seen) => {
          for (const view of views(seen)) push(view);
        });
      },
      () => stop(),
      `0x${randomBytes(16).toString('hex')}`,
    );
  };
  return {
    eth_subscribe: (params) => {
      const kind = params.text(0);
      if (kind === 'newHeads') return subscription(({ block }) => [headView(block)]);
      if (kind !== 'logs') throw invalidParams(`there are no subscriptions of ${kind} here`);
      const filter = logFilterOf(params.raw(1));
      return subscription((seen) => logsIn(seen, filter));
    },
    eth_unsubscribe: (params, connection) => connection.end(params.raw(0)),
  };
}
