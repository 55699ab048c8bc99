import { setTimeout } from 'node:timers/promises';
import { startNetwork } from '../../devnet/network.ts';
import { contractPolicyOf, patient } from '../../devnet/policies.ts';
import { attestLie, type ContractCast, castContract, optInByXcm } from '../../devnet/rescue-contract.ts';
import type { ServiceClient } from '../client/service-client.ts';
import { openContractsChain } from '../contract/index.ts';
import { policyHash } from '../domain/policy/policy.ts';
import type { Proposal } from '../domain/round/round.ts';
import {
  breakPara,
  carryOut,
  type DemoSummary,
  handsOf,
  type OnClose,
  openPlace,
  proposeFix,
  tellEvent,
} from './chapters.ts';
import { holdVote, shortHash } from './electors.ts';
import { followPara } from './follower.ts';
import type { Narrator } from './narrator.ts';
import { startWatchers, type Watcher } from './watchers.ts';

/** Seconds that guardians have between decision and message. */
const VETO_SECONDS = 4;
const POLL_MS = 50;
/** What the other watchers tell: the rest is the same as the first one's. */
const TOLD_BY_OTHERS = ['evidence-checked', 'step-done', 'peer-trouble', 'route-waits', 'step-trouble'];

/**
 * The same death, rescued through a contract on another chain: no manager key, no key in the contract, three watchers
 * who count for themselves, and one of them lies.
 */
export async function playContractStory(
  { narrator, blockMs }: { readonly narrator: Narrator; readonly blockMs: number },
  folder: string,
  onClose: OnClose,
): Promise<DemoSummary> {
  const chains = 'a relay chain, a para, and a chain for contracts (pallet-revive)';
  const start = () => startNetwork({ blockMs, contracts: true, finalityLag: 0 });
  const network = await openPlace(narrator, chains, start, onClose);
  const { para, contracts } = network;
  const chain = await openContractsChain({ urls: [contracts.url] });
  onClose(() => chain.close());
  narrator.tell('chapter', 'While the para lives, it prepares its rescue contract.');
  const cast = await castContract(network, chain);
  tellCast(narrator, cast);
  await network.unlockPara();
  narrator.tell(
    'unlocked',
    'the para sent registrar.removeLock to the relay chain by XCM: its manager may act now',
  );
  const policy = patient(contractPolicyOf(network, cast));
  await optInByXcm(network, cast, policyHash(policy), VETO_SECONDS);
  narrator.tell(
    'opted-in',
    `the para sent an XCM to its contract: policy ${shortHash(policyHash(policy))}, any two of three watchers, ${VETO_SECONDS} seconds for a veto`,
  );
  const watchers = await startWatchers({ network, cast, folder });
  for (const watcher of watchers) onClose(() => watcher.stop());
  for (const { client } of watchers) await client.adoptPolicy(network.paraId, policy);
  narrator.tell(
    'service',
    `three watchers, each with its own database and nodes: ${watchers.map(({ name }) => name).join(', ')}`,
  );

  const [first, ...others] = watchers;
  if (!first) throw new Error('a story needs a watcher');
  const ending = new AbortController();
  onClose(async () => ending.abort());
  const { signal } = ending;
  const { client } = first;
  const stage = await handsOf({ network, client, narrator, signal });
  for (const watcher of others) tellOther(narrator, watcher, network.paraId, signal);
  stage.mark('healthy');

  const play = async (): Promise<DemoSummary> => {
    const brokenCode = await breakPara(stage);
    const clients = watchers.map((watcher) => watcher.client);
    const proposal = await proposeFix(stage);
    await known(clients, proposal);
    narrator.tell(
      'chapter',
      'Token holders vote, each at one watcher only; watchers exchange proposals and votes.',
    );
    const [liar] = cast.watchers.slice(-1);
    const [taken] = watchers.slice(-1);
    const { anchor } = await client.para(network.paraId);
    if (liar && taken && anchor) {
      await taken.stop();
      clients.pop();
      const lie = await attestLie(network, cast, liar, proposal, anchor.head.number);
      narrator.tell(
        'lie',
        `${liar.name}'s machine is taken over: its key attests code ${shortHash(lie.codeHash)}, for which nobody voted`,
        {
          codeHash: lie.codeHash,
        },
      );
    }
    await holdVote(clients, proposal, network.holders, narrator, para);
    const summary = await carryOut(
      stage,
      proposal,
      brokenCode,
      'Watchers attest the decision; the contract approves the call by its hash; an operator supplies the code.',
    );
    return { ...summary, hashes: { ...summary.hashes, contract: cast.contract.address } };
  };
  return Promise.race([play(), ...watchers.map(({ failed }) => failed)]);
}

/** Until every watcher has the proposal, which was sent to one of them. */
async function known(clients: readonly ServiceClient[], { hash, paraId }: Proposal): Promise<void> {
  for (const client of clients) {
    const has = async () => (await client.proposals(paraId)).some((proposal) => proposal.hash === hash);
    while (!(await has())) await setTimeout(POLL_MS);
  }
}

/** The accounts through which nobody's key has to be trusted, and what they were given. */
function tellCast(narrator: Narrator, { contract, parties, operators }: ContractCast): void {
  const names = operators.map(({ name }) => name).join(' or ');
  narrator.tell('contract', `deployed at ${contract.address}: no owner, no key, no way to change it`, {
    address: contract.address,
  });
  narrator.tell(
    'accounts',
    `on the relay chain it speaks as ${shortHash(parties.derived)}; with ${names} it is the multisig ${shortHash(parties.multisig)}, now a proxy of the manager`,
    { ...parties },
  );
}

/** A line for each thing that another watcher does by itself. */
function tellOther(narrator: Narrator, watcher: Watcher, paraId: number, signal: AbortSignal): void {
  followPara(watcher.client, paraId, {
    initial: 'healthy',
    signal,
    onEvent: (event) => {
      if (!TOLD_BY_OTHERS.includes(event.type)) return;
      tellEvent(narrator, { ...event, message: `${watcher.name}: ${event.message}` });
    },
  });
}
