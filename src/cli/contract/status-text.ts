import type { CodeCheck } from '../../contract/index.ts';
import { type Token, tokenAmount } from '../../domain/amount.ts';
import type { ParaHeadRef, RelayBlockRef } from '../../domain/chain/observation.ts';
import type {
  Address,
  ApprovalParties,
  ApprovalState,
  ContractState,
  DecisionState,
} from '../../domain/contract/rescue-contract.ts';
import { printable } from '../../domain/plain-text.ts';
import type { AccountHex, Hex, ParaId, Planck } from '../../domain/units.ts';
import { facts } from '../shared/table.ts';
import { decisionFacts, guardiansText, secondsText, timeText } from './act-text.ts';
import type { ContractSession } from './options.ts';

/** Whether it is our code, or why that is not known. */
export type CodeView =
  | Extract<CodeCheck, { readonly kind: 'ours' | 'other' }>
  | { readonly kind: 'unknown'; readonly codeHash: Hex | null; readonly reason: string };

/** What `contract status` tells of the contract. */
export interface ContractView {
  readonly address: Address;
  readonly account: AccountHex;
  /** Its derived account. */
  readonly relayAccount: AccountHex;
  readonly chain: { readonly genesis: Hex; readonly paraId: ParaId };
  readonly code: CodeView;
  /** Of a message of the usual length; null when the chain does not tell. */
  readonly deliveryFee: Planck | null;
  readonly state: ContractState;
  readonly decided: DecisionState | null;
}

/** What it tells of the relay chain's side. */
export interface RelayView {
  readonly block: RelayBlockRef;
  readonly head: ParaHeadRef | null;
  readonly manager: AccountHex | null;
  readonly locked: boolean | null;
  readonly parties: ApprovalParties;
  /** What the policy lets a message spend. */
  readonly fee: Planck;
  readonly approval: ApprovalState;
  /** Of the call that was looked for; null without a code. */
  readonly callHash: Hex | null;
  readonly token: Token;
  /** Why the contract could not act now; empty when it could. */
  readonly obstacles: readonly string[];
}

type Fact = readonly [string, string | null];

export function contractText({ token }: ContractSession, view: ContractView): string {
  const { state } = view;
  return facts([
    ['contract', `${view.address} on para ${view.chain.paraId}, genesis ${view.chain.genesis}`],
    ['as of', `block ${state.block.number}, ${timeText(state.time)}`],
    ['code', codeText(view.code)],
    ['for', `para ${state.para}, whose own account there is ${state.paraAccount}`],
    ['manager', state.manager ?? 'none: only the para itself opts in and out'],
    ['opt-in', optInText(state)],
    ...rulesFacts(state),
    ...decidedFacts(view),
    ['last sent', state.lastSentId === null ? 'nothing' : `decision ${state.lastSentId}`],
    ['account', `${view.account}, balance ${tokenAmount(state.balance, token)}`],
    ['delivery', deliveryText(view, token)],
    ['on the relay', `${view.relayAccount} speaks for it`],
  ]);
}

function codeText(code: CodeView): string {
  if (code.kind === 'ours') {
    return `the rescue contract of this version, as ${code.vm === 'evm' ? 'EVM' : 'PolkaVM'} code (${code.codeHash})`;
  }
  if (code.kind === 'other') return `NOT that of this version: do not trust what it says (${code.codeHash})`;
  return `not compared (${code.codeHash ?? 'no hash'}): ${code.reason}`;
}

function optInText({ policyHash, epoch, para }: ContractState): string {
  if (policyHash !== null) return `para ${para} is opted in with policy ${policyHash}, epoch ${epoch}`;
  return epoch === 0n ? `para ${para} never opted in` : `para ${para} is opted out, epoch ${epoch}`;
}

function rulesFacts(state: ContractState): Fact[] {
  if (state.policyHash === null) return [];
  const watchers = state.watchers.map(
    ({ address, supports }): Fact => [`  ${address}`, `supports ${supports ?? 'no decision'}`],
  );
  const guardians = state.guardians.map((address): Fact => [`  ${address}`, 'guardian']);
  return [
    ['watchers', `${state.threshold} of ${state.watchers.length} must agree`],
    ...watchers,
    ['veto', vetoText(state)],
    ...guardians,
  ];
}

