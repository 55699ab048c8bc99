import type { Command } from 'commander';
import type { RelaySession } from '../../chain/relay/session.ts';
import { requireTerms, termsObstacles } from '../../domain/contract/terms.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { actingObstacles } from '../../routes/contract/acting.ts';
import { commonPart, decisionOf } from '../../routes/contract/decision.ts';
import { optInProblem } from '../../routes/contract/terms.ts';
import type { ProvenVote } from '../../voting/evidence/approved-code.ts';
import { countArgument, hashArgument, proxyTypeArgument } from '../shared/arguments.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo } from '../shared/io.ts';
import { withRelayToAct } from '../shared/operator-options.ts';
import { releaseWarnings } from '../shared/release-text.ts';
import { type CallTerms, carryOutAct } from './call.ts';
import { openBundle, proveVoteOf } from './evidence.ts';
import {
  type ContractFlags,
  type ContractSession,
  relayNeeded,
  withCallOptions,
  withContract,
  withContractOptions,
} from './options.ts';

interface AttestFlags extends ContractFlags {
  readonly relay: readonly string[];
  readonly evidence: string;
  readonly code: string;
  readonly attempt?: number;
  readonly layout?: Hex;
  readonly proxyType?: Readonly<Record<string, number>>;
}

export function registerAttest(group: Command, io: CommandIo): void {
  withCallOptions(withContractOptions(group.command('attest'), relayNeeded()), "a watcher's")
    .description('as a watcher: recompute a vote from its evidence and attest the decision to the contract')
    .requiredOption('--evidence <file>', 'the bundle, as "pararescue evidence" writes it')
    .requiredOption('--code <file>', 'the approved runtime, wasm or compressed wasm')
    .option(
      '--attempt <n>',
      'default: the one that comes next, as many as were sent for this round',
      countArgument,
    )
    .option(
      '--layout <hash>',
      "hash of the para's storage layout, taken from its metadata, when it is not the standard one",
      hashArgument,
    )
    .option(
      '--proxy-type <name=index>',
      "a type of proxies as the para's metadata numbers it, where others than Any voted; as often as you know one",
      proxyTypeArgument,
    )
    .action((flags: AttestFlags) =>
      withContract(flags, io, (session) =>
        withRelayToAct({ ...flags, para: session.state.para }, io, (side) =>
          attest(session, side, flags, io),
        ),
      ),
    );
}

/** The evidence must hold as a whole, whatever the contract would take. */
async function attest(
  session: ContractSession,
  side: RelaySession,
  flags: AttestFlags,
  io: CommandIo,
): Promise<void> {
  const { state, contract, chain } = session;
  const { policyHash } = await import('../../domain/policy/policy.ts');
  const code = await readCodeFile(flags.code);
  const { policy } = await openBundle(flags.evidence, io.signal);
  const terms = requireTerms(policy);
  const hash = policyHash(policy);
  const { layout, proxyType: proxyTypes } = flags;
  const trust = { policy: hash, layout, proxyTypes, isFinal: side.reader.isFinalized };
  const vote = await proveVoteOf(flags.evidence, trust, io.signal);
  await requireCode(flags.code, code, vote.codeHash);

  const { composeMessages } = await import('../../routes/contract/messages.ts');
  const messages = await composeMessages(side.submitter, contract, { ...side, terms, code });
  const { parties, callHash } = messages;
  const round = await contract.round(vote.result.roundId);
  const attempt = flags.attempt ?? round.attempt;
  const decision = decisionOf(vote, commonPart(messages, attempt));
  const place = { para: state.para, address: contract.address, genesis: chain.genesis, chain: chain.paraId };
  const manager = side.observation.registrar?.manager ?? null;
  const approval = await side.reader.approvalState(parties, callHash, manager);
  const id = await contract.idOf(decision);
  const optedOut = optInProblem(state, side.observation, hash);
  const callTerms: CallTerms = {
    obstacles: [
      ...termsObstacles(policy, place),
      ...(optedOut === null ? [] : [optedOut]),
      ...headObstacles(side, vote),
    ],
    warnings: [
      ...releaseWarnings(policy),
      ...actingObstacles(
        side.observation,
        state,
        { parties, state: approval },
        { terms, policyHash: hash },
      ).filter((reason) => reason !== optedOut),
      ...(approval.approval === null
        ? []
        : [
            'an approval of this call is pending on the relay chain already: an operator can supply the code',
          ]),
    ],
    effect: `decision ${id} has one more watcher behind it`,
  };
  await carryOutAct(session, { kind: 'attest', decision }, callTerms, flags, io, [['decision', id]]);
}

/** @throws RESCUE_CODE_INVALID when the file is not the approved code */
async function requireCode(file: string, code: Uint8Array, approved: Hex): Promise<void> {
  const { hashCode } = await import('../../code/inspect.ts');
  const hash = hashCode(code);
  if (hash === approved) return;
  throw new RescueError(
    'RESCUE_CODE_INVALID',
    `the file ${file} holds the code ${hash}, but the vote approved ${approved}`,
  );
}

function headObstacles({ observation, genesis }: RelaySession, { result }: ProvenVote): string[] {
  const obstacles: string[] = [];
  if (genesis !== result.relayGenesis) {
    obstacles.push(`the vote is of the relay chain ${result.relayGenesis}, but this one is ${genesis}`);
  }
  const { head } = observation;
  if (head?.hash !== result.head) {
    obstacles.push(
      `the para's head is ${head ? `block ${head.number}, ${head.hash}` : 'unreadable'}, not ${result.head}: the vote is void`,
    );
  }
  return obstacles;
}
