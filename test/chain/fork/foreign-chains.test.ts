import { describe, expect, it, onTestFinished } from 'vitest';
import { startSpecNetwork } from '../../../devnet/spec-network.ts';
import { collate, type ProvenPoint } from '../../../src/blocks/backing/collate.ts';
import { type Point, pointOf, relayPoint } from '../../../src/blocks/point.ts';
import { fromHex, toHex } from '../../../src/bytes/hex.ts';
import { openFork } from '../../../src/chain/fork/open-fork.ts';
import { Endpoints } from '../../../src/chain/nodes/endpoints.ts';
import { GivenSignatures } from '../../../src/executor/given-signatures.ts';
import { type RemoteState, runTask } from '../../../src/executor/remote/remote-state.ts';
import type { State } from '../../../src/executor/storage/state.ts';
import { finish, type Task } from '../../../src/executor/task.ts';
import { encodeHeader } from '../../../src/proof/index.ts';
import type { Block } from '../../../src/sandbox/chain/block.ts';
import { HAS_SPECS, specFile } from '../../blocks/specs.ts';

describe.skipIf(!HAS_SPECS)('a fork of chains that others wrote', () => {
  // The last one wants to see the sealed relay block on top of its relay parent.
  it.each(['penpal-local', 'asset-hub-westend-local'])(
    'has the same next block of %s as the chain',
    async (name) => {
      const network = await startSpecNetwork({ specs: ['westend-local', name].map(specFile) });
      onTestFinished(() => network.close());
      for (let count = 0; count < 6; count++) network.nextBlock();
      const [served] = network.paras;
      if (!served) throw new Error('there is a para');
      const { id, chain: para, url } = served;
      const remote = (url: string, { hash, number, header }: Block): RemoteState => {
        const endpoints = new Endpoints({ urls: [url] });
        onTestFinished(() => endpoints.close());
        return openFork(endpoints, { hash, number, stateRoot: toHex(header.stateRoot) }).state();
      };
      const relay = network.relay.chain;
      const relayBlocks = [1, 0].flatMap((ago) => relay.blockAt(relay.best.number - ago) ?? []);
      const paraState = remote(url, para.best);
      const relayStates = relayBlocks.map((block) => remote(network.relay.url, block));

      function* next(state: State, relayStatesOf: readonly State[]): Task<string> {
        const point: Point<State> = yield* pointOf(para.best.header, state);
        const relays: ProvenPoint[] = [];
        for (const [place, block] of relayBlocks.entries()) {
          relays.push(relayPoint(yield* pointOf(block.header, relayStatesOf[place] as State)));
        }
        const codeHash = fromHex(para.codeHashOf());
        const collation = yield* collate({ id, point, codeHash }, relays, { given: new GivenSignatures() });
        return collation ? toHex(encodeHeader(collation.block.header)) : 'none';
      }
      const whole = finish(
        next(
          para.stateOf(para.best),
          relayBlocks.map((block) => relay.stateOf(block)),
        ),
      );
      const forked = await runTask(
        [paraState, ...relayStates],
        next(
          paraState.storage,
          relayStates.map(({ storage }) => storage),
        ),
      );
      expect(forked).toBe(whole);
      expect(forked).not.toBe('none');
    },
  );
});
