import type { Policy } from '../../domain/policy/policy.ts';
import { isEndorsed } from '../../domain/round/endorsement.ts';
import type { RoundPlace } from '../../domain/round/round.ts';
import type { Hex } from '../../domain/units.ts';
import { endorsementText } from '../ballots/texts.ts';
import type { Line } from './format.ts';
import type { PointBoard } from './points.ts';
import { actProblem, type Claim } from './signatures.ts';

/** Checks the statements of the technical body as they come; there are as many as members and proposals at most. */
export class EndorsementCheck {
  readonly #board: PointBoard;
  readonly #counted: Line<'endorsement'>[] = [];
  #last = '';

  constructor(board: PointBoard) {
    this.#board = board;
  }

  take(
    line: Line<'endorsement'>,
    policy: Policy,
    place: RoundPlace,
    proposals: ReadonlyMap<Hex, Line<'proposal'>>,
    decidedAt: number,
    claim: Claim,
  ): void {
    const order = `${line.account} ${line.proposal}`;
    const problem = order <= this.#last ? 'it does not come after the one before it' : null;
    this.#last = order;
    const found = problem ?? problemOf(line, policy, place, proposals, decidedAt, claim);
    if (found !== null) this.#board.fails('endorsements', `endorsement of ${line.account}: ${found}`);
    else this.#counted.push(line);
  }

  isEndorsed(proposal: Hex, policy: Policy): boolean {
    return isEndorsed(proposal, this.#counted, policy.endorsement);
  }

  end(policy: Policy): void {
    const rule = policy.endorsement;
    this.#board.holds(
      'endorsements',
      rule
        ? `${this.#counted.length} statements; ${rule.threshold} endorse a proposal`
        : 'the policy has none',
    );
  }
}

function problemOf(
  line: Line<'endorsement'>,
  policy: Policy,
  place: RoundPlace,
  proposals: ReadonlyMap<Hex, Line<'proposal'>>,
  decidedAt: number,
  claim: Claim,
): string | null {
  if (!policy.endorsement?.accounts.includes(line.account)) return 'the policy does not let it endorse';
  if (!proposals.has(line.proposal)) return `no proposal of the round has the hash ${line.proposal}`;
  if (line.admittedAt > decidedAt) return 'it came in after the decision';
  const { account, proposal, stance, sequence } = line;
  const text = endorsementText({ ...place, account, proposal, stance, sequence });
  return actProblem(account, line, text, policy, claim);
}
