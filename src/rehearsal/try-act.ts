import { cryptoWaitReady } from '@polkadot/util-crypto';
import type { Point } from '../blocks/point.ts';
import { toHex } from '../bytes/hex.ts';
import type { RelayCall } from '../domain/chain/extrinsics.ts';
import type { ParaObservation } from '../domain/chain/observation.ts';
import { RescueError } from '../domain/errors.ts';
import type { AmountText } from '../domain/route/facts.ts';
import type { AccountHex, ParaId, RelayBlock } from '../domain/units.ts';
import { GivenSignatures } from '../executor/given-signatures.ts';
import type { State } from '../executor/storage/state.ts';
import type { JobContext } from '../executor/thread/jobs.ts';
import { blake2b256 } from '../proof/index.ts';
import { readRelayFacts } from '../trial/relay-facts.ts';
import { ForkedChain } from './fork/forked-chain.ts';
import { ForkedNetwork } from './fork/forked-network.ts';
import { givenSigner } from './fork/given-signer.ts';
import { openRelaySide } from './fork/relay-side.ts';
import { CallLog } from './play/call-log.ts';
import { isAccepted } from './rehearse-forks.ts';
import type { RehearsedCall, RehearsedState } from './report.ts';
import { rehearsedState } from './report-of.ts';
import { genesisOf } from './setup.ts';

/** One call of one account, to be made on a fork of the relay chain. */
export interface ActPlan {
  readonly paraId: ParaId;
  readonly relay: Point<State>;
  readonly call: RelayCall;
  /** Whose signature is taken as given. */
  readonly account: AccountHex;
  /** Relay blocks in which code that was scheduled has to take effect. */
  readonly mostBlocks: RelayBlock;
}

/** What the call did on the fork. */
export interface ActTrial {
  /** Where the fork began. */
  readonly relay: { readonly number: RelayBlock; readonly hash: string };
  readonly call: RehearsedCall | null;
  readonly before: RehearsedState;
  /** For code: once the relay chain switched to it, or gave it up. */
  readonly after: RehearsedState;
  /** Relay blocks that passed. */
  readonly relayBlocks: RelayBlock;
  /** What the account can spend less than before: fees, and deposits; in planck. */
  readonly paid: AmountText;
  /** Why it does not come to what it is made for; null when it does. */
  readonly problem: string | null;
}

/** Relay blocks at once between two looks at the code. */
const STRIDE = 10;
/** Blocks in which a fork includes a call: the last block of a session takes none. */
const INCLUDED_WITHIN = 3;

/**
 * Makes the call on a fork of the relay chain alone; code that it schedules is voted on there by the validators' rules, and time passes until
 * the relay chain switches. Blocks of the para are not built.
 * @throws RESCUE_NODE_*, RESCUE_EXECUTION_FAILED when the fork cannot go on
 */
export async function tryActOnFork(
  { paraId, relay: origin, call, account, mostBlocks }: ActPlan,
  { run, step }: Pick<JobContext, 'run' | 'step'>,
): Promise<ActTrial> {
  await cryptoWaitReady();
  const given = new GivenSignatures();
  const relay = new ForkedChain({ origin, genesisHash: await run(genesisOf(origin)), given, run });
  const code = call.kind === 'schedule-code' ? call.code : null;
  const codeHash = toHex(blake2b256(code ?? new Uint8Array()));
  const accept =
    code !== null && isAccepted(code, (await run(readRelayFacts(origin, paraId))).validationCode);
  const verdict = { codeHash, accept };
  const network = new ForkedNetwork({ relay, paras: [], living: [], verdict, mostBlocks, onBlock: step });
  const side = await openRelaySide(relay);
  try {
    const observe = async (): Promise<ParaObservation> => {
      const [seen] = (await side.reader.observe([paraId])).paras;
      if (!seen) throw new RescueError('RESCUE_INTERNAL', 'The relay reader gave no observation.');
      return seen;
    };
    const spendable = async () => (await side.reader.accounts([account])).accounts[0]?.spendable ?? 0n;
    const [before, had] = [await observe(), await spendable()];
    const calls = new CallLog();
    const submitter = calls.recording(side.submitter(givenSigner(account, given)), relay, 'relay chain');
    const told = await submitter.broadcast(await submitter.sign(call));
    for (
      let count = 0;
      told.kind === 'taken' && count < INCLUDED_WITHIN && relay.ready().length > 0;
      count++
    ) {
      await network.next();
    }
    const [made = null] = await calls.take();
    let problem = made?.problem ?? (told.kind === 'taken' ? null : told.reason);
    if (problem === null && code !== null) problem = await untilSwitch(network, observe, codeHash, paraId);
    const [after, has] = [await observe(), await spendable()];
    return {
      relay: { number: origin.header.number, hash: origin.hash },
      call: made,
      before: rehearsedState(before),
      after: rehearsedState(after),
      relayBlocks: network.passed,
      paid: String(had - has),
      problem,
    };
  } finally {
    await side.close();
  }
}

/** Why the relay chain does not switch to the code; null when it does. */
async function untilSwitch(
  network: ForkedNetwork,
  observe: () => Promise<ParaObservation>,
  codeHash: string,
  paraId: ParaId,
): Promise<string | null> {
  for (;;) {
    const seen = await observe();
    if (seen.currentCodeHash === codeHash) return null;
    if (seen.upgradeGoAhead === 'Abort') return 'the validators would reject the code (upgrade signal Abort)';
    if (seen.futureCodeHash !== codeHash) return 'the relay chain takes the call, and schedules nothing';
    if (seen.futureCodeUpgradeAt == null && seen.futureCodeUpgrade !== null) {
      return 'the relay chain waits for the next head of the para before it switches';
    }
    await network.pass(STRIDE, paraId);
  }
}
