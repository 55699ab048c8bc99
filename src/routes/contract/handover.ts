import type { Acting, PendingApproval } from '../../domain/chain/acting.ts';
import type { Address, ContractAct } from '../../domain/contract/rescue-contract.ts';
import { RescueError } from '../../domain/errors.ts';
import type { RelayReader } from '../../domain/ports/relay.ts';
import type { AccountHex } from '../../domain/units.ts';
import { lookAtActing, reachAt } from '../acting.ts';
import { BY_KEYSTORE, callHandover, commandLine, handoverOf, nodeWords, nothing } from '../handover.ts';
import type { HandedOver, Next } from '../route.ts';
import type { RouteContext } from '../route-context.ts';
import type { Step } from '../step.ts';
import { supplyApproved } from './approval-calls.ts';
import type { ReadView } from './plan.ts';
import type { ContractRescue } from './rescue.ts';

export interface ContractHandoverContext extends Pick<RouteContext, 'submitter' | 'relayUrls'> {
  readonly relay: Pick<RelayReader, 'accounts' | 'multisigState'>;
  /** As whom relay calls are made; nobody is named when it is left out. */
  readonly acting?: Acting;
  /** Nodes of the contracts chain as others may be told of them. */
  readonly contractsUrls?: readonly string[];
}

const NOBODY: Acting = { signer: null, multisig: null };

/** The second approval with the whole call, for an operator whose key is elsewhere. */
export async function handOverApproval(
  { relay, submitter, acting = NOBODY, relayUrls = [] }: ContractHandoverContext,
  rescue: ContractRescue,
  { when }: PendingApproval,
): Promise<HandedOver> {
  const { parties, call, codeHash, decided } = rescue;
  const { operators } = parties;
  const own = submitter.signer();
  if (own !== null && operators.includes(own)) {
    return nothing(`this service's own key, ${own}, supplies the call that the contract has approved`);
  }
  const named = await operatorOf(relay, acting, operators);
  const by = named ?? operators[0];
  if (by === undefined) return nothing('the policy names no operator');
  const who = named === null ? NOBODY : acting;
  const outer = supplyApproved(parties, { call, when, by });
  const look = await lookAtActing({ relay, submitter }, who, by, outer);
  const words = ['contract', 'approve', '--policy', 'POLICY', '--code', `${codeHash}.wasm`];
  const place = { para: decided.paraId, relay: relayUrls, words };
  const about = {
    title: `supply the call with code ${codeHash}, which the rescue contract approved`,
    effect: `the relay chain shows code ${codeHash} as scheduled for para ${decided.paraId}`,
  };
  const handover = handoverOf(about, look, who, place);
  if (named !== null || operators.length === 1) return { kind: 'call', handover, takesBack: false };
  const [command] = handover.commands;
  return {
    kind: 'call',
    handover: {
      ...handover,
      hints: [
        ...handover.hints,
        `these are the bytes of ${by}; any other of the ${operators.length} operators signs others, which the same command makes`,
      ],
      commands: command ? operators.map((operator) => ({ ...command, by: operator })) : [],
    },
    takesBack: false,
  };
}

/** The operator as whom those act who act here; null when they are none, or nobody is named. */
async function operatorOf(
  relay: ContractHandoverContext['relay'],
  { signer, multisig }: Acting,
  operators: readonly AccountHex[],
): Promise<AccountHex | null> {
  const account = multisig?.account ?? signer;
  if (account === null) return null;
  if (operators.includes(account)) return account;
  for (const operator of operators) {
    if ((await reachAt(relay, operator, account)).kind === 'proxy') return operator;
  }
  return null;
}

/** Acts of watchers on the contract. */
type WatchersAct = Extract<
  ContractAct,
  { readonly kind: 'attest' | 'withdraw' | 'execute' | 'attest-cancel' | 'cancel' }
>;

/**
 * The call on the contract that a watcher has to make whose key is elsewhere: the one for whom this service stands, else any other.
 * `nextOf` tells what comes next for a watcher. A key of this service's own acts by itself.
 */
export async function handOverAct(
  context: ContractHandoverContext,
  rescue: ContractRescue,
  view: ReadView,
  nextOf: (self: Address) => Promise<Next>,
): Promise<HandedOver> {
  const { self, submitter } = rescue.watched;
  const hasKey = submitter.signer() !== null;
  const all = view.contract.state.watchers.map(({ address }) => address);
  const outside = [...new Set(self === null ? all : [self, ...all])].filter(
    (address) => !hasKey || address !== self,
  );
  let why: string | null = null;
  for (const address of outside) {
    const next = await nextOf(address);
    if (next.kind === 'act' && isWatchers(next.step.act)) {
      const others = outside.filter((one) => one === address || canMake(next.step.act, one, view));
      return actHandover(context, rescue, { step: next.step, act: next.step.act, by: [address, ...others] });
    }
    why ??= next.kind === 'wait' ? next.why : next.kind === 'failed' ? next.error.message : null;
  }
  return nothing(why?.replace(/\.$/, '') ?? 'no watcher of the rescue contract has anything to sign');
}

