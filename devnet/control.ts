import { fromHex } from '../src/bytes/hex.ts';
import { RescueError } from '../src/domain/errors.ts';
import type { Method, Methods } from '../src/sandbox/rpc/method.ts';
import { RpcError } from '../src/sandbox/rpc/rpc-error.ts';
import { RpcServer } from '../src/sandbox/rpc/server.ts';
import { FaultDesk } from './faults/desk.ts';
import type { NetworkHandle } from './handle.ts';

/** JSON-RPC's first code for errors of the application. */
const REFUSED = -32_000;

/**
 * A port beside those of the chains, by which a running network is told what to do: `devnet_faults`, `devnet_beginFault(name)`,
 * `devnet_endFault(name)` and `devnet_installSubstitute(block or null, code)`. 0 takes a free one.
 * @throws RESCUE_CONFIG_INVALID when the port is taken
 */
export async function openControl(network: NetworkHandle, host: string, port: number): Promise<RpcServer> {
  const desk = new FaultDesk(network);
  const methods: Methods = {
    devnet_faults: () => desk.list(),
    devnet_beginFault: told(async (params) => {
      await desk.begin(params.text(0));
      return desk.list();
    }),
    devnet_endFault: told(async (params) => {
      await desk.end(params.text(0));
      return desk.list();
    }),
    devnet_installSubstitute: told(async (params) => {
      const { best } = network.para.chain;
      const block = params.raw(0) === null ? best.number : params.count(0);
      network.installSubstitute(block, fromHex(params.hex(1)));
      return { block, head: best.number };
    }),
  };
  const server = new RpcServer(methods, host, port);
  await server.start();
  return server;
}

function told(method: Method): Method {
  return async (params, connection) => {
    try {
      return await method(params, connection);
    } catch (error) {
      if (error instanceof RescueError) throw new RpcError(REFUSED, error.message);
      throw error;
    }
  };
}
