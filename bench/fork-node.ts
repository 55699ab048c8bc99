// Plays the node of a chain for bench/fork.ts: a chain spec comes as a message, where its first state is served goes back.

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readChainSpec } from '../src/blocks/spec/chain-spec.ts';
import { Chain } from '../src/sandbox/chain/chain.ts';
import { methodsOf } from '../src/sandbox/rpc/methods.ts';
import { RpcServer } from '../src/sandbox/rpc/server.ts';

// Ends with the bench, however that ends.
process.on('disconnect', () => process.exit());
const [file] = (await once(process, 'message')) as [string];
const { state } = readChainSpec(readFileSync(file));
const identity = { name: 'bench', tokenSymbol: 'UNIT', tokenDecimals: 12, ss58Format: 42 };
const server = new RpcServer(methodsOf(new Chain(identity, state, 8)), '127.0.0.1', 0);
await server.start();
process.send?.(server.url);