function isWatchers(act: ContractAct | undefined): act is WatchersAct {
  switch (act?.kind) {
    case 'attest':
    case 'withdraw':
    case 'execute':
    case 'attest-cancel':
    case 'cancel':
      return true;
    default:
      return false;
  }
}

/** Whether this watcher can make the call too, and has not. */
function canMake(act: ContractAct | undefined, address: Address, { contract }: ReadView): boolean {
  const watcher = contract.state.watchers.find((one) => one.address === address);
  if (!watcher) return false;
  switch (act?.kind) {
    case 'attest':
      return watcher.supports === null;
    case 'withdraw':
      return watcher.supports === act.id;
    case 'attest-cancel':
      return contract.cancelSupport?.watchers.includes(address) === false;
    default:
      return true;
  }
}

async function actHandover(
  { relayUrls = [], contractsUrls = [] }: ContractHandoverContext,
  rescue: ContractRescue,
  { step, act, by }: { readonly step: Step; readonly act: WatchersAct; readonly by: readonly Address[] },
): Promise<HandedOver> {
  const { watched, terms, decided, codeHash } = rescue;
  const { contract, submitter } = watched;
  const accounts = await Promise.all([...new Set(by)].map(contract.accountOf));
  const [first] = accounts;
  if (first === undefined) throw new RescueError('RESCUE_INTERNAL', 'A call is handed over to nobody.');
  let data: Awaited<ReturnType<typeof contract.prepare>>;
  try {
    data = await contract.prepare(act, first);
  } catch (error) {
    if (!(error instanceof RescueError) || error.code !== 'RESCUE_CONTRACT_REFUSES') throw error;
    return nothing(error.message.replace(/\.$/, ''));
  }
  const place = [
    ...nodeWords('--contracts', contractsUrls, 'CONTRACTS'),
    ...['--contract', contract.address, '--contracts-para', String(terms.chain)],
    ...nodeWords('--relay', relayUrls, 'RELAY'),
  ];
  const command = commandLine([
    'contract',
    COMMANDS[act.kind],
    ...place,
    ...(act.kind === 'attest' || act.kind === 'withdraw' ? [] : ['--id', act.id]),
    ...(act.kind === 'withdraw' ? [] : ['--evidence', 'EVIDENCE', '--code', `${codeHash}.wasm`]),
    ...BY_KEYSTORE,
  ]);
  const handover = callHandover(
    { title: step.title, effect: EFFECTS[act.kind] },
    await submitter.prepare(data),
    {
      chain: 'contracts chain',
      url: contractsUrls[0],
      by: accounts.length === 1 ? first : null,
      hints: hintsOf(act, accounts.length, decided.paraId),
      commands: accounts.map((account) => ({ by: account, command })),
    },
  );
  return { kind: 'call', handover, takesBack: step.isOptional === true };
}

/** `pararescue contract …` */
const COMMANDS = {
  attest: 'attest',
  withdraw: 'withdraw',
  execute: 'execute',
  'attest-cancel': 'cancel',
  cancel: 'cancel',
} as const satisfies Record<WatchersAct['kind'], string>;

const EFFECTS: Readonly<Record<WatchersAct['kind'], string>> = {
  attest: 'the decision has one more watcher behind it at the rescue contract',
  withdraw: 'the decision has one watcher less behind it at the rescue contract',
  execute: 'the rescue contract sends its approval of the call to the relay chain',
  'attest-cancel': 'one more watcher wants the approval taken back',
  cancel: 'the rescue contract sends the message that takes its approval back',
};

function hintsOf(act: WatchersAct, watchers: number, paraId: number): string[] {
  const isOnce = act.kind === 'execute' || act.kind === 'cancel';
  const many = isOnce
    ? `one of these ${watchers} watchers is enough`
    : `each of these ${watchers} watchers signs the same bytes`;
  const evidence =
    act.kind === 'attest'
      ? `with a blake2-256 hash of ${act.decision.evidenceHash}: the command counts it anew before it signs, and a wallet does not`
      : 'which holds the policy';
  return [
    ...(watchers > 1 ? [many] : []),
    ...(act.kind === 'withdraw'
      ? []
      : [
          `EVIDENCE is the bundle of the vote ("pararescue evidence --para ${paraId} --out EVIDENCE"), ${evidence}`,
        ]),
  ];
}
