import { type ContractRouteContext, createContractRoute } from './contract/route.ts';
import { agreementByVotes, type VotesContext } from './contract/votes.ts';
import { createGovernanceRoute, type GovernanceRouteContext } from './governance/route.ts';
import { createRegistrarRoute, type RegistrarRouteContext } from './registrar/route.ts';
import type { Routes } from './route.ts';

export type RoutesContext = Omit<ContractRouteContext, 'agreementOn'> &
  VotesContext &
  GovernanceRouteContext &
  RegistrarRouteContext;

/** Every route that this version has. The policy says which of them are allowed, and in which order. */
export function createRoutes(context: RoutesContext): Routes {
  const agreementOn = agreementByVotes(context);
  const routes = [
    createRegistrarRoute(context),
    createContractRoute({ ...context, agreementOn }),
    createGovernanceRoute(context),
  ];
  return new Map(routes.map((route) => [route.name, route]));
}