function vetoText({ guardians, vetoSeconds }: ContractState): string {
  const delay = vetoSeconds === 0n ? 'at once' : `${secondsText(vetoSeconds)} later`;
  return `${guardiansText(guardians.length)}; a decision is executed ${delay}`;
}

function decidedFacts({ decided, state }: ContractView): Fact[] {
  if (state.decided === null || decided === null) return [['decided', 'nothing in this epoch']];
  return [
    ['decided', `${state.decided}: ${decisionText(decided, state)}`],
    ...decisionFacts(decided.decision),
  ];
}

function decisionText(
  { support, sent, vetoes, forbidden, cancelled, executableAt }: DecisionState,
  state: ContractState,
): string {
  const against = vetoes === 0 ? '' : `, vetoed by ${vetoes}`;
  const behind = `${support} watcher${support === 1 ? '' : 's'} behind it${against}`;
  if (cancelled) return `${behind}; sent, and taken back`;
  if (sent) return `${behind}; its message was sent`;
  if (forbidden) return `${behind}; guardians have forbidden it`;
  if (executableAt === null) return `${behind}: too few now, it cannot be executed`;
  return executableAt <= state.time
    ? `${behind}; any watcher can execute it`
    : `${behind}; can be executed from ${timeText(executableAt)} on`;
}

function deliveryText({ deliveryFee, state }: ContractView, token: Token): string {
  if (deliveryFee === null) return 'the chain does not tell what carrying a message costs';
  const costs = `carrying a message costs about ${tokenAmount(deliveryFee, token)}`;
  return state.balance >= deliveryFee ? `${costs}, which it has` : `${costs}, which it does NOT have`;
}

export function relayText(view: RelayView): string {
  const { parties, approval, token } = view;
  const needed = view.fee + approval.deposit;
  const split = `${tokenAmount(view.fee, token)} for a message, ${tokenAmount(approval.deposit, token)} deposit of an approval`;
  return [
    facts([
      ['relay chain', `block ${view.block.number}, ${view.block.hash}`],
      [
        'head',
        view.head ? `block ${view.head.number} of the para, ${view.head.hash}` : 'none that can be read',
      ],
      ['contract', `${parties.derived} speaks for it, can spend ${tokenAmount(approval.derivedFree, token)}`],
      ['  needs', `${tokenAmount(needed, token)}: ${split}`],
      ['operators', parties.operators.join(', ')],
      ['multisig', `${parties.multisig}, two of two: contract and operators`],
      ['manager', managerText(view)],
      ['lock', lockText(view.locked)],
      ['approval', approvalText(view)],
    ]),
    ...view.obstacles.map((text) => `cannot act: ${printable(text)}\n`),
    view.obstacles.length === 0 ? 'the contract can act for the para\n' : '',
  ].join('');
}

function managerText({ manager, parties, approval }: RelayView): string {
  if (manager === null) return 'the para has none';
  if (manager === parties.multisig) return `${manager}: it is the multisig`;
  const proxy = approval.proxies.find(({ delegate }) => delegate === parties.multisig);
  if (!proxy) return `${manager}: neither the multisig, nor has it the multisig as a proxy`;
  return `${manager}: has the multisig as a proxy (${proxy.kind}, delay ${proxy.delay} blocks)`;
}

function lockText(locked: boolean | null): string {
  if (locked === null) return 'open: never locked, and the first included head locks it';
  return locked ? 'locked: the manager may not act' : 'open: the manager may act';
}

function approvalText({ approval: { approval }, callHash, parties }: RelayView): string {
  if (callHash === null) return 'not looked for: give --code';
  if (approval === null) return `none of call ${callHash} is pending`;
  const who = approval.depositor === parties.derived ? 'the contract' : approval.depositor;
  return `${who} approved call ${callHash} in block ${approval.when.height}, extrinsic ${approval.when.index}`;
}
