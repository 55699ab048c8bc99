import { fromHex } from '../../bytes/hex.ts';
import type { PreparedCall, SignedExtrinsic } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ExtrinsicSubmitter } from '../../domain/ports/submitter.ts';
import type { ForkedChain } from '../fork/forked-chain.ts';
import type { RehearsedCall } from '../report.ts';

type CallEnd = Pick<RehearsedCall, 'block' | 'blockHash' | 'fee' | 'problem'>;

interface Logged {
  readonly chain: RehearsedCall['chain'];
  readonly prepared: PreparedCall;
  readonly extrinsic: SignedExtrinsic;
  readonly submitter: Pick<ExtrinsicSubmitter<never>, 'outcome'>;
  ended: CallEnd | null;
}

/** Every call that was signed, in order, with its end. */
export class CallLog {
  readonly #logged: Logged[] = [];

  /** A submitter whose calls are logged; what the fork's runtime does not take from its pool is refused in that runtime's words. */
  recording<Call>(
    inner: ExtrinsicSubmitter<Call>,
    fork: ForkedChain,
    chain: RehearsedCall['chain'],
  ): ExtrinsicSubmitter<Call> {
    return {
      ...inner,
      sign: async (call) => {
        const prepared = await inner.prepare(call);
        const extrinsic = await inner.sign(call);
        this.#logged.push({ chain, prepared, extrinsic, submitter: inner, ended: null });
        return extrinsic;
      },
      broadcast: async (extrinsic) => {
        const refusal = await fork.validity(fromHex(extrinsic.bytes));
        if (refusal === null || refusal.retry) return inner.broadcast(extrinsic);
        const logged = this.#logged.find((known) => known.extrinsic.hash === extrinsic.hash);
        if (logged) logged.ended = { ...NO_BLOCK, problem: refusal.reason };
        return { kind: 'hopeless', reason: refusal.reason };
      },
    };
  }

  /** The calls that were signed since the last time this was asked, with what became of them. */
  async take(): Promise<RehearsedCall[]> {
    const taken = this.#logged.splice(0);
    return Promise.all(taken.map(ended));
  }
}

async function ended({ chain, prepared, extrinsic, submitter, ended }: Logged): Promise<RehearsedCall> {
  const { data, hash, decoded } = prepared;
  const { signer } = extrinsic;
  if (signer === null) throw new RescueError('RESCUE_INTERNAL', 'A rehearsal signs all that it sends.');
  const end = ended ?? (await endOf(submitter, extrinsic));
  return { chain, ...decoded, data, hash, signer, extrinsic: extrinsic.hash, ...end };
}

const NO_BLOCK = { block: null, blockHash: null, fee: null };

async function endOf(submitter: Logged['submitter'], extrinsic: SignedExtrinsic): Promise<CallEnd> {
  const outcome = await submitter.outcome(extrinsic);
  switch (outcome.kind) {
    case 'succeeded':
    case 'failed': {
      const { number, hash } = outcome.block;
      const problem = outcome.kind === 'failed' ? outcome.reason : null;
      return { block: number, blockHash: hash, fee: outcome.fee?.toString() ?? null, problem };
    }
    case 'included':
    case 'lost':
      return { ...NO_BLOCK, problem: outcome.reason };
    case 'pending':
      return { ...NO_BLOCK, problem: 'no block holds it yet' };
  }
}
