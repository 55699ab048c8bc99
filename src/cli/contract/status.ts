import type { Command } from 'commander';
import { RescueError } from '../../domain/errors.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { type AccountHex, fromHex, type Hex, toHex } from '../../domain/units.ts';
import { composeMessages } from '../../routes/contract/messages.ts';
import { approvalObstacles, contractObstacles } from '../../routes/contract/plan.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo } from '../shared/io.ts';
import { endpointOption } from '../shared/operator-options.ts';
import { type ContractFlags, type ContractSession, withContract, withContractOptions } from './options.ts';
import { placeObstacles, readPolicy, requireTerms } from './policy.ts';
import { type RelaySide, relayToken, withRelaySide } from './relay.ts';
import { type ContractView, contractText, type RelayView, relayText } from './status-text.ts';

interface StatusFlags extends ContractFlags {
  readonly relay?: readonly string[];
  readonly policy?: string;
  readonly code?: string;
}

/** Stands for the call whose hash is not known without the code. */
const NO_CALL: Hex = `0x${'00'.repeat(32)}`;
/** An approval of a call is about this long. */
const USUAL_CALL: Hex = `0x${'00'.repeat(120)}`;

export function registerContractStatus(group: Command, io: CommandIo): void {
  withContractOptions(group.command('status'))
    .description(
      'tell everything that the contract says of itself, and what it lacks to act on the relay chain',
    )
    .addOption(endpointOption('--relay <url>', 'the relay chain, with --policy: look at its side too'))
    .option('--policy <file>', 'the policy, which names operators and fee')
    .option('--code <file>', 'with --relay: look for the approval of this code')
    .option('--account <address>', 'an account with funds for a deployment, to compare EVM code with ours')
    .action((flags: StatusFlags) => withContract(flags, io, (session) => status(session, flags, io)));
}

async function status(session: ContractSession, flags: StatusFlags, io: CommandIo): Promise<void> {
  if (flags.relay && flags.policy === undefined) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'with --relay give --policy too: it names the operators that share the multisig with the contract',
    );
  }
  const read = flags.policy === undefined ? null : await readPolicy(flags.policy);
  const view = await viewContract(session);
  const problems = read === null ? [] : policyProblems(session, read.policy, read.hash);
  const relay =
    read !== null && flags.relay
      ? await withRelaySide(flags.relay, session.state.para, io, (side) =>
          viewRelay(session, side, read.policy, read.hash, flags.code),
        )
      : null;
  if (flags.json) io.stdout(jsonText({ ...view, policyProblems: problems, relay }));
  else {
    io.stdout(contractText(session, view));
    for (const problem of problems) io.stdout(`warning: ${problem}\n`);
    if (relay) io.stdout(`\n${relayText(relay)}`);
  }
}

async function viewContract({ chain, contract, state, by }: ContractSession): Promise<ContractView> {
  const [{ relayAccountOf }, { checkCode }] = await Promise.all([
    import('../../contract/index.ts'),
    import('./code.ts'),
  ]);
  const { message } = contract.wrap(USUAL_CALL, 10n ** 10n);
  const [code, deliveryFee, decided] = await Promise.all([
    checkCode(chain, contract, state, by),
    contract.deliveryFee(message),
    state.decided === null ? null : contract.decision(state.decided),
  ]);
  return {
    address: contract.address,
    account: contract.account,
    relayAccount: toHex(relayAccountOf(chain.paraId, fromHex(contract.account))),
    chain: { genesis: chain.genesis, paraId: chain.paraId },
    code,
    deliveryFee,
    state,
    decided,
  };
}

function policyProblems({ chain, contract, state }: ContractSession, policy: Policy, hash: Hex): string[] {
  const place = { para: state.para, address: contract.address, genesis: chain.genesis, chain: chain.paraId };
  return [
    ...placeObstacles(policy, place),
    ...(state.policyHash === null || state.policyHash === hash
      ? []
      : [`the contract is opted in with policy ${state.policyHash}, not with this one (${hash})`]),
  ];
}

async function viewRelay(
  { contract, state }: ContractSession,
  side: RelaySide,
  policy: Policy,
  hash: Hex,
  codeFile: string | undefined,
): Promise<RelayView> {
  const { reader, calls, observation } = side;
  const terms = requireTerms(policy);
  const fee = BigInt(terms.fee);
  const parties = contract.parties(terms.operators as AccountHex[]);
  const manager = observation.registrar?.manager ?? null;
  const code = codeFile === undefined ? null : await readCodeFile(codeFile);
  const subject = { terms, observation, code: code ?? new Uint8Array() };
  const messages = code === null ? null : await composeMessages(calls, contract, subject);
  const approval = await reader.approvalState(parties, messages?.callHash ?? NO_CALL, manager);
  return {
    block: observation.relay,
    head: observation.head,
    manager,
    locked: observation.registrar?.locked ?? null,
    parties,
    fee,
    approval,
    callHash: messages?.callHash ?? null,
    token: await relayToken(side),
    obstacles: [
      ...contractObstacles(state, observation, hash),
      ...approvalObstacles(observation, parties, approval, fee),
    ],
  };
}
