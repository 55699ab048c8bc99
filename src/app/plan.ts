import { openCoretimeDesk } from '../chain/coretime/coretime-desk.ts';
import { createCallDesk } from '../chain/extrinsics/call-desk.ts';
import type { FinalHeader } from '../chain/finality/source.ts';
import type { Endpoints } from '../chain/nodes/endpoints.ts';
import { tokenOnce } from '../chain/nodes/token.ts';
import { createParaReader } from '../chain/para/para-reader.ts';
import type { ProvenChain } from '../chain/proven/proven-chain.ts';
import type { RelaySession } from '../chain/relay/session.ts';
import type { Config } from '../config/config.ts';
import { RescueError } from '../domain/errors.ts';
import type { HashedPolicy } from '../domain/policy/policy.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { RescuePlan } from '../domain/route/option.ts';
import type { RouteName } from '../domain/route/route.ts';
import type { AccountHex, ParaId } from '../domain/units.ts';
import { createPlanner, type Planner } from '../readiness/look-at-plan.ts';
import { contractFindings } from '../routes/contract/findings.ts';
import type { WatchedContract } from '../routes/contract/watched-contract.ts';
import type { CodeToPlan } from '../routes/options/look.ts';
import { registrarFindings } from '../routes/registrar/findings.ts';
import type { Route, Routes } from '../routes/route.ts';
import { openContract } from './examine.ts';

export interface PlanWanted {
  /** Nodes of the para; without one its label is not known. */
  readonly urls: readonly string[];
  /** Null where none is known: then no rescue contract is either. */
  readonly policy: HashedPolicy | null;
  /** Nodes of the chain of the policy's rescue contract. */
  readonly contracts: readonly string[];
  /** Nodes of the Coretime chain. */
  readonly coretime: readonly string[];
  readonly code: CodeToPlan | null;
  readonly onTrouble: (trouble: RescueError) => void;
}

/** Plans every way back once, straight at the chains, as a service does when it is asked. */
export async function planPara(
  session: Pick<RelaySession, 'endpoints' | 'reader' | 'submitter' | 'observation' | 'finalized'>,
  wanted: PlanWanted,
): Promise<RescuePlan> {
  const { endpoints, reader: relay, submitter, observation, finalized } = session;
  const { urls, onTrouble, code } = wanted;
  const policy = wanted.policy && { rules: wanted.policy.policy, hash: wanted.policy.hash };
  const closers: (() => Promise<void>)[] = [];
  try {
    const contract = await openContract(session, wanted, closers);
    const contracts = new Map(contract ? [[observation.paraId, contract]] : []);
    const para = urls.length === 0 ? null : createParaReader({ urls, onTrouble });
    if (para) closers.push(() => para.close());
    const coretime =
      wanted.coretime.length === 0 ? null : openCoretimeDesk({ urls: wanted.coretime, relay, onTrouble });
    if (coretime) closers.push(() => coretime.close());
    const plan = createPlanner({
      relay,
      contracts,
      signer: submitter.signer(),
      token: tokenOnce(endpoints),
      desk: createCallDesk({ endpoints, finalized }),
      coretime,
      registrar: { examine: (look) => registrarFindings(look, submitter.signer()) },
      contract: { examine: (look) => contractFindings({ relay, submitter, contracts, peers: [] }, look) },
    });
    return await plan({ observation, policy, code, para });
  } finally {
    await Promise.all(closers.map((close) => close()));
  }
}

/** The planner of a service: by its own routes, keys and chains. */
export function openPlanner(
  { coretime }: Pick<Config, 'coretime'>,
  options: {
    readonly endpoints: Endpoints;
    readonly finalized: () => Promise<FinalHeader>;
    readonly proven: ProvenChain;
    readonly relay: RelayReader;
    readonly routes: Routes;
    readonly contracts: ReadonlyMap<ParaId, WatchedContract>;
    readonly signer: AccountHex | null;
    readonly onTrouble: (trouble: RescueError) => void;
    readonly onClose: (close: () => Promise<void>) => void;
  },
): Planner {
  const { endpoints, finalized, proven, relay, routes, contracts, signer, onTrouble } = options;
  const desk = coretime && openCoretimeDesk({ urls: coretime.endpoints, relay, onTrouble });
  if (desk) options.onClose(() => desk.close());
  return createPlanner({
    relay,
    contracts,
    signer,
    token: tokenOnce(endpoints),
    desk: createCallDesk({ endpoints, finalized, proven }),
    coretime: desk ?? null,
    registrar: routeOf(routes, 'registrar'),
    contract: routeOf(routes, 'contract'),
  });
}

function routeOf(routes: Routes, name: RouteName): Route {
  const route = routes.get(name);
  if (!route) throw new RescueError('RESCUE_INTERNAL', `There is no route ${name}.`);
  return route;
}
