import { fromHex, type Hex } from '../../src/bytes/hex.ts';
import { verifyWithOpenSsl } from '../../src/chain/relay/ed25519.ts';
import {
  type AuthoritySet,
  authorityChangeOf,
  decodeAuthorities,
  decodeFinalityProof,
  storageKey,
  verifyFinalityProof,
} from '../../src/proof/index.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import type { RawClient } from './devnet-client.ts';

/** Follows GRANDPA's sets of a chain from its genesis on by what `grandpa_proveFinality` of a node answers, and nothing else. */
export class SetFollower {
  set: AuthoritySet;
  /** The highest block that is proven final. */
  final = 0;
  /** The last block of each set that is over, in order. */
  readonly ended: number[] = [];
  readonly #chain: Chain;
  readonly #client: RawClient;

  private constructor(chain: Chain, client: RawClient, set: AuthoritySet) {
    this.#chain = chain;
    this.#client = client;
    this.set = set;
  }

  static async fromGenesis(chain: Chain, client: RawClient): Promise<SetFollower> {
    const key = `0x${Buffer.from(storageKey('Grandpa', 'Authorities')).toString('hex')}`;
    const { result } = await client.ask('state_getStorage', key, chain.genesisHash);
    return new SetFollower(chain, client, {
      setId: 0n,
      authorities: decodeAuthorities(fromHex(result as Hex)),
    });
  }

  /** Proof by proof up to the newest block that the node can prove. */
  async catchUp(): Promise<void> {
    while (await this.#step()) {
      // One set a proof.
    }
  }

  async #step(): Promise<boolean> {
    const header = this.#chain.blockAt(this.final + 1);
    if (!header) return false;
    const { result } = await this.#client.ask('grandpa_proveFinality', header.number);
    if (typeof result !== 'string') return false;
    const proof = fromHex(result as Hex);
    const final = verifyFinalityProof(proof, header.encodedHeader, this.set, verifyWithOpenSsl);
    const headers = [header.header, ...decodeFinalityProof(proof).unknownHeaders.map(({ header }) => header)];
    this.final = final.number;
    for (const each of headers) {
      const change = authorityChangeOf(each);
      if (change === null) continue;
      // Without a delay the announcing block is the last one of its set, so that the proof ends with it.
      if (change.delay !== 0 || each.number !== final.number) throw new Error('a set ends inside of a proof');
      this.ended.push(final.number);
      this.set = { setId: this.set.setId + 1n, authorities: change.authorities };
    }
    return true;
  }
}
