import { fromHex, type Hex, toHex } from '../../src/bytes/hex.ts';
import { encodeHeader, headerHash } from '../../src/proof/index.ts';
import type { Chain } from '../../src/sandbox/chain/chain.ts';
import { headerView } from '../../src/sandbox/rpc/block-views.ts';
import type { HostileNode } from './hostile-node.ts';

/** Blocks that may come between a question and its answer. */
const NEWEST_BLOCKS = 3;

/** Ways in which a node lies or falls behind that need the chain itself: all that it says fits together. */

/** Final blocks get another number; all that a node is asked about such a block it answers in keeping with that. */
export function renumber(liar: HostileNode, chain: Chain, other: (number: number) => number): void {
  const forged = () => {
    const { header, number } = chain.finalized;
    const hash = toHex(headerHash(encodeHeader({ ...header, number: other(number) })));
    return { hash, json: { ...headerView(chain.finalized), number: `0x${other(number).toString(16)}` } };
  };
  liar.intercept = (method, params) => {
    const { hash, json } = forged();
    if (method === 'chain_getFinalizedHead') return { result: hash };
    if (method === 'chain_getHeader' && (params[0] ?? hash) === hash) return { result: json };
    if (method === 'chain_getBlockHash' && Number(params[0]) > chain.best.number) return { result: hash };
    if (method !== 'state_getReadProof' || params[1] !== hash) return undefined;
    const state = chain.stateOf(chain.finalized);
    return { result: { at: hash, proof: state.prove((params[0] as string[]).map(fromHex)).map(toHex) } };
  };
  liar.tamper = (method, message) => {
    if (method !== 'chain_finalizedHead' || !message.params) return message;
    const { subscription, result } = message.params;
    const header = result as { readonly number: string };
    const number = `0x${other(Number(header.number)).toString(16)}`;
    return { ...message, params: { subscription, result: { ...header, number } } };
  };
}

/** It passes everything on again. */
export function honest(liar: HostileNode): void {
  liar.intercept = () => undefined;
  liar.tamper = (_method, message) => message;
}

/** A node that knows no block after `newest`, whatever that is when it is asked: far behind, or standing still. */
export function fallBehind(node: HostileNode, chain: Chain, newest: () => number): void {
  const tip = () => {
    const block = chain.blockAt(newest());
    if (!block) throw new TypeError(`the chain has no block ${newest()}`);
    return block;
  };
  node.intercept = (method, [asked]) => {
    const isUnnamed = (asked ?? null) === null;
    if (method === 'chain_getFinalizedHead') return { result: tip().hash };
    if (method === 'chain_getHeader' && isUnnamed) return { result: headerView(tip()) };
    if (method === 'chain_getBlockHash' && isUnnamed) return { result: tip().hash };
    if (method === 'chain_getBlockHash' && Number(asked) > newest()) return { result: null };
    if (method === 'grandpa_proveFinality' && Number(asked) > newest())
      return { error: { code: 1, message: 'Block not covered by authority set changes' } };
    return undefined;
  };
  node.tamper = (method, message) =>
    method === 'chain_finalizedHead' && message.params
      ? { ...message, params: { ...message.params, result: headerView(tip()) } }
      : message;
}

/** A node that answers all questions but those about the state of blocks before the newest ones, which it leaves open. */
export function withholdPast(node: HostileNode, chain: Chain): void {
  node.intercept = (method, [, at]) => {
    if (method !== 'state_getReadProof') return undefined;
    const asked = chain.block(at as Hex)?.number ?? 0;
    return asked < chain.finalized.number - NEWEST_BLOCKS ? null : undefined;
  };
}
