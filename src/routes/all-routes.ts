import { type ContractRouteContext, createContractRoute } from './contract/route.ts';
import { createRegistrarRoute } from './registrar/route.ts';
import type { Routes } from './route.ts';

/** Every route that this version has. The policy says which of them are allowed, and in which order. */
export function createRoutes(context: ContractRouteContext): Routes {
  const routes = [createRegistrarRoute(context), createContractRoute(context)];
  return new Map(routes.map((route) => [route.name, route]));
}
