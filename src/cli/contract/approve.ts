import type { Command } from 'commander';
import type { RelaySession } from '../../chain/relay/session.ts';
import { reachOf } from '../../domain/chain/acting.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { requireTerms } from '../../domain/contract/terms.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ApprovalView, ChainView } from '../../domain/route/view.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { AccountHex } from '../../domain/units.ts';
import { enactmentDelay, scheduleFacts } from '../../routes/code-upgrade.ts';
import { supplyApproved } from '../../routes/contract/approval-calls.ts';
import { pendingFact, scheduleCall } from '../../routes/contract/plan.ts';
import { obstacles as obstaclesOf } from '../../routes/facts.ts';
import type { PageFlags } from '../shared/act-page.ts';
import { type ActingFlags, actingOf } from '../shared/acting-flags.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo } from '../shared/io.ts';
import { carryOut } from '../shared/operator-call.ts';
import {
  endpointOption,
  type SubmitFlags,
  type TrustFlags,
  withActingOptions,
  withPageOption,
  withRelayToAct,
  withSubmitOptions,
  withTrustOptions,
} from '../shared/operator-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { releaseWarnings } from '../shared/release-text.ts';

interface ApproveFlags extends SubmitFlags, ActingFlags, TrustFlags, PageFlags {
  readonly relay: readonly string[];
  readonly code: string;
  readonly policy: string;
}

/** A view in which the contract's way to act on the relay chain was read. */
type ReadApproval = ChainView & { readonly approval: ApprovalView };

export function registerApprove(group: Command, io: CommandIo): void {
  withPageOption(
    withTrustOptions(withActingOptions(withSubmitOptions(group.command('approve'), "an operator's"))),
  )
    .description(
      'as an operator: supply the code of the call that the contract has approved on the relay chain',
    )
    .addOption(endpointOption('--relay <url>', 'the relay chain').makeOptionMandatory())
    .requiredOption('--policy <file>', 'the policy, which names contract and operators')
    .requiredOption('--code <file>', 'the approved runtime, wasm or compressed wasm')
    .option('--json', 'print JSON for machines')
    .action((flags: ApproveFlags) => approve(flags, io));
}

async function approve(flags: ApproveFlags, io: CommandIo): Promise<void> {
  const [{ approvalParties }, { hashCode }] = await Promise.all([
    import('../../contract/index.ts'),
    import('../../code/inspect.ts'),
  ]);
  const { policy } = await readPolicy(flags.policy);
  const terms = requireTerms(policy);
  const code = await readCodeFile(flags.code);
  const codeHash = hashCode(code);
  const { para } = policy;
  const operators = terms.operators as AccountHex[];
  const parties = approvalParties(terms.chain, terms.address as AccountHex, operators);

  await withRelayToAct({ ...flags, para }, io, async (session) => {
    const { observation, limits, reader, submitter } = session;
    const call = scheduleCall(observation, parties, code);
    const { hash: callHash } = await submitter.prepare(call);
    const look = async (now: ParaObservation): Promise<ReadApproval> => {
      const state = await reader.approvalState(parties, callHash, now.registrar?.manager ?? null);
      return { ...viewOfRelay(now, limits), approval: { parties, state } };
    };
    const before = [
      ...scheduleFacts(codeHash, code.length),
      { kind: 'multisig-acts-for-manager', multisig: parties.multisig } as const,
    ];
    const view = await look(observation);
    const when = view.approval.state.approval?.when;
    if (!when) {
      const obstacles = obstaclesOf(before, view);
      throw new RescueError(
        'RESCUE_CHAIN_REFUSES',
        `the contract has approved no call with the hash ${callHash}: either its message has not arrived, or it approved another code (${['see "pararescue contract status"', ...obstacles].join('; ')})`,
        { details: { callHash, obstacles } },
      );
    }
    const by = await operatorFor(session, flags, operators);
    if (!by) throw new RescueError('RESCUE_POLICY_INVALID', 'the policy names no operator');
    const act = {
      call: supplyApproved(parties, { call, when, by }),
      real: by,
      name: 'contract approve',
      code: { hash: codeHash, bytes: code.length, runtime: null },
      words: ['contract', 'approve', '--policy', flags.policy, '--code', flags.code],
      before: [pendingFact({ parties, callHash }), ...before],
      after: [{ kind: 'code-scheduled-or-current', codeHash } as const],
      look,
      hint: 'when the call inside the approval failed, multisig.MultisigExecuted tells why',
      warnings: [
        ...releaseWarnings(policy),
        `the contract approved call ${callHash} in relay block ${when.height}; its deposit comes back to it`,
        `the code applies about ${enactmentDelay(limits)} relay blocks after it was scheduled, if the validators accept it`,
      ],
      effect: `code ${codeHash} is scheduled for para ${para}`,
    };
    await carryOut(session, act, flags, io);
  });
}

/** The operator that the signer is, or acts for; the first one when it is not told who signs. */
async function operatorFor(
  { reader, signer }: Pick<RelaySession, 'reader' | 'signer'>,
  flags: ApproveFlags,
  operators: readonly AccountHex[],
): Promise<AccountHex | undefined> {
  const acting = await actingOf(flags, signer.account);
  const account = acting.multisig?.account ?? acting.signer;
  if (account === null || operators.includes(account)) return account ?? operators[0];
  const { accounts } = await reader.accounts(operators);
  const real = accounts.find(
    ({ account: real, proxies }) => reachOf(real, account, proxies).kind === 'proxy',
  );
  return real?.account ?? operators[0];
}
