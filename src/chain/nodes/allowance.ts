/** A number of units that fills up again with time: what a node may send without having been asked. */
export interface Allowance {
  /** Takes `units`; false, and nothing is taken, when there are not as many. */
  take(units: number): boolean;
}

/** At most `burst` units at once, and `perSecond` over time; `now` is a clock in milliseconds that never goes back. */
export function createAllowance(
  { burst, perSecond }: { readonly burst: number; readonly perSecond: number },
  now: () => number,
): Allowance {
  let left = burst;
  let last = now();
  return {
    take(units) {
      const at = now();
      left = Math.min(burst, left + ((at - last) / 1000) * perSecond);
      last = at;
      if (units > left) return false;
      left -= units;
      return true;
    },
  };
}
