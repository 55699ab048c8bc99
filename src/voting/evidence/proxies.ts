import { messageOf } from '../../domain/errors.ts';
import { countedProxies, type SignerRules } from '../../domain/policy/signer-rules.ts';
import type { ProxyType } from '../../domain/round/round.ts';
import type { AccountHex } from '../../domain/units.ts';
import { ProofError } from '../../proof/error.ts';
import type { Signers } from '../ballots/signers.ts';
import { speakerProblem } from '../ballots/speaker.ts';
import type { StorageLookup } from '../power/account-power.ts';
import { decodeProxies, proxiesKey } from '../proxies/proven-proxies.ts';
import type { TrustedFacts } from './chain.ts';
import type { Line } from './format.ts';
import type { PointBoard } from './points.ts';

/** The one type that has its index in every runtime: it is the default of the enum, and the first. */
const EVERYWHERE: ProxyType = { name: 'Any', index: 0 };

/** The types of proxies that a policy counts, of those that a runtime has. */
export function countedTypes(types: readonly ProxyType[], rules: SignerRules): ProxyType[] {
  const names = countedProxies(rules);
  return types.filter(({ name }) => names.includes(name)).toSorted((a, b) => a.index - b.index);
}

/** Checks that whoever signed for another account was a proxy of it in the para's state. */
export class ProxyCheck {
  readonly #board: PointBoard;
  readonly #trusted: TrustedFacts;
  /** Claims of lines that come before the trie nodes. */
  readonly #early: [AccountHex, Signers][] = [];
  #types: readonly ProxyType[] | null = null;
  #open: ((account: AccountHex, signers: Signers) => void) | null = null;
  #claims = 0;

  constructor(board: PointBoard, trusted: TrustedFacts) {
    this.#board = board;
    this.#trusted = trusted;
  }

  takeTypes({ types }: Line<'proxies'>): void {
    this.#types = types;
  }

  readonly claim = (account: AccountHex, signers: Signers): void => {
    this.#claims += 1;
    if (this.#open) this.#open(account, signers);
    else this.#early.push([account, { ...signers, signatures: signers.signatures.slice(0, 1) }]);
  };

  /** All trie nodes are there. */
  open(get: StorageLookup, rules: SignerRules): void {
    const types = countedTypes(this.#types ?? [], rules);
    const problem = this.#types && typesProblem(this.#types, types);
    if (problem) this.#board.fails('proxies', problem);
    const kinds = types.map(({ name }) => name);
    this.#open = (account, signers) => {
      const found = claimProblem(account, signers, get, types, kinds);
      if (found !== null) this.#board.fails('proxies', found);
    };
    for (const [account, signers] of this.#early.splice(0)) this.#open(account, signers);
  }

  /** False when nothing may rest on it. */
  end(): boolean {
    if (this.#claims === 0) {
      if (this.#types !== null)
        this.#board.fails('proxies', 'it names types of proxies, but nobody signed as one');
      this.#board.holds('proxies', 'everybody signed for an account of their own');
      return this.#types === null;
    }
    const { proxyTypes: known = {} } = this.#trusted;
    const told: string[] = [];
    for (const { name, index } of this.#types ?? []) {
      const named = Object.hasOwn(known, name) ? known[name] : undefined;
      if (named !== undefined && named !== index) {
        this.#board.fails(
          'proxies',
          `the type ${name} is ${index} in the bundle, not ${named} as you named it`,
        );
      } else if (named === undefined && (name !== EVERYWHERE.name || index !== EVERYWHERE.index)) {
        told.push(`${name} is ${index}`);
      }
    }
    if (told.length > 0) {
      this.#board.open(
        'proxies',
        `that of the types of proxies ${told.join(' and ')} is the service's word; compare it with the para's metadata`,
      );
    }
    this.#board.holds('proxies', `${this.#claims} acts signed by proxies`);
    return !this.#board.failedAt('proxies');
  }
}

function typesProblem(all: readonly ProxyType[], counted: readonly ProxyType[]): string | null {
  if (counted.length !== all.length) return 'it names types of proxies that the policy does not count';
  if (counted.some(({ index }, at) => index !== all[at]?.index))
    return 'its types of proxies are not in order';
  const isTwice = (of: (type: ProxyType) => unknown) => new Set(all.map(of)).size !== all.length;
  return isTwice(({ index }) => index) || isTwice(({ name }) => name)
    ? 'it names a type of proxies twice'
    : null;
}

function claimProblem(
  account: AccountHex,
  signers: Signers,
  get: StorageLookup,
  types: readonly ProxyType[],
  kinds: readonly string[],
): string | null {
  try {
    const proxies = decodeProxies(account, get(proxiesKey(account)), types);
    return speakerProblem(account, signers, proxies, kinds);
  } catch (error) {
    if (error instanceof ProofError) return `proxies of ${account}: ${messageOf(error)}`;
    throw error;
  }
}
