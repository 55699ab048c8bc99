import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Network } from '../../devnet/network.ts';
import { castVote, proposeCode } from '../../src/client/acts.ts';
import { restoreBackup, writeBackup } from '../../src/store/backup.ts';
import { openStore, type Store } from '../../src/store/open.ts';
import { signerFromUri } from '../../src/voting/ballots/text-signer.ts';
import { type LifeOptions, startLife } from './living-service.ts';

/** Makes a backup in `folder` after each kind of step was written for the first time. */
export function backingUp(folder: string): (store: Store) => Store {
  const saved = new Set<string>();
  return (store) => {
    const after = async <T>(step: string, write: Promise<T>): Promise<T> => {
      const result = await write;
      if (saved.has(step)) return result;
      saved.add(step);
      const name = `${String(saved.size).padStart(2, '0')} ${step}`;
      await writeBackup(store.safekeeping.backup(), join(folder, `backup ${name}`));
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
      ledger: {
        ...ledger,
        putOptIn: (...args) => after('opt-in', ledger.putOptIn(...args)),
        putAnchor: (...args) => after('anchor', ledger.putAnchor(...args)),
        putProposal: (...args) => after('proposal', ledger.putProposal(...args)),
        putVote: (...args) => after('vote', ledger.putVote(...args)),
        putRound: (...args) => after('round', ledger.putRound(...args)),
      },
    };
  };
}

type Life = Awaited<ReturnType<typeof startLife>>;

/** From a dead para to votes that approve a code. */
export async function decide(network: Network, life: Life): Promise<void> {
  const { paraId } = network;
  await network.faults.breakRuntime();
  await life.reaches('optInRescue');
  const code = await network.artifacts.read('para-fixed');
  const [holder] = network.holders;
  if (!holder) throw new Error('the network has no holders');
  const proposal = await proposeCode(life.client, paraId, signerFromUri(holder.uri), code, 'Goes on.');
  await life.reaches('voting');
  for (const { uri } of network.holders.slice(-4)) {
    await castVote(life.client, proposal, signerFromUri(uri), 'aye');
  }
}

/** Once the code is on its way, collators take it, and the para lives. */
export async function enact(network: Network, life: Life): Promise<void> {
  await life.reaches('upgrading.awaitingFirstHeads');
  const code = await network.artifacts.read('para-fixed');
  network.installSubstitute((await life.client.substitute(network.paraId)).blockNumber, code);
  await life.reaches('healthy');
}

/** Restores each backup, or those that `only` names, and lets a service live on it until the para is healthy. @returns the names of all */
export async function outliveEach(
  network: Network,
  folder: string,
  options: LifeOptions,
  sent: () => unknown,
  only = /^backup /,
): Promise<readonly string[]> {
  const before = sent();
  const place = await mkdtemp(join(folder, 'restored-'));
  const names = (await readdir(folder))
    .filter((name) => name.startsWith('backup ') && only.test(name))
    .sort();
  for (const [index, name] of names.entries()) {
    const database = join(place, String(index));
    await restoreBackup(join(folder, name), database);
    const told: string[] = [];
    const restored = await startLife(network, database, {
      ...options,
      onEvent: ({ type, data }) => told.push(type === 'state-changed' ? String(data.to) : type),
    });
    await restored.reaches('healthy');
    await restored.close();
    expect(told, name).not.toContain('escalated');
    expect(told, name).not.toContain('step-signed');
    expect(told, name).not.toContain('step-sent');
    expect(sent(), name).toEqual(before);
    const store = await openStore(database);
    expect(store.safekeeping.findings, name).toEqual([]);
    await store.close();
  }
  return names;
}
