import { type PowerRules } from './account-power.ts';
import { type PowerLayout } from './power-layout.ts';
/**
 * Storage prefixes below which lies every key that tells somebody's voting power: what a census archives. Found from
 * the keys themselves; of maps that are only reached through values of others, such as the ledgers of stakers'
 * controllers, all is taken. None is a prefix of another.
 */
export declare function censusPrefixes(policy: PowerRules, layout?: PowerLayout): Uint8Array[];
