import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type DevAccount, devAccount } from '../../devnet/keys.ts';
import type { ContractsNetwork } from '../../devnet/network.ts';
import type { SignableCall } from '../../src/blocks/chain-types.ts';
import { fromHex, type Hex } from '../../src/bytes/hex.ts';

const UNIT = 10_000_000_000n;
/** Of the 1000 UNIT that each holder has at genesis. */
const STAKE = 900n * UNIT;

/** Members of the Fellowship, each of rank 3. */
export const FELLOWS = ['Charlie', 'Dave', 'Eve'].map((name) => devAccount(name));

/** Submits the bytes of a call on the contracts chain, as polkadot-js would. */
function submitHex(network: ContractsNetwork, call: string, by: DevAccount): void {
  const { chain } = network.contracts;
  network.submit(
    chain,
    chain.typesOf().registry.createType('Call', fromHex(call.trim())) as SignableCall,
    by,
  );
}

export async function submitFile(
  network: ContractsNetwork,
  folder: string,
  name: string,
  by: DevAccount,
): Promise<void> {
  submitHex(network, await readFile(join(folder, `${name}.hex`), 'utf8'), by);
}

/** All holders vote for a referendum, which is more than any track needs. */
export function voteAye(network: ContractsNetwork, index: number): void {
  const { chain } = network.contracts;
  const vote = { Standard: { vote: { aye: true, conviction: 'None' }, balance: STAKE } };
  for (const holder of network.holders) {
    network.submit(chain, chain.typesOf().call('convictionVoting', 'vote', index, vote), holder);
  }
}

/** The contracts chain's root admits the members of the Fellowship. */
export function foundFellowship(network: ContractsNetwork): void {
  const { chain } = network.contracts;
  const types = chain.typesOf();
  const calls = FELLOWS.flatMap(({ address }) => {
    const who = { Id: address };
    const promote = types.call('fellowshipCollective', 'promoteMember', who);
    return [types.call('fellowshipCollective', 'addMember', who), promote, promote, promote];
  });
  network.queueSudo(chain, 'utility', 'batchAll', calls);
}

/** An item of the contracts chain, as JSON. */
export function readContracts(
  network: ContractsNetwork,
  pallet: string,
  item: string,
  ...args: unknown[]
): unknown {
  const { chain } = network.contracts;
  return (
    chain
      .typesOf()
      .read(chain.stateOf(chain.best), pallet, item, ...args)
      ?.toJSON() ?? null
  );
}

export function authorised(network: ContractsNetwork): { codeHash: Hex; expireAt: number } | null {
  return network.readRelay('paras', 'authorizedCodeHash', network.paraId) as {
    codeHash: Hex;
    expireAt: number;
  } | null;
}
