import type { StepInput } from '../../machines/context.ts';
import type { BlockFeed } from '../domain/chain/block-feed.ts';
import { RescueError } from '../domain/errors.ts';
import type { Ledger } from '../domain/ports/ledger.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { RelaySubmitter } from '../domain/ports/submitter.ts';
import type { RouteName, RouteStep } from '../domain/route/route.ts';
import type { ParaId } from '../domain/units.ts';
import type { WatchedContract } from './contract/watched-contract.ts';
import type { Step } from './step-executor.ts';

/** What every route works with. */
export interface RouteContext {
  readonly feed: BlockFeed;
  readonly relay: RelayReader;
  readonly ledger: Ledger;
  readonly submitter: RelaySubmitter;
  /** Of paras that have one. */
  readonly contracts: ReadonlyMap<ParaId, WatchedContract>;
}

/** `rest` tells acts of one step apart that are made more than once. */
export function stepKey(
  { paraId, anchor, round }: StepInput,
  route: RouteName,
  step: RouteStep['id'] | 'report-head' | 'attest-cancel' | 'cancel',
  ...rest: readonly (string | number)[]
): string {
  return [paraId, anchor.head.hash, round, route, step, ...rest].join('/');
}

/** What steps on the relay chain have in common: their effect is read from the observed block. */
export function onRelay(submitter: RelaySubmitter): Pick<Step, 'chain' | 'submitter' | 'covers'> {
  return {
    chain: 'relay chain',
    submitter,
    covers: (block, { relay }) => relay.number >= block.number,
  };
}

/** The approved blob. @throws RESCUE_STORE_CORRUPT */
export async function requireCode(ledger: Ledger, { approved }: StepInput): Promise<Uint8Array> {
  const code = await ledger.code(approved.codeHash);
  if (code) return code;
  throw new RescueError(
    'RESCUE_STORE_CORRUPT',
    `The approved code ${approved.codeHash} is missing in the database.`,
  );
}
