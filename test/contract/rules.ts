/**
 * Decisions as numbers: place in the order of all decisions, times two, plus the story that is told about it.
 * Two decisions of one place exclude each other.
 */
type Choice = number;

export type Step =
  | { readonly kind: 'attest'; readonly who: number; readonly what: Choice }
  | { readonly kind: 'report-head'; readonly who: number; readonly head: number }
  | { readonly kind: 'veto' | 'execute'; readonly what: Choice }
  | { readonly kind: 'rotate'; readonly leave: number }
  | { readonly kind: 'opt-out' | 'opt-in' };

export const orderOf = (choice: Choice) => choice >> 1;
/** Two anchors' rounds each, and two attempts each. */
export const keyOf = (choice: Choice) => {
  const place = orderOf(choice);
  return { anchorNumber: 10 + (place >> 2), round: 1 + ((place >> 1) & 1), attempt: place & 1 };
};
const anchorOf = (choice: Choice) => keyOf(choice).anchorNumber;

/** The rules once more, without storage layout, packed keys or counters: who says what now, and what was said before. */
export class Rules {
  watchers: number[] | null = null;
  statements = new Map<number, { head: number; backs: number | null }>();
  attested = new Set<number>();
  vetoed = new Set<number>();
  decided: Choice | null = null;
  sent: Choice | null = null;
  /** What was attested last: what others are likely to take up. */
  topic: Choice = 8;

  begin(watchers: number[] | null): true {
    this.watchers = watchers;
    this.statements = new Map();
    this.attested = new Set();
    this.vetoed = new Set();
    this.decided = null;
    return true;
  }

  supporters(choice: number): number {
    return [...this.statements.values()].filter(({ backs }) => backs === choice).length;
  }

  allows(step: Step): boolean {
    switch (step.kind) {
      case 'opt-in':
        return this.begin([0, 1, 2]);
      case 'opt-out':
        return this.watchers !== null && this.begin(null);
      case 'rotate':
        return this.watchers !== null && this.begin([0, 1, 2, 3].filter((watcher) => watcher !== step.leave));
      case 'report-head': {
        const said = this.statements.get(step.who) ?? { head: 0, backs: null };
        if (!this.watchers?.includes(step.who) || step.head <= said.head) return false;
        const keeps = said.backs !== null && anchorOf(said.backs) >= step.head;
        this.statements.set(step.who, { head: step.head, backs: keeps ? said.backs : null });
        return true;
      }
      case 'attest': {
        const said = this.statements.get(step.who) ?? { head: 0, backs: null };
        const after = (other: number | null) => other === null || orderOf(step.what) > orderOf(other);
        if (!this.watchers?.includes(step.who) || anchorOf(step.what) < said.head || said.backs === step.what)
          return false;
        if (!after(this.sent) || (this.decided !== step.what && !after(this.decided))) return false;
        if (this.vetoed.has(step.what)) return false;
        this.statements.set(step.who, { head: anchorOf(step.what), backs: step.what });
        this.attested.add(step.what);
        this.topic = step.what;
        if (this.supporters(step.what) >= 2) this.decided = step.what;
        return true;
      }
      case 'veto':
        if (
          this.watchers === null ||
          !this.attested.has(step.what) ||
          this.vetoed.has(step.what) ||
          this.sent === step.what
        )
          return false;
        this.vetoed.add(step.what);
        return true;
      case 'execute':
        if (this.decided !== step.what || this.sent === step.what || this.vetoed.has(step.what)) return false;
        if (this.supporters(step.what) < 2) return false;
        this.sent = step.what;
        return true;
    }
  }
}
