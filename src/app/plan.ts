import { openCoretimeDesk } from '../chain/coretime/coretime-desk.ts';
import { createCallDesk } from '../chain/extrinsics/call-desk.ts';
import type { FinalHeader } from '../chain/finality/source.ts';
import { chainAt } from '../chain/governance/chain-at.ts';
import { prepareGovernance } from '../chain/governance/prepare.ts';
import { Endpoints } from '../chain/nodes/endpoints.ts';
import { readToken, tokenOnce } from '../chain/nodes/token.ts';
import { createParaReader } from '../chain/para/para-reader.ts';
import { ProvenChain } from '../chain/proven/proven-chain.ts';
import type { RelaySession } from '../chain/relay/session.ts';
import type { Config } from '../config/config.ts';
import type { Acting, MultisigAccount } from '../domain/chain/acting.ts';
import { RescueError } from '../domain/errors.ts';
import type { HashedPolicy } from '../domain/policy/policy.ts';
import type { ReferendaDesk } from '../domain/ports/plan-reader.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import type { RelaySubmitter } from '../domain/ports/submitter.ts';
import type { RescuePlan } from '../domain/route/option.ts';
import type { RouteName } from '../domain/route/route.ts';
import type { ParaId } from '../domain/units.ts';
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
  /** Nodes of the chain whose referenda govern the relay chain, and its para id; none when the relay chain has them itself. */
  readonly hub: { readonly urls: readonly string[]; readonly paraId: ParaId };
  /** Nodes of the chain of the Fellowship's referenda, where it has its own. */
  readonly collectives: readonly string[];
  /** Nodes of the Coretime chain. */
  readonly coretime: readonly string[];
  readonly code: CodeToPlan | null;
  /** Of which the signer is a signatory, if it is one. */
  readonly multisig?: MultisigAccount | null;
  readonly onTrouble: (trouble: RescueError) => void;
}

/** Plans every way back once, straight at the chains, as a service does when it is asked. */
export async function planPara(
  session: Pick<RelaySession, 'endpoints' | 'reader' | 'submitter' | 'observation' | 'finalized' | 'signer'>,
  wanted: PlanWanted,
): Promise<RescuePlan> {
  const { endpoints, reader: relay, submitter, observation, finalized } = session;
  const { urls, onTrouble, code, multisig = null } = wanted;
  const key = submitter.signer();
  const acting: Acting = { signer: session.signer.account, multisig };
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
      acting,
      submitter,
      token: tokenOnce(endpoints),
      desk: createCallDesk({ endpoints, finalized }),
      coretime,
      referenda: openReferenda({
        ...wanted,
        endpoints,
        relay,
        finalized,
        onClose: (close) => void closers.push(close),
      }),
      registrar: {
        examine: (look) => registrarFindings(look, acting, key),
      },
      contract: { examine: (look) => contractFindings({ relay, submitter, contracts, peers: [] }, look) },
    });
    return await plan({ observation, policy, code, para });
  } finally {
    await Promise.all(closers.map((close) => close()));
  }
}

/** The planner of a service: by its own routes, keys and chains. */
export function openPlanner(
  { coretime, governance }: Pick<Config, 'coretime' | 'governance'>,
  options: {
    readonly endpoints: Endpoints;
    readonly finalized: () => Promise<FinalHeader>;
    readonly proven: ProvenChain;
    readonly relay: RelayReader;
    readonly routes: Routes;
    readonly contracts: ReadonlyMap<ParaId, WatchedContract>;
    readonly acting: Acting;
    readonly submitter: Pick<RelaySubmitter, 'prepare'>;
    readonly onTrouble: (trouble: RescueError) => void;
    readonly onClose: (close: () => Promise<void>) => void;
  },
): Planner {
  const { endpoints, finalized, proven, relay, routes, contracts, acting, submitter, onTrouble } = options;
  const desk = coretime && openCoretimeDesk({ urls: coretime.endpoints, relay, onTrouble });
  if (desk) options.onClose(() => desk.close());
  return createPlanner({
    relay,
    contracts,
    acting,
    submitter,
    token: tokenOnce(endpoints),
    desk: createCallDesk({ endpoints, finalized, proven }),
    coretime: desk ?? null,
    referenda: openReferenda({
      ...options,
      hub: { urls: governance?.endpoints ?? [], paraId: governance?.paraId ?? 0 },
      collectives: [],
    }),
    registrar: routeOf(routes, 'registrar'),
    contract: routeOf(routes, 'contract'),
  });
}

function routeOf(routes: Routes, name: RouteName): Route {
  const route = routes.get(name);
  if (!route) throw new RescueError('RESCUE_INTERNAL', `There is no route ${name}.`);
  return route;
}

/** Para id of the chain of the Fellowship on Polkadot and Westend. */
const COLLECTIVES_ID = 1001;

/** Referenda of the chain that is named, or of the relay chain itself. */
function openReferenda(options: {
  readonly hub: PlanWanted['hub'];
  readonly collectives: readonly string[];
  readonly endpoints: Endpoints;
  readonly relay: Pick<RelayReader, 'includedHead'>;
  readonly finalized: () => Promise<FinalHeader>;
  readonly onTrouble: (trouble: RescueError) => void;
  readonly onClose: (close: () => Promise<void>) => void;
  readonly proven?: ProvenChain;
}): ReferendaDesk {
  const { relay, onTrouble, onClose, endpoints, proven = new ProvenChain() } = options;
  const open = (urls: readonly string[], paraId: ParaId, name: string) => {
    if (urls.length === 0) return null;
    const nodes = new Endpoints({ urls, paraId, onTrouble });
    onClose(() => nodes.close());
    const known = new ProvenChain();
    return {
      nodes,
      at: async () => {
        const head = await relay.includedHead(paraId);
        if (head) return chainAt(name, nodes, known, head);
        throw new RescueError('RESCUE_CHAIN_REFUSES', `The relay chain includes no head of para ${paraId}.`);
      },
    };
  };
  const hub = open(options.hub.urls, options.hub.paraId, 'Asset Hub');
  const collectives = open(options.collectives, COLLECTIVES_ID, 'Collectives');
  return async (wanted) => {
    const { ref } = await options.finalized();
    const relayAt = await chainAt('relay chain', endpoints, proven, ref);
    return prepareGovernance(
      {
        relay: relayAt,
        hub: hub ? await hub.at() : relayAt,
        hubId: hub ? options.hub.paraId : null,
        collectives: collectives && (await collectives.at()),
        token: await readToken(hub?.nodes ?? endpoints),
      },
      wanted,
    );
  };
}
