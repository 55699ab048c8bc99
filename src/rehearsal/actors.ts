import { encodeText } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import type { Acting } from '../domain/chain/acting.ts';
import type { Address } from '../domain/contract/rescue-contract.ts';
import { RescueError } from '../domain/errors.ts';
import { policyHash } from '../domain/policy/policy.ts';
import type { RelaySubmitter } from '../domain/ports/submitter.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { ChainView } from '../domain/route/view.ts';
import type { AccountHex } from '../domain/units.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { blake2b256 } from '../proof/index.ts';
import { decisionOf } from '../routes/contract/decision.ts';
import { createContractRoute } from '../routes/contract/route.ts';
import { watchContract } from '../routes/contract/watched-contract.ts';
import { memoryJournal } from '../routes/executor.ts';
import { createRegistrarRoute } from '../routes/registrar/route.ts';
import type { Next, Route } from '../routes/route.ts';
import type { ContractsSide } from './fork/contracts-side.ts';
import type { ForkedChain } from './fork/forked-chain.ts';
import { givenSigner } from './fork/given-signer.ts';
import type { RelaySide } from './fork/relay-side.ts';
import type { CallLog } from './play/call-log.ts';
import type { Actor } from './play/play.ts';

/** What those who act have in common. */
export interface ActorsSetting {
  readonly relay: ForkedChain;
  readonly side: RelaySide;
  /** Null without a contracts chain. */
  readonly contracts: ContractsSide | null;
  readonly rescue: DecidedRound;
  readonly code: Uint8Array;
  readonly calls: CallLog;
  readonly given: GivenSignatures;
  readonly managers: RelaySubmitter;
  /** Who acts for the manager; null when its own key does, which is that of `managers`. */
  readonly acting: Acting | null;
}

/** What one of those who act has the keys for. */
interface Part {
  readonly operator: AccountHex | null;
  readonly watcher: AccountHex | null;
  /** Whether it acts for the manager: which signatory of a multisig it is, and after how many others. */
  readonly manages: { readonly acting: Acting | null; readonly after: number } | null;
}

/**
 * Who carries the decision out: one with the manager's key, which may be an operator and a watcher of the rescue contract besides, or one
 * for each signatory who is needed for the manager's calls; and as many watchers as must agree.
 */
export async function actorsOf(setting: ActorsSetting): Promise<readonly [Actor, ...Actor[]]> {
  const { contracts, rescue, acting } = setting;
  const operator = (rescue.policy.contract?.operators[0] ?? null) as AccountHex | null;
  const watchers = contracts === null ? [] : await watchersOf(contracts);
  const managers = managersOf(acting);
  const part = (place: number): Part => {
    const manager = managers[place];
    return {
      operator: place === 0 ? operator : null,
      watcher: watchers[place] ?? null,
      manages: manager === undefined ? null : { acting: manager, after: place },
    };
  };
  const others = Array.from({ length: Math.max(managers.length, watchers.length) - 1 }, (_, at) => at + 1);
  return [actor(setting, part(0)), ...others.map((place) => actor(setting, part(place)))];
}

/** One for each signature that the manager's calls need. */
function managersOf(acting: Acting | null): readonly (Acting | null)[] {
  if (acting === null || acting.multisig === null) return [acting];
  const { signer, multisig } = acting;
  const { signatories, threshold } = multisig;
  const inOrder = signer === null ? signatories : [signer, ...signatories.filter((one) => one !== signer)];
  return inOrder.slice(0, threshold).map((account) => ({ signer: account, multisig }));
}

/** Accounts of as many watchers as decide. */
async function watchersOf({ contract, accountOf }: ContractsSide): Promise<AccountHex[]> {
  const { watchers, threshold } = await contract.state();
  return Promise.all(watchers.slice(0, threshold).map(({ address }) => accountOf(address as Address)));
}

function actor(setting: ActorsSetting, { operator, watcher, manages }: Part): Actor {
  const { relay, side, contracts, rescue, code, calls, given, managers } = setting;
  const journal = memoryJournal();
  const shared = { relay: side.reader, ledger: { code: async () => code }, journal };
  const signer = (account: AccountHex | null) =>
    account === null ? { account: null, pair: null } : givenSigner(account, given);
  const routes: Route[] = [];
  if (manages) {
    const { acting, after } = manages;
    const submitter = acting
      ? calls.recording(side.submitter(signer(acting.signer)), relay, 'relay chain')
      : managers;
    routes.push(inTurn(createRegistrarRoute({ ...shared, submitter, ...(acting && { acting }) }), after));
  }
  if (contracts !== null && (operator !== null || watcher !== null)) {
    const submitter = calls.recording(side.submitter(signer(operator)), relay, 'relay chain');
    const own = calls.recording(contracts.submitter(signer(watcher)), contracts.chain, 'contracts chain');
    const watched = watchContract({ contract: contracts.contract, submitter: own });
    routes.push(
      createContractRoute({
        ...shared,
        submitter,
        contracts: new Map([[rescue.paraId, watched]]),
        peers: [],
        agreementOn: () => ({
          choose: (_watched, _decided, _view, common) => decided(setting, contracts, common),
        }),
      }),
    );
  }
  return { journal, routes: new Map(routes.map((route) => [route.name, route])) };
}

/**
 * The route of a signatory who comes after as many others: people sign one after the other, and of two first approvals in one block the
 * second would fail.
 */
function inTurn(route: Route, after: number): Route {
  if (after === 0) return route;
  const held = (next: Next, { multisig, observation }: ChainView): Next =>
    next.kind === 'act' &&
    (multisig?.state.approval?.approvals.length ?? 0) < after &&
    observation.registrar?.locked !== true
      ? { kind: 'wait', needs: 'people', why: 'other signatories approve the call first' }
      : next;
  return {
    ...route,
    next: async (rescue, view) => held(await route.next(rescue, view), view),
    relock: async (rescue, view) => {
      const found = await route.relock(rescue, view);
      return found && { ...found, next: held(found.next, found.view) };
    },
  };
}

/** The decision of a vote that nobody held: one voice for it, and none against. */
async function decided(
  { rescue }: ActorsSetting,
  { contract }: ContractsSide,
  common: Parameters<typeof decisionOf>[1],
) {
  const { paraId, anchor, roundId, approved, policy } = rescue;
  if (roundId === null) throw new RescueError('RESCUE_INTERNAL', 'The round of a rehearsal has an id.');
  const decision = decisionOf(
    {
      result: {
        paraId,
        head: anchor.head.hash,
        headNumber: anchor.head.number,
        roundId,
        policy: policyHash(policy),
      },
      codeHash: approved.codeHash,
      evidenceHash: toHex(blake2b256(encodeText('the evidence of a rehearsal'))),
      sums: { ayes: 1n, nays: 0n, abstains: 0n, electorate: 1n },
    },
    common,
  );
  return { decision, id: await contract.idOf(decision) };
}
