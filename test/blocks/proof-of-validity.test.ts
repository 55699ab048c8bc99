import { beforeAll, describe, expect, it } from 'vitest';
import { readArtifact } from '../../devnet/artifacts.ts';
import { contractsGenesis, paraGenesis } from '../../devnet/genesis.ts';
import { devAccount } from '../../devnet/keys.ts';
import { typesOf } from '../../src/blocks/chain-types.ts';
import { type NextBlock, nextBlock } from '../../src/blocks/next-block.ts';
import { genesisPoint, type Point, pointOf, relayPoint } from '../../src/blocks/point.ts';
import { buildGenesis, genesisDefaults, genesisHeader } from '../../src/blocks/spec/genesis.ts';
import { validateBlock } from '../../src/blocks/validation.ts';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { toHex } from '../../src/bytes/hex.ts';
import { encodeList } from '../../src/bytes/scale.ts';
import { GivenSignatures } from '../../src/executor/given-signatures.ts';
import { cryptoReady } from '../../src/executor/host/hashing.ts';
import { RuntimePanic } from '../../src/executor/panic.ts';
import { MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import { Overlay } from '../../src/executor/storage/overlay.ts';
import { State } from '../../src/executor/storage/state.ts';
import { finish } from '../../src/executor/task.ts';
import { decodeCompactProof, encodeCompactProof } from '../../src/proof/compact-proof.ts';
import { blake2b256, encodeHeader, storagePrefix } from '../../src/proof/index.ts';
import { NodeStore } from '../../src/proof/node-store.ts';
import { Visits } from '../../src/proof/visits.ts';
import { COUNTER_CODE, selectorOf } from '../devnet/evm-contracts.ts';
import { HAS_SPECS, openSpec } from './specs.ts';

const START = 1_796_083_200_000;
const given = new GivenSignatures();

interface Built {
  readonly parent: Point<State>;
  readonly relay: Point<State>;
  readonly block: NextBlock<State>;
  readonly visits: Visits;
}

beforeAll(cryptoReady);

function buildOn(
  parent: Point<State>,
  relay: Point<State>,
  id: number,
  transactions: Uint8Array[] = [],
  time = START,
): Built {
  const visits = new Visits();
  const on = { point: parent, para: { id, relay: relayPoint(relay) } };
  const block = finish(nextBlock(on, { time, transactions, visits, given }));
  return { parent, relay, block, visits };
}

/** What the validators say of the block with this proof. */
function validate({ parent, relay, block }: Built, proof: readonly Uint8Array[]) {
  const { header, extrinsics } = block;
  const { number, stateRoot } = relay.header;
  const context = { parentHead: encodeHeader(parent.header), relayParent: { number, stateRoot } };
  return validateBlock(parent.runtime, { header, extrinsics, proof }, context, given);
}

/** The nodes as the only ones that are known of the parent's state. */
function stateOf(nodes: readonly Uint8Array[], root: Uint8Array): State {
  const store = new NodeStore(Number.POSITIVE_INFINITY);
  for (const bytes of nodes) store.add(toHex(blake2b256(bytes)), bytes);
  return State.at(root, store, 1);
}

/** How an importing node's execution of the block ends that knows no more than these nodes. */
function execute({ parent, block }: Built, nodes: readonly Uint8Array[]) {
  const argument = concatBytes(encodeHeader(block.unsealed), encodeList(block.extrinsics));
  // Recorded too: runtimes that give back unused proof size ask how large the proof is.
  const overlay = new Overlay(stateOf(nodes, parent.state.root).recording(new Visits()));
  return parent.runtime.attempt('Core_execute_block', argument, overlay, given).kind;
}

/** The proof holds, suffices, and has no node too many. */
function expectProven(built: Built): void {
  const { parent, block, visits } = built;
  const { root } = parent.state;
  const compact = visits.compactProof(root);
  expect(toHex(validate(built, compact).headData)).toBe(toHex(encodeHeader(block.header)));
  // The root of a child trie that only comes with the block says itself that there is nothing.
  const nodes = visits.proofNodes().filter((node) => toHex(node) !== '0x00');
  expect([...decodeCompactProof(compact, root).values()].map(toHex).sort()).toEqual(nodes.map(toHex).sort());
  expect(execute(built, nodes)).toBe('returned');
  // A dozen of them: an instance that a runtime has left by a panic is thrown away.
  const step = Math.ceil(nodes.length / 12);
  for (let out = 0; out < nodes.length; out += step) {
    const others = nodes.filter((_, place) => place !== out);
    expect(execute(built, others)).toBe('missing');
    if (out > 0) expect(() => validate(built, encodeCompactProof(others, root))).toThrow(RuntimePanic);
  }
}

async function relayGenesis(): Promise<Point<State>> {
  const code = await readArtifact('relay');
  const state = buildGenesis(code, genesisDefaults(code));
  return finish(pointOf(genesisHeader(state), state));
}

describe('a recorded block of the own runtimes', () => {
  const [alice, bob, charlie] = ['Alice', 'Bob', 'Charlie'].map((name) => devAccount(name));
  if (!alice || !bob || !charlie) throw new Error('dev accounts are missing');
  let relay: Point<State>;
  beforeAll(async () => {
    const first = finish(nextBlock({ point: await relayGenesis() }, { time: START - 6_000 }));
    relay = finish(pointOf(first.header, first.state));
  });

  it.each(['para-good', 'contracts'] as const)(
    'of %s is accepted by validate_block with what was recorded, and with no node less',
    async (name) => {
      const code = await readArtifact(name);
      const people = { manager: devAccount('Manager'), sudo: devAccount('Sudo'), holders: [] };
      const state =
        name === 'contracts'
          ? contractsGenesis(code, { id: 1000, paraId: 100, ...people })
          : paraGenesis(code, { paraId: 100, ...people });
      expect(state.version).toBe(name === 'contracts' ? 1 : 0);
      const genesis = finish(pointOf(genesisHeader(state), state));
      const types = finish(typesOf(genesis));
      const genesisHash = genesis.hash;
      // The last two: an account goes, whose keys are removed; one that nobody has pays nothing and is refused.
      const transactions = [
        types.signed(
          types.call('balances', 'transferAllowDeath', charlie.address, 5_000_000_000n),
          alice.pair,
          { genesisHash, nonce: 0 },
        ),
        types.signed(types.call('balances', 'transferAll', charlie.address, false), bob.pair, {
          genesisHash,
          nonce: 0,
        }),
        types.signed(types.call('system', 'remark', '0x12'), devAccount('Nobody').pair, {
          genesisHash,
          nonce: 0,
        }),
      ];
      const id = name === 'contracts' ? 1000 : 100;
      const first = buildOn(genesis, relay, id, transactions);
      expect([...first.block.refused.keys()]).toEqual([2]);
      expect(types.bytes(first.block.state, 'system', 'account', bob.pair.publicKey)).toBeNull();
      expectProven(first);
      // What a refused transaction has looked at does not count.
      const without = buildOn(genesis, relay, id, transactions.slice(0, 2));
      expect(toHex(without.block.header.stateRoot)).toBe(toHex(first.block.header.stateRoot));
      expect(first.visits.proofNodes().map(toHex)).toEqual(without.visits.proofNodes().map(toHex));
    },
  );
});

describe('recorded blocks that work in child tries', () => {
  it('are accepted: a contract comes, and writes and reads its storage', async () => {
    const alice = devAccount('Alice');
    const code = await readArtifact('contracts');
    const people = { manager: devAccount('Manager'), sudo: devAccount('Sudo'), holders: [] };
    const state = contractsGenesis(code, { id: 1000, paraId: 100, ...people });
    let parent = finish(pointOf(genesisHeader(state), state));
    let relay = await relayGenesis();
    const types = finish(typesOf(parent));
    const genesisHash = parent.hash;
    const weight = { refTime: 100_000_000_000n, proofSize: 2_000_000n };
    const deposit = 100_000_000_000n;
    let contract = '';
    const calls = [
      () => types.call('revive', 'instantiateWithCode', 0, weight, deposit, COUNTER_CODE, '0x', null),
      () => types.call('revive', 'call', contract, 0, weight, deposit, selectorOf('increment()')),
      () => types.call('revive', 'call', contract, 0, weight, deposit, selectorOf('increment()')),
    ];
    for (const [place, call] of calls.entries()) {
      const time = START + place * 6_000;
      // Whoever deploys a contract has used up two.
      const nonce = place === 0 ? 0 : place + 1;
      const next = finish(nextBlock({ point: relay }, { time }));
      relay = finish(pointOf(next.header, next.state));
      const transaction = types.signed(call(), alice.pair, { genesisHash, nonce });
      const built = buildOn(parent, relay, 1000, [transaction], time);
      expect(built.block.refused.size).toBe(0);
      expectProven(built);
      parent = finish(pointOf(built.block.header, built.block.state));
      // Whoever else is there has no code, and so says less of itself.
      const accounts = [...parent.state.main.entries(storagePrefix('Revive', 'AccountInfoOf'))];
      const [address] = accounts.reduce((most, one) => (one[1].length > most[1].length ? one : most));
      contract = toHex(address.subarray(-20));
    }
    const [child] = parent.state.keysWithPrefix(toHex(encodeText(':child_storage:default:')));
    const name = child?.slice(toHex(encodeText(':child_storage:default:')).length) ?? '';
    const [slot] = parent.state.keysWithPrefix('0x', { trie: name });
    expect(parent.state.get(slot ?? '0x', name)?.at(-1)).toBe(2);
  });
});

/** A block of westend-local whose state has this block as the head of the para. */
function relayThatKnows(id: number, head: Point<State>): Point<State> {
  const genesis = finish(genesisPoint(openSpec('westend-local')));
  const { header, state } = finish(nextBlock({ point: genesis }, { time: START }));
  const entry = finish(typesOf(genesis)).entry('paras', 'heads', [id], toHex(encodeHeader(head.header)));
  const changed = state.with(new Map([[MAIN_TRIE, new Map([entry])]]));
  return finish(pointOf({ ...header, stateRoot: changed.root }, changed));
}

describe.skipIf(!HAS_SPECS)('a recorded block of paras that others wrote', () => {
  it.each([
    ['penpal-local', 2000],
    // Gives back what proof size a transaction did not need: its root tells whether the size was counted as it counts.
    ['coretime-westend-local', 1005],
  ] as const)('%s is accepted by its validate_block', (name, id) => {
    const parent = finish(genesisPoint(openSpec(name)));
    const relay = relayThatKnows(id, parent);
    const types = finish(typesOf(parent));
    const call = types.call('balances', 'transferAll', devAccount('Charlie').address, false);
    const transaction = types.signed(call, devAccount('Alice').pair, { genesisHash: parent.hash, nonce: 0 });
    const built = buildOn(parent, relay, id, [transaction]);
    expect(built.block.refused.size).toBe(0);
    expectProven(built);
  });
});
