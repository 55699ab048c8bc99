/** A decision: which voting round, which attempt of it, and the story that is told about it. */
export interface Choice {
  readonly round: number;
  readonly attempt: number;
  readonly story: 0 | 1;
}

export type Step =
  | { readonly kind: 'attest' | 'withdraw'; readonly who: number; readonly what: Choice }
  | { readonly kind: 'veto'; readonly who: number; readonly what: Choice }
  | { readonly kind: 'execute'; readonly who: number; readonly what: Choice }
  | { readonly kind: 'attest-cancel' | 'cancel'; readonly who: number; readonly sent: Sent | null }
  | { readonly kind: 'rotate'; readonly leave: number; readonly guardians: readonly number[] }
  | { readonly kind: 'opt-out' | 'opt-in' };

/** A decision as it was attested in one epoch. */
export interface Sent {
  readonly epoch: number;
  readonly what: Choice;
}

/** People: 0 to 3 watch or may come to watch, 4 and 5 never do; the manager is named apart. */
export const MANAGER = 4;
export const STRANGER = 5;
const THRESHOLD = 2;
const MOST_CANCELS = 4;

const same = (a: Choice | null, b: Choice | null) => a !== null && b !== null && nameOf(a) === nameOf(b);
export const nameOf = ({ round, attempt, story }: Choice) => `${round}/${attempt}/${story}`;
const nameOfSent = ({ epoch, what }: Sent) => `${epoch}/${nameOf(what)}`;

/** Everything that a new set of rules voids. */
class Epoch {
  readonly backs = new Map<number, Choice>();
  readonly left = new Set<string>();
  readonly over = new Set<number>();
  /** Decisions that have the threshold. */
  readonly standing = new Set<string>();
  readonly vetoes = new Map<string, Set<number>>();
  readonly forbidden = new Set<string>();
  readonly sent = new Set<string>();
  readonly unwanted = new Map<string, Set<number>>();
  decided: Choice | null = null;
}

/** The rules once more, without storage layout, packed words or counters of support: who says what now, and what was said. */
export class Rules {
  watchers: readonly number[] | null = null;
  guardians: readonly number[] = [];
  number = 0;
  now = new Epoch();
  /** Who watched in each epoch. */
  readonly history = new Map<number, readonly number[]>();
  /** Messages sent for each round, in all epochs. */
  readonly attempts = new Map<number, number>();
  readonly cancels = new Map<string, number>();
  readonly everSent = new Set<string>();
  lastSent: Sent | null = null;
  /** What was attested last: what others are likely to take up. */
  topic: Choice = { round: 1, attempt: 0, story: 0 };

  #begin(watchers: readonly number[] | null, guardians: readonly number[]): true {
    this.number += 1;
    this.now = new Epoch();
    this.watchers = watchers;
    this.guardians = guardians;
    if (watchers) this.history.set(this.number, watchers);
    return true;
  }

  attemptOf(round: number): number {
    return this.attempts.get(round) ?? 0;
  }

  #supporters(choice: Choice): number {
    return [...this.now.backs.values()].filter((backed) => same(backed, choice)).length;
  }

  #withdraw(who: number): void {
    const backed = this.now.backs.get(who);
    this.now.backs.delete(who);
    if (backed === undefined || this.now.sent.has(nameOf(backed))) return;
    if (this.#supporters(backed) < THRESHOLD) this.now.standing.delete(nameOf(backed));
  }

  allows(step: Step): boolean {
    const { now, watchers } = this;
    switch (step.kind) {
      case 'opt-in':
        return this.#begin([0, 1, 2], [0, 1, 2]);
      case 'opt-out':
        return watchers !== null && this.#begin(null, []);
      case 'rotate':
        return (
          watchers !== null &&
          this.#begin(
            [0, 1, 2, 3].filter((watcher) => watcher !== step.leave),
            step.guardians,
          )
        );
      case 'attest': {
        const { who, what } = step;
        if (!watchers?.includes(who) || now.over.has(what.round) || now.left.has(`${who}/${what.round}`))
          return false;
        const before = now.backs.get(who) ?? null;
        if (what.attempt !== this.attemptOf(what.round) || same(before, what)) return false;
        const standing = now.decided !== null && now.standing.has(nameOf(now.decided)) ? now.decided : null;
        const isOther = standing !== null && standing.round === what.round && !same(standing, what);
        if (isOther && !now.sent.has(nameOf(standing))) return false;
        this.#withdraw(who);
        if (before !== null && before.round !== what.round) now.left.add(`${who}/${before.round}`);
        now.backs.set(who, what);
        this.topic = what;
        if (this.#supporters(what) >= THRESHOLD && !now.standing.has(nameOf(what))) {
          now.standing.add(nameOf(what));
          if (now.decided !== null && now.decided.round !== what.round) now.over.add(now.decided.round);
          now.decided = what;
        }
        return true;
      }
      case 'withdraw': {
        const { who, what } = step;
        if (!watchers?.includes(who) || !same(now.backs.get(who) ?? null, what)) return false;
        this.#withdraw(who);
        now.left.add(`${who}/${what.round}`);
        return true;
      }
      case 'veto': {
        const name = nameOf(step.what);
        const vetoes = now.vetoes.get(name) ?? new Set();
        if (!this.guardians.includes(step.who) || vetoes.has(step.who)) return false;
        if (!same(now.decided, step.what) || now.sent.has(name) || now.forbidden.has(name)) return false;
        if (!now.standing.has(name)) return false;
        now.vetoes.set(name, vetoes.add(step.who));
        if (vetoes.size < 2 || vetoes.size * 2 <= this.guardians.length) return true;
        now.forbidden.add(name);
        now.over.add(step.what.round);
        return true;
      }
      case 'execute': {
        const { who, what } = step;
        const name = nameOf(what);
        if (who !== MANAGER && !watchers?.includes(who)) return false;
        if (!same(now.decided, what) || !now.standing.has(name)) return false;
        if (now.sent.has(name) || now.forbidden.has(name)) return false;
        this.attempts.set(what.round, this.attemptOf(what.round) + 1);
        now.sent.add(name);
        this.lastSent = { epoch: this.number, what };
        this.everSent.add(nameOfSent(this.lastSent));
        return true;
      }
      case 'attest-cancel': {
        if (step.sent === null || !watchers?.includes(step.who)) return false;
        if (!this.everSent.has(nameOfSent(step.sent))) return false;
        const said = now.unwanted.get(nameOfSent(step.sent)) ?? new Set();
        if (said.has(step.who)) return false;
        now.unwanted.set(nameOfSent(step.sent), said.add(step.who));
        return true;
      }
      case 'cancel': {
        if (step.sent === null || !this.everSent.has(nameOfSent(step.sent))) return false;
        if (step.who === MANAGER) return true;
        const watched = (epoch: number) => this.history.get(epoch)?.includes(step.who) === true;
        const count = this.cancels.get(`${step.who}/${nameOfSent(step.sent)}`) ?? 0;
        const may =
          watchers === null
            ? watched(step.sent.epoch) || watched(this.number - 1)
            : watchers.includes(step.who) &&
              (now.unwanted.get(nameOfSent(step.sent))?.size ?? 0) >= THRESHOLD;
        if (!may || count >= MOST_CANCELS) return false;
        this.cancels.set(`${step.who}/${nameOfSent(step.sent)}`, count + 1);
        return true;
      }
    }
  }
}
