import type { Command } from 'commander';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { RelaySession } from '../../chain/relay/session.ts';
import type { CodeCheck } from '../../contract/index.ts';
import { NO_CALL } from '../../domain/contract/rescue-contract.ts';
import { requireTerms, termsObstacles } from '../../domain/contract/terms.ts';
import { printable } from '../../domain/plain-text.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { AccountHex, Hex } from '../../domain/units.ts';
import { actingObstacles } from '../../routes/contract/acting.ts';
import { composeMessages } from '../../routes/contract/messages.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo } from '../shared/io.ts';
import { endpointOption, withRelay } from '../shared/operator-options.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { type ContractFlags, type ContractSession, withContract, withContractOptions } from './options.ts';
import { type CodeView, type ContractView, contractText, type RelayView, relayText } from './status-text.ts';

interface StatusFlags extends ContractFlags {
  readonly relay?: readonly string[];
  readonly policy?: string;
  readonly code?: string;
}

export function registerContractStatus(group: Command, io: CommandIo): void {
  withContractOptions(
    group.command('status'),
    endpointOption(
      '--relay <url>',
      'the relay chain: read the contract at the head that it includes, and with --policy look at its side too',
    ),
  )
    .description(
      'tell everything that the contract says of itself, and what it lacks to act on the relay chain',
    )
    .option('--policy <file>', 'the policy, which names operators and fee')
    .option('--code <file>', 'with --relay and --policy: look for the approval of this code')
    .option('--account <address>', 'an account with funds for a deployment, to compare EVM code with ours')
    .action((flags: StatusFlags) => withContract(flags, io, (session) => status(session, flags, io)));
}

async function status(session: ContractSession, flags: StatusFlags, io: CommandIo): Promise<void> {
  const read = flags.policy === undefined ? null : await readPolicy(flags.policy);
  const view = await viewContract(session);
  const problems = read === null ? [] : policyProblems(session, read.policy, read.hash);
  const relay =
    read !== null && flags.relay
      ? await withRelay({ ...flags, para: session.state.para, relay: flags.relay }, io, (side) =>
          viewRelay(session, side, read.policy, read.hash, flags.code),
        )
      : null;
  if (flags.json) io.stdout(jsonText({ ...view, policyProblems: problems, relay }));
  else {
    io.stdout(contractText(session, view));
    for (const problem of problems) io.stdout(`warning: ${printable(problem)}\n`);
    if (relay) io.stdout(`\n${relayText(relay)}`);
  }
}

async function viewContract({ chain, contract, state, by }: ContractSession): Promise<ContractView> {
  const { checkCode, relayAccountOf } = await import('../../contract/index.ts');
  const [code, deliveryFee, decided] = await Promise.all([
    checkCode(chain, contract, state.block.hash, state, by),
    contract.usualDeliveryFee(),
    state.decided === null ? null : contract.decision(state.decided),
  ]);
  return {
    address: contract.address,
    account: contract.account,
    relayAccount: toHex(relayAccountOf(chain.paraId, fromHex(contract.account))),
    chain: { genesis: chain.genesis, paraId: chain.paraId },
    code: codeView(code),
    deliveryFee,
    state,
    decided,
  };
}

function codeView(code: CodeCheck): CodeView {
  switch (code.kind) {
    case 'untold':
      return { kind: 'unknown', codeHash: null, reason: 'the chain does not tell the hash of its code' };
    case 'no-deployer':
      return {
        kind: 'unknown',
        codeHash: code.codeHash,
        reason:
          'no account is known that could deploy such a contract, to compare with: name one with --account',
      };
    default:
      return code;
  }
}

function policyProblems({ chain, contract, state }: ContractSession, policy: Policy, hash: Hex): string[] {
  const place = { para: state.para, address: contract.address, genesis: chain.genesis, chain: chain.paraId };
  return [
    ...termsObstacles(policy, place),
    ...(state.policyHash === null || state.policyHash === hash
      ? []
      : [`the contract is opted in with policy ${state.policyHash}, not with this one (${hash})`]),
  ];
}

async function viewRelay(
  { contract, state }: ContractSession,
  side: RelaySession,
  policy: Policy,
  hash: Hex,
  codeFile: string | undefined,
): Promise<RelayView> {
  const { reader, submitter, observation } = side;
  const terms = requireTerms(policy);
  const fee = BigInt(terms.fee);
  const parties = contract.parties(terms.operators as AccountHex[]);
  const { readToken } = await import('../../chain/nodes/token.ts');
  const manager = observation.registrar?.manager ?? null;
  const code = codeFile === undefined ? null : await readCodeFile(codeFile);
  const subject = { terms, observation, code: code ?? new Uint8Array() };
  const messages = code === null ? null : await composeMessages(submitter, contract, subject);
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
    token: await readToken(side.endpoints),
    obstacles: actingObstacles(observation, state, { parties, state: approval }, { terms, policyHash: hash }),
  };
}
