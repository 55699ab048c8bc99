import { z } from 'zod';
import { fromHex } from '../../bytes/hex.ts';
import { ByteReader } from '../../bytes/reader.ts';
import { PARA_ID_KEY } from '../../chain/nodes/chain-identity.ts';
import { Endpoints, hexSchema } from '../../chain/nodes/endpoints.ts';
import { readToken } from '../../chain/nodes/token.ts';
import { createParaReader } from '../../chain/para/para-reader.ts';
import { openRelay } from '../../chain/relay/session.ts';
import type { Token } from '../../domain/amount.ts';
import type { ParaHeadRef, ParaObservation } from '../../domain/chain/observation.ts';
import { messageOf } from '../../domain/errors.ts';
import { oneLine } from '../../domain/plain-text.ts';
import type { Policy, PowerSource } from '../../domain/policy/policy.ts';
import type { Hex, ParaId, Planck } from '../../domain/units.ts';
import { collectElectorate, fittingSources, readPowerLayout } from '../../voting/index.ts';
import type { CommandIo } from '../shared/io.ts';
import { relayTrust } from '../shared/operator-options.ts';

/** What could not be looked at, and why. */
export interface Unseen {
  readonly trouble: string;
}

export interface SeenRelay {
  readonly name: string;
  readonly genesis: Hex;
}

/** A para as its nodes call it. */
export interface SeenPara {
  readonly name: string;
  /** Null for a chain that does not say which para it is. */
  readonly id: ParaId | null;
  readonly token: Token | null;
}

/** The para on the relay chain, and its state at its last head. */
export interface SeenState {
  readonly observation: ParaObservation;
  readonly power: SeenPower | Unseen;
}

export interface SeenPower {
  /** Sources of voting power that fit the para's storage, of those that were asked for. */
  fitting(sources: readonly PowerSource[]): Promise<PowerSource[]>;
  /** Everything that can vote by these rules, proven. @throws RESCUE_POLICY_UNEXECUTABLE when they do not fit */
  electorate(rules: Pick<Policy, 'power' | 'excluded'> & Partial<Pick<Policy, 'proposers'>>): Promise<Planck>;
}

/** A person waits for the answer. */
const REQUEST_MS = { connectTimeoutMs: 5_000, requestTimeoutMs: 10_000 };
const LONGEST_NAME = 100;

export function lookAtRelay(urls: readonly string[]): Promise<SeenRelay | Unseen> {
  return looking(urls, async (endpoints) => {
    const id = await paraIdOf(endpoints);
    if (id !== null) return { trouble: `these are nodes of para ${id}, not of a relay chain` };
    return { genesis: await endpoints.genesis(), name: await nameOf(endpoints) };
  });
}

export function lookAtPara(urls: readonly string[]): Promise<SeenPara | Unseen> {
  return looking(urls, async (endpoints) => {
    const id = await paraIdOf(endpoints);
    return { id, name: await nameOf(endpoints), token: await readToken(endpoints) };
  });
}

/** Runs `work` with the para as the relay chain shows it, and its state at its last head, as far as nodes answer. */
export async function withState<Result>(
  where: { readonly relay: readonly string[]; readonly nodes: readonly string[]; readonly para: ParaId },
  io: CommandIo,
  work: (state: SeenState | Unseen) => Promise<Result>,
): Promise<Result> {
  const observation = await observed(where, io);
  if ('trouble' in observation) return work(observation);
  const { head } = observation;
  if (head === null) {
    const trouble = 'the relay chain holds no head of the para that is a header';
    return work({ observation, power: { trouble } });
  }
  const reader = createParaReader({ urls: where.nodes, ...REQUEST_MS, onTrouble: () => undefined });
  try {
    return await work({ observation, power: await powerAt(reader, head) });
  } finally {
    await reader.close();
  }
}

async function observed(
  { relay: urls, para }: { readonly relay: readonly string[]; readonly para: ParaId },
  io: CommandIo,
): Promise<ParaObservation | Unseen> {
  try {
    const relay = await openRelay({ urls, onTrouble: () => undefined, trust: await relayTrust({}, io) });
    try {
      const [observation] = (await relay.reader.observe([para])).paras;
      return observation ?? { trouble: 'the relay chain says nothing of the para' };
    } finally {
      await relay.close();
    }
  } catch (error) {
    return unseen(error);
  }
}

async function powerAt(
  reader: ReturnType<typeof createParaReader>,
  head: ParaHeadRef,
): Promise<SeenPower | Unseen> {
  let metadata: Uint8Array;
  try {
    metadata = await reader.metadata(head);
  } catch (error) {
    return unseen(error);
  }
  return {
    fitting: (sources) => fittingSources(metadata, sources),
    electorate: async (rules) => {
      const layout = await readPowerLayout(metadata, rules);
      const fetch = (keys: readonly Uint8Array[]) => reader.prove(head, keys);
      return (await collectElectorate(rules, head.stateRoot, fetch, layout)).electorate;
    },
  };
}

async function looking<Seen>(
  urls: readonly string[],
  look: (endpoints: Endpoints) => Promise<Seen | Unseen>,
): Promise<Seen | Unseen> {
  const endpoints = new Endpoints({ urls, ...REQUEST_MS });
  try {
    return await look(endpoints);
  } catch (error) {
    return unseen(error);
  } finally {
    await endpoints.close();
  }
}

/** By its state; null for a chain that does not say which para it is. */
async function paraIdOf(endpoints: Endpoints): Promise<ParaId | null> {
  const told = await endpoints.use((node) => node.ask(hexSchema.nullable(), 'state_getStorage', PARA_ID_KEY));
  return told?.length === 10 ? new ByteReader(fromHex(told), 'para id').u32() : null;
}

async function nameOf(endpoints: Endpoints): Promise<string> {
  const name = await endpoints.use((node) => node.ask(z.string(), 'system_chain'));
  return oneLine(name, LONGEST_NAME);
}

function unseen(error: unknown): Unseen {
  return { trouble: oneLine(messageOf(error), 300) };
}
