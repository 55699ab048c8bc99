import type { Rule } from '../rule.ts';
import { BLOCK_RULES } from './block-rules.ts';
import { INFERRED_RULES } from './inferred-rules.ts';
import { RELAY_RULES } from './relay-rules.ts';

/**
 * All rules, from the top: the first that holds names the cause. What is seen comes before what is inferred: the relay chain's
 * own state, then the next block as it was tried and what keeps every block from being taken, then what only fits.
 */
export const RULES: readonly Rule[] = [...RELAY_RULES, ...BLOCK_RULES, ...INFERRED_RULES];
