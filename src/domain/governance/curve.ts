/** Parts of a billion, as `Perbill` and the fixed-point numbers of curves have them. */
export const BILLION = 1_000_000_000n;

/** `pallet_referenda::Curve`: what a referendum needs, by the part of its decision period that has passed; all in billionths. */
export type Curve =
  | { readonly kind: 'linear'; readonly length: bigint; readonly floor: bigint; readonly ceil: bigint }
  | {
      readonly kind: 'stepped';
      readonly begin: bigint;
      readonly end: bigint;
      readonly step: bigint;
      readonly period: bigint;
    }
  | {
      readonly kind: 'reciprocal';
      readonly factor: bigint;
      readonly xOffset: bigint;
      readonly yOffset: bigint;
    };

/**
 * What is needed when the part `x` of the decision period has passed, both in billionths. Rounds as the pallet does where it
 * rounds at all (`Curve::threshold`).
 */
export function threshold(curve: Curve, x: bigint): bigint {
  switch (curve.kind) {
    case 'linear': {
      const { length, floor, ceil } = curve;
      const passed = length === 0n || x >= length ? BILLION : (x * BILLION) / length;
      return ceil - (passed * (ceil - floor)) / BILLION;
    }
    case 'stepped': {
      const { begin, end, step, period } = curve;
      const steps = period === 0n ? 0n : x / period;
      const fallen = step * steps > begin ? begin : step * steps;
      return begin - fallen > end ? begin - fallen : end;
    }
    case 'reciprocal': {
      const below = x + curve.xOffset;
      if (below === 0n) return BILLION;
      return clamped(floorDivide(curve.factor * BILLION, below) + curve.yOffset);
    }
  }
}

function clamped(value: bigint): bigint {
  if (value < 0n) return 0n;
  return value > BILLION ? BILLION : value;
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by;
  return value % by !== 0n && value < 0n !== by < 0n ? quotient - 1n : quotient;
}
