import { RescueError } from '../errors.ts';
import type { ContractTerms, Policy } from '../policy/policy.ts';
import type { Hex, ParaId } from '../units.ts';
import type { Address } from './rescue-contract.ts';

/** Which rescue contract it is about; what is left out is not compared. */
export interface ContractPlace {
  readonly address: Address;
  /** Genesis hash of the contracts chain, and its id. */
  readonly genesis: Hex;
  readonly chain?: ParaId;
  /** The para whose contract it is. */
  readonly para?: ParaId;
}

const NO_TERMS = 'the policy names no rescue contract: it has no part "contract"';

/** What the policy says of the rescue contract. @throws RESCUE_POLICY_INVALID when it names none */
export function requireTerms({ contract }: Pick<Policy, 'contract'>): ContractTerms {
  if (contract) return contract;
  throw new RescueError('RESCUE_POLICY_INVALID', NO_TERMS);
}

/** Why the policy does not go with the contract at this place, in plain sentences; empty when it does. */
export function termsObstacles(
  { para, contract: terms }: Pick<Policy, 'para' | 'contract'>,
  place: ContractPlace,
): string[] {
  const obstacles: string[] = [];
  if (place.para !== undefined && para !== place.para) {
    obstacles.push(`the policy is for para ${para}, but the contract is that of para ${place.para}`);
  }
  if (!terms) return [...obstacles, NO_TERMS];
  if (terms.address !== place.address) {
    obstacles.push(`the policy names the contract ${terms.address}, not ${place.address}`);
  }
  if (terms.genesis !== place.genesis) {
    obstacles.push(
      `the policy names the contracts chain with the genesis ${terms.genesis}, but this one has ${place.genesis}`,
    );
  }
  if (place.chain !== undefined && terms.chain !== place.chain) {
    obstacles.push(`the policy calls the contracts chain para ${terms.chain}, but it is para ${place.chain}`);
  }
  return obstacles;
}
