import { encodeText } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import type { Address } from '../domain/contract/rescue-contract.ts';
import { RescueError } from '../domain/errors.ts';
import { policyHash } from '../domain/policy/policy.ts';
import type { RelaySubmitter } from '../domain/ports/submitter.ts';
import type { DecidedRound } from '../domain/round/decided.ts';
import type { AccountHex } from '../domain/units.ts';
import type { GivenSignatures } from '../executor/given-signatures.ts';
import { blake2b256 } from '../proof/index.ts';
import { decisionOf } from '../routes/contract/decision.ts';
import { createContractRoute } from '../routes/contract/route.ts';
import { watchContract } from '../routes/contract/watched-contract.ts';
import { memoryJournal } from '../routes/executor.ts';
import { createRegistrarRoute } from '../routes/registrar/route.ts';
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
}

/**
 * Who carries the decision out: one with the manager's key, which may be an operator and a watcher of the rescue contract besides; and
 * as many more watchers as must agree.
 */
export async function actorsOf(setting: ActorsSetting): Promise<readonly [Actor, ...Actor[]]> {
  const { contracts, rescue } = setting;
  const operator = (rescue.policy.contract?.operators[0] ?? null) as AccountHex | null;
  const watchers = contracts === null ? [] : await watchersOf(contracts);
  const [first = null, ...others] = watchers;
  return [actor(setting, operator, first), ...others.map((watcher) => actor(setting, null, watcher))];
}

/** Accounts of as many watchers as decide. */
async function watchersOf({ contract, accountOf }: ContractsSide): Promise<AccountHex[]> {
  const { watchers, threshold } = await contract.state();
  return Promise.all(watchers.slice(0, threshold).map(({ address }) => accountOf(address as Address)));
}

function actor(setting: ActorsSetting, operator: AccountHex | null, watcher: AccountHex | null): Actor {
  const { relay, side, contracts, rescue, code, calls, given, managers } = setting;
  const journal = memoryJournal();
  const shared = { relay: side.reader, ledger: { code: async () => code }, journal };
  const registrar = createRegistrarRoute({ ...shared, submitter: managers });
  if (contracts === null) return { journal, routes: new Map([[registrar.name, registrar]]) };
  const signer = (account: AccountHex | null) =>
    account === null ? { account: null, pair: null } : givenSigner(account, given);
  const submitter = calls.recording(side.submitter(signer(operator)), relay, 'relay chain');
  const own = calls.recording(contracts.submitter(signer(watcher)), contracts.chain, 'contracts chain');
  const watched = watchContract({ contract: contracts.contract, submitter: own });
  const contract = createContractRoute({
    ...shared,
    submitter,
    contracts: new Map([[rescue.paraId, watched]]),
    peers: [],
    agreementOn: () => ({
      choose: (_watched, _decided, _view, common) => decided(setting, contracts, common),
    }),
  });
  return {
    journal,
    routes: new Map([
      [registrar.name, registrar],
      [contract.name, contract],
    ]),
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
