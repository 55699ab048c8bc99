import type { Fault } from './fault.ts';
import { NODE_FAULTS } from './on-nodes.ts';
import { PARA_FAULTS } from './on-para.ts';
import { RELAY_FAULTS } from './on-relay.ts';

/** Everything that can be made to go wrong by name, as `pararescue devnet fault` lists it. */
export const FAULT_CATALOGUE: readonly Fault[] = [...PARA_FAULTS, ...RELAY_FAULTS, ...NODE_FAULTS];
