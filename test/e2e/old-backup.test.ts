import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startNetwork } from '../../devnet/network.ts';
import { quickPolicy } from '../../devnet/policies.ts';
import { openApp } from '../../src/app/app.ts';
import { castVote, optInWith, proposeCode } from '../../src/client/acts.ts';
import { createServiceClient } from '../../src/client/service-client.ts';
import { configSchema } from '../../src/config/config.ts';
import type { ServiceEvent } from '../../src/domain/events.ts';
import { createLogger } from '../../src/http/logger.ts';
import { restoreBackup, writeBackup } from '../../src/store/backup.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { methodsSentBy, patientPolicy } from './kill-story.ts';

it('a backup of any step of the registrar route, restored when the chain is long past it, ends healthy: it escalates nowhere and sends nothing again', {
  timeout: 400_000,
}, async () => {
  await signaturesReady();
  const folder = await temporaryFolder();
  const network = await startNetwork();
  onTestFinished(() => network.close());
  await network.unlockPara();
  network.run(150);
  const { paraId } = network;
  const manager = signerFromUri(network.manager.uri);

  /** One life of a service; `wrap` sees its store, `onEvent` what it tells. */
  const start = async (
    database: string,
    options: {
      readonly wrapStore?: (store: Store) => Store;
      readonly onEvent?: (event: ServiceEvent) => void;
    },
  ) => {
    const app = await openApp(
      configSchema.parse({
        relay: { endpoints: [network.relay.url] },
        paras: [{ id: paraId, name: 'Para', endpoints: [network.para.url], stallGapBlocks: 8 }],
        database,
        http: { port: 0 },
        signer: { kind: 'uri-env', env: 'MANAGER' },
      }),
      {
        env: { MANAGER: network.manager.uri },
        log: createLogger({ level: 'silent', pretty: false }),
        ...options,
      },
    );
    const client = createServiceClient(app.url);
    const until = (state: string): Promise<unknown> =>
      network.produceUntil(
        async () => {
          const para = await client.para(paraId).catch(() => null);
          return para?.state === state && (state !== 'optInRescue' || para.anchor !== null);
        },
        600,
        `the para being ${state}`,
      );
    return { ...app, client, until };
  };

  const backups = join(folder, 'backups');
  let number = 0;
  const saved = new Set<string>();
  const wrapStore = (store: Store): Store => {
    /** After a step was written for the first time, so is a backup. */
    const after = async <T>(step: string, write: Promise<T>): Promise<T> => {
      const result = await write;
      if (saved.has(step)) return result;
      saved.add(step);
      number += 1;
      const name = `${String(number).padStart(2, '0')} ${step}`;
      await writeBackup(store.safekeeping.backup(), `${backups} ${name}`);
      return result;
    };
    const { snapshots, journal, ledger } = store;
    return {
      ...store,
      snapshots: {
        ...snapshots,
        save: (id, snapshot, events) => {
          const [event] = events;
          const write = snapshots.save(id, snapshot, events);
          return event ? after(`${event.type} ${event.data.to ?? ''}`, write) : write;
        },
      },
      journal: {
        ...journal,
        put: (entry) => after(`${entry.key.split('/').at(-1)} ${entry.status}`, journal.put(entry)),
      },
      ledger: { ...ledger, putVote: (...args) => after('vote', ledger.putVote(...args)) },
    };
  };

  const first = await start(join(folder, 'database'), { wrapStore });
  await first.until('healthy');
  const { relayGenesis } = await first.client.status();
  await optInWith(first.client, patientPolicy(quickPolicy(relayGenesis, paraId)), manager);
  await network.faults.breakRuntime();
  await first.until('optInRescue');
  const code = await network.artifacts.read('para-fixed');
  const [holder] = network.holders;
  if (!holder) throw new Error('the network has no holders');
  const proposal = await proposeCode(first.client, paraId, signerFromUri(holder.uri), code, 'Goes on.');
  await first.until('voting');
  for (const { uri } of network.holders.slice(-4)) {
    await castVote(first.client, proposal, signerFromUri(uri), 'aye');
  }
  await first.until('upgrading.awaitingFirstHeads');
  const substitute = await first.client.substitute(paraId);
  network.installSubstitute(substitute.blockNumber, code);
  await first.until('healthy');
  await first.close();
  const sent = methodsSentBy(network.relay.chain, manager.account);
  expect(sent).toMatchObject({ 'registrar.scheduleCodeUpgrade': 1, 'registrar.addLock': 1 });

  const names = (await readdir(folder)).filter((name) => name.startsWith('backups '));
  // Seven states, three times two journalled steps, a vote, the switch of the code.
  expect(names.length).toBeGreaterThanOrEqual(13);
  for (const [index, name] of names.sort().entries()) {
    const database = join(folder, `restored ${index}`);
    await restoreBackup(join(folder, name), database);
    const told: string[] = [];
    const restored = await start(database, {
      onEvent: ({ type, data }) => told.push(type === 'state-changed' ? String(data.to) : type),
    });
    await restored.until('healthy');
    await restored.close();
    expect(told, name).not.toContain('escalated');
    expect(told, name).not.toContain('step-sent');
    expect(methodsSentBy(network.relay.chain, manager.account), name).toEqual(sent);
    const store = await openStore(database);
    expect(store.safekeeping.findings, name).toEqual([]);
    await store.close();
  }
});
