import { describe, expect, it } from 'vitest';
import { concatBytes, encodeText } from '../../src/bytes/bytes.ts';
import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { MAIN_TRIE } from '../../src/executor/storage/backend.ts';
import { State } from '../../src/executor/storage/state.ts';
import { buildTrie, ProofError, verifyReadProof } from '../../src/proof/index.ts';
import { Chain } from '../../src/sandbox/chain/chain.ts';
import { Connection } from '../../src/sandbox/rpc/connection.ts';
import { Params } from '../../src/sandbox/rpc/params.ts';
import { stateMethods } from '../../src/sandbox/rpc/state-methods.ts';
import { decodeProof } from '../support/smoldot.ts';

const CHILD = concatBytes(encodeText(':child_storage:default:'), encodeText('a contract'));
const NAME = toHex(encodeText('a contract')).slice(2);
const hex = (text: string) => toHex(encodeText(text));
const LONG = encodeText('a value of more than thirty-two bytes, which stands outside of its node');

/** A state with a child trie of 40 keys beside a main trie of 60. */
function stateOf(version: 0 | 1): State {
  const main = Array.from({ length: 60 }, (_, place) => [hex(`main ${place}`), LONG] as const);
  const child = new Map<Hex, Uint8Array>();
  for (let place = 0; place < 40; place++) {
    child.set(hex(`slot ${place}`), place % 2 ? LONG : Uint8Array.of(place));
  }
  return State.genesis(main, version).with(new Map([[NAME, child]]));
}

function ask(state: State, method: string, ...params: unknown[]): { at: Hex; proof: Hex[] } {
  const identity = { name: 'Bare', tokenSymbol: 'UNIT', tokenDecimals: 10, ss58Format: 42 };
  const chain = new Chain(identity, state, 16);
  return stateMethods(chain)[method]?.(new Params(params), new Connection(() => {})) as {
    at: Hex;
    proof: Hex[];
  };
}

describe.each<[0 | 1]>([[0], [1]])('a child trie in a state of version %i', (version) => {
  const state = stateOf(version);
  const keys = ['slot 3', 'slot 4', 'slot 99', 'main 3'].map(encodeText);

  it('is proven with the way to its root in the main trie, presence and absence alike', async () => {
    const { proof } = ask(state, 'state_getChildReadProof', toHex(CHILD), keys.map(toHex));
    const nodes = proof.map(fromHex);
    const [root] = verifyReadProof({ stateRoot: state.root, proof: nodes, keys: [CHILD] });
    expect(root).toEqual(state.child(NAME)?.root);
    const values = verifyReadProof({ stateRoot: root as Uint8Array, proof: nodes, keys });
    expect(values).toEqual([LONG, Uint8Array.of(4), null, null]);
    // The same by a decoder that nobody here wrote.
    const decoded = await decodeProof(toHex(root as Uint8Array), proof);
    expect(decoded[hex('slot 3')]).toBe(toHex(LONG));
    // No node too many: each one leads to the root or to a key.
    const alone = ask(state, 'state_getReadProof', [toHex(CHILD)]).proof;
    const child = state.child(NAME)?.prove(keys).map(toHex) ?? [];
    expect(new Set(proof)).toEqual(new Set([...alone, ...child]));
    expect(new Set(proof).size).toBe(proof.length);
  });

  it('that is not there is proven by the main trie, and no keys need no proof', () => {
    const absent = concatBytes(encodeText(':child_storage:default:'), encodeText('nobody'));
    const { proof } = ask(state, 'state_getChildReadProof', toHex(absent), keys.map(toHex));
    expect(verifyReadProof({ stateRoot: state.root, proof: proof.map(fromHex), keys: [absent] })).toEqual([
      null,
    ]);
    expect(ask(state, 'state_getChildReadProof', toHex(CHILD), []).proof).toEqual([]);
    expect(() => ask(state, 'state_getChildReadProof', '0x1234', [])).toThrow('Invalid params');
  });

  it('keeps the root of a trie built at once, whatever was changed in it, and goes with its last key', () => {
    const changed = state.with(
      new Map([
        [
          NAME,
          new Map([
            [hex('slot 3'), null],
            [hex('slot 4'), LONG],
            [hex('new'), Uint8Array.of(1)],
          ]),
        ],
      ]),
    );
    const child = changed.child(NAME);
    const built = buildTrie(child?.entries() ?? [], version);
    expect(changed.child(NAME)?.root).toEqual(built.root);
    expect(changed.read(MAIN_TRIE, toHex(CHILD))).toEqual(built.root);
    const old = ask(state, 'state_getChildReadProof', toHex(CHILD), keys.map(toHex)).proof.map(fromHex);
    expect(() => verifyReadProof({ stateRoot: changed.root, proof: old, keys: [CHILD] })).toThrow(ProofError);
    const gone = changed.with(
      new Map([[NAME, new Map([...(child?.entries() ?? [])].map(([key]) => [toHex(key), null]))]]),
    );
    expect([gone.child(NAME), gone.read(MAIN_TRIE, toHex(CHILD))]).toEqual([null, null]);
  });
});
