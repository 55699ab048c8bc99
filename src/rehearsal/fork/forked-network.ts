import { openBallots, pvfVote } from '../../blocks/backing/pvf-votes.ts';
import { readItem, typesOf } from '../../blocks/chain-types.ts';
import { type Point, readKey } from '../../blocks/point.ts';
import { type Hex, toHex } from '../../bytes/hex.ts';
import { chainRuntimeOf } from '../../chain/nodes/chain-runtime.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaId, RelayBlock } from '../../domain/units.ts';
import type { State } from '../../executor/storage/state.ts';
import type { Task } from '../../executor/task.ts';
import { encodeHeader } from '../../proof/index.ts';
import { inclusionWrites } from '../../trial/relay-after.ts';
import type { ForkedChain } from './forked-chain.ts';
import type { ForkedPara, InclusionWay, Offer } from './forked-para.ts';
import { givenSigner } from './given-signer.ts';

export interface NetworkSetting {
  readonly relay: ForkedChain;
  readonly paras: readonly ForkedPara[];
  /** Those of them whose collators work from the beginning. */
  readonly living: readonly ForkedPara[];
  /** What validators answer when they are asked for this code; about others they say nothing. */
  readonly verdict: { readonly codeHash: Hex; readonly accept: boolean };
  /** Relay blocks after which the rehearsal ends, whatever it waits for. */
  readonly mostBlocks: RelayBlock;
  /** Called at each relay block. */
  readonly onBlock: () => void;
}

/** A forked relay chain with paras of it: what their nodes and validators do in each relay block. */
export class ForkedNetwork {
  readonly relay: ForkedChain;
  readonly paras: readonly ForkedPara[];
  readonly way: InclusionWay;
  readonly #setting: NetworkSetting;

  constructor(setting: NetworkSetting) {
    this.relay = setting.relay;
    this.paras = setting.paras;
    this.way = inclusionWay(setting.relay.head);
    this.#setting = setting;
  }

  /** Relay blocks since the fork began. */
  get passed(): RelayBlock {
    return this.relay.head.header.number - this.relay.origin.header.number;
  }

  /** @throws RESCUE_REHEARSAL_FAILED past the limit; RuntimePanic of the relay chain's runtime, RESCUE_NODE_* */
  async next(): Promise<void> {
    const { mostBlocks, onBlock } = this.#setting;
    onBlock();
    if (this.passed >= mostBlocks) {
      throw new RescueError(
        'RESCUE_REHEARSAL_FAILED',
        `The rehearsal was given up after ${mostBlocks} relay blocks: --most-blocks allows more.`,
      );
    }
    const { relay } = this;
    for (const para of this.#setting.living) {
      if (!para.collating) para.collating = !(await para.waits(relay));
      if (para.failure === null) continue;
      const { words } = para.failure;
      throw new RescueError(
        'RESCUE_EXECUTION_FAILED',
        `Para ${para.id} cannot be run on its fork, so the rescue cannot be played: ${words}.`,
      );
    }
    const offers: Offer[] = [];
    for (const para of this.paras) {
      const offer = await para.offer(relay, this.way);
      if (offer) offers.push(offer);
    }
    const votes = await relay.run(this.#votes(relay.head));
    const calls = this.way === 'call' ? await relay.run(includeByCall(relay, offers)) : [];
    // What of them waited to be included when the fork began is not known here.
    const standing = this.paras.filter(({ collating }) => !collating);
    await relay.next({
      withheld: standing.map(({ id }) => id),
      transactions: [...calls, ...votes],
      ...(this.way === 'inherent' && { candidates: offers.map(({ candidate }) => candidate) }),
    });
    if (this.way === 'written') {
      for (const { candidate, block } of offers) {
        const head = encodeHeader(block.header);
        await relay.write(await relay.run(inclusionWrites(relay.head, candidate.paraId, head)));
      }
    }
    for (const para of this.paras) await para.follow(relay);
  }

  /** Relay blocks until something changes that the relay chain stores of the para's head and code, at most `most`. */
  async pass(most: RelayBlock, paraId: ParaId): Promise<void> {
    const stored = () => this.relay.run(storedOf(this.relay.head, paraId));
    const before = await stored();
    for (let count = 0; count < most; count++) {
      await this.next();
      if ((await stored()) !== before) return;
    }
  }

  *#votes(relay: Point<State>): Task<Uint8Array[]> {
    const { codeHash, accept } = this.#setting.verdict;
    const votes: Uint8Array[] = [];
    for (const ballot of yield* openBallots(relay)) {
      if (ballot.subject !== codeHash) continue;
      votes.push(yield* pvfVote(relay, ballot, accept, () => this.relay.given.sign(ballot.key)));
    }
    return votes;
  }
}

const ITEMS = ['Heads', 'CurrentCodeHash', 'FutureCodeHash', 'UpgradeGoAheadSignal'];

function* storedOf({ runtime, state }: Point<State>, paraId: ParaId): Task<string> {
  const values: string[] = [];
  for (const item of ITEMS) {
    const key = chainRuntimeOf(runtime).storage('Paras', item)?.key(paraId);
    const value = key === undefined ? null : yield* readKey(state, key);
    values.push(value === null ? '' : toHex(value));
  }
  return values.join();
}

/** By what the relay chain's metadata has: its inherent, the embedded network's call, or nothing that is known here. */
function inclusionWay({ runtime }: Point): InclusionWay {
  const { tx } = chainRuntimeOf(runtime).meta;
  if (tx.paraInherent?.enter) return 'inherent';
  return tx.devnetRelay?.includeCandidate && tx.sudo?.sudo ? 'call' : 'written';
}

/** The embedded network's relay chain includes by a call of its root. */
function* includeByCall(relay: ForkedChain, offers: readonly Offer[]): Task<Uint8Array[]> {
  if (offers.length === 0) return [];
  const { head } = relay;
  const types = yield* typesOf(head);
  const key = (yield* readItem(head.state, types, 'sudo', 'key'))?.toU8a();
  if (key?.length !== 32) return [];
  const root = givenSigner(toHex(key), relay.given);
  const account = (yield* readItem(head.state, types, 'system', 'account', key))?.toJSON() as {
    readonly nonce?: number;
  } | null;
  const nonce = account?.nonce ?? 0;
  return offers.map(({ candidate: { paraId, relay: parent, codeHash, outputs } }, place) => {
    const commitments = {
      upwardMessages: outputs.upwardMessages.map(toHex),
      horizontalMessages: outputs.horizontalMessages.map(({ recipient, data }) => ({
        recipient,
        data: toHex(data),
      })),
      newValidationCode: outputs.newCode && toHex(outputs.newCode),
      headData: toHex(outputs.headData),
      processedDownwardMessages: outputs.processedDownwardMessages,
      hrmpWatermark: outputs.hrmpWatermark,
    };
    const number = parent.header.number;
    const call = types.call('devnetRelay', 'includeCandidate', paraId, number, toHex(codeHash), commitments);
    const context = { genesisHash: relay.genesisHash, nonce: nonce + place };
    if (!root.pair) throw new RescueError('RESCUE_INTERNAL', 'A given signer always signs.');
    return types.signed(types.call('sudo', 'sudo', call), root.pair, context);
  });
}
