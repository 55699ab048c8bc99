import { describeCall } from '../../chain/extrinsics/relay-calls.ts';
import { type Token, tokenNamed } from '../../domain/amount.ts';
import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import type { Hex } from '../../domain/units.ts';
import type { ContractsChain } from './connect.ts';

/** The token of the contracts chain, as it was when it was connected. */
export function tokenOf({ api }: ContractsChain): Token {
  return tokenNamed(api.registry.chainTokens[0], api.registry.chainDecimals[0]);
}

/** A call of the contracts chain, given as SCALE bytes, as people and multisigs see it. */
export function describeData({ api }: ContractsChain, data: Hex): PreparedCall {
  return describeCall(api.registry.createType('Call', data));
}
