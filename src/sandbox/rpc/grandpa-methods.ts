import { fromHex, toHex } from '../../bytes/hex.ts';
import { encodeFinalityProof } from '../../proof/index.ts';
import type { Chain } from '../chain/chain.ts';
import type { Grandpa } from '../chain/grandpa.ts';
import { Subscription } from './connection.ts';
import type { Methods } from './method.ts';
import { invalidParams, RpcError } from './rpc-error.ts';

/** sc-consensus-grandpa-rpc `ErrorCode`. */
const NOT_READY = 1;
const PROVE_FINALITY = 4;
/** sc-consensus-grandpa `MAX_UNKNOWN_HEADERS`. */
const MOST_HEADERS = 100_000;

/** `grandpa_*`, with the answers of sc-consensus-grandpa. A chain without GRANDPA says that it is not ready. */
export function grandpaMethods(chain: Chain): Methods {
  const { grandpa } = chain;
  if (grandpa === null) {
    const notReady = () => {
      throw new RpcError(NOT_READY, 'GRANDPA RPC endpoint not ready', 'finality is not voted on here');
    };
    return { grandpa_proveFinality: notReady };
  }
  return {
    grandpa_proveFinality: (params) => {
      const number = params.count(0);
      if (number > 0xffff_ffff) throw invalidParams('block numbers have 32 bits');
      const proof = proofOf(chain, grandpa, number);
      return proof && toHex(proof);
    },
    grandpa_subscribeJustifications: () => {
      let listener: ((justification: Uint8Array) => void) | undefined;
      return new Subscription(
        'grandpa_justifications',
        (push) => {
          listener = (justification) => push(toHex(justification));
          chain.on('justified', listener);
        },
        () => listener && chain.off('justified', listener),
      );
    },
    grandpa_unsubscribeJustifications: (params, connection) => connection.end(params.raw(0)),
  };
}

/**
 * SCALE of a `FinalityProof`: of a block of an earlier set the justification of that set's last block, of another one the
 * newest justification, with the headers from the block asked for up to the justified one. Null when that block has none.
 */
function proofOf(chain: Chain, grandpa: Grandpa, number: number): Uint8Array | null {
  if (number > chain.finalized.number) throw unprovable('Block not yet finalized');
  if (chain.hashAt(number) === undefined) throw unprovable(`Header of block ${number} is not kept any more`);
  const ended = grandpa.endedSetOf(number);
  // Until the first set is over a node knows of no set: true of every chain that has just begun.
  if (ended === 'unknown') throw unprovable('Block not covered by authority set changes');
  const justified = ended === null ? grandpa.newest : { number: ended.last, ...ended };
  const hash = justified && chain.hashAt(justified.number);
  if (!justified?.justification || !hash) return null;
  const headers: Uint8Array[] = [];
  for (let next = number + 1; next <= justified.number && headers.length < MOST_HEADERS; next++) {
    const header = chain.header(chain.hashAt(next) ?? '0x');
    if (header) headers.push(header.encodedHeader);
  }
  return encodeFinalityProof(fromHex(hash), justified.justification, headers);
}

function unprovable(why: string): RpcError {
  return new RpcError(PROVE_FINALITY, `GRANDPA prove finality rpc failed: ${why}`);
}
