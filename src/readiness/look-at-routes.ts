import type { Token } from '../domain/amount.ts';
import type { ParaObservation } from '../domain/chain/observation.ts';
import type { RelayReader } from '../domain/ports/relay.ts';
import { answerOf } from '../domain/readiness/answer-of.ts';
import type { FoundOn } from '../domain/readiness/readiness.ts';
import type { RouteName } from '../domain/route/route.ts';
import type { RouteLook } from '../routes/look.ts';
import type { Route } from '../routes/route.ts';

export interface RoutesContext {
  readonly relay: Pick<RelayReader, 'limits' | 'accounts' | 'upgradeCosts' | 'storedCode'>;
  readonly routes: ReadonlyMap<RouteName, Pick<Route, 'examine'>>;
  /** Of the relay chain: what a node tells, for amounts that people read. */
  readonly token: () => Promise<Token>;
}

/** Looks at the routes that the policy allows, or at that of the manager where no policy is known. */
export type LookAtRoutes = (
  policy: RouteLook['policy'],
  observation: ParaObservation,
) => Promise<readonly FoundOn[]>;

/** The route that needs no policy to be looked at. */
const WITHOUT_POLICY: readonly RouteName[] = ['registrar'];
/** Of a code whose size nobody tells. */
const USUAL_CODE_BYTES = 1_500_000;
const KEPT_SIZES = 1_000;

/** What routes look at; the bytes of the code that fees are for are those of the present one where no other is given. */
export function lookForRoutes({
  relay,
  token,
}: Pick<RoutesContext, 'relay' | 'token'>): (
  policy: RouteLook['policy'],
  observation: ParaObservation,
  codeBytes?: number,
) => Promise<RouteLook> {
  /** The code itself is megabytes, and mostly the same at every look. */
  const sizes = new Map<string, number>();
  const sizeOf = async (hash: ParaObservation['currentCodeHash']): Promise<number> => {
    if (hash === null) return USUAL_CODE_BYTES;
    const known = sizes.get(hash);
    if (known !== undefined) return known;
    const code = await answerOf(async () => ({ bytes: await relay.storedCode(hash) }));
    if ('trouble' in code || code.bytes === null) return USUAL_CODE_BYTES;
    const [oldest] = sizes.keys();
    if (oldest !== undefined && sizes.size >= KEPT_SIZES) sizes.delete(oldest);
    sizes.set(hash, code.bytes.length);
    return code.bytes.length;
  };
  return async (policy, observation, codeBytes) => {
    const bytes = codeBytes ?? (await sizeOf(observation.currentCodeHash));
    const [limits, costs, named] = await Promise.all([
      answerOf(relay.limits),
      answerOf(() => relay.upgradeCosts(observation.paraId, bytes)),
      answerOf(token),
    ]);
    return {
      policy,
      observation,
      limits: 'trouble' in limits ? undefined : limits,
      costs: 'trouble' in costs ? { fee: undefined, cooldown: undefined } : costs,
      token: 'trouble' in named ? { symbol: 'planck', decimals: 0 } : named,
      accounts: relay.accounts,
    };
  };
}

export function createRoutesLook({ relay, routes, token }: RoutesContext): LookAtRoutes {
  const lookFor = lookForRoutes({ relay, token });
  return async (policy, observation) => {
    const look = await lookFor(policy, observation);
    const names = policy?.rules.routes ?? WITHOUT_POLICY;
    return Promise.all(
      names.map(async (route) => ({ route, findings: (await routes.get(route)?.examine(look)) ?? [] })),
    );
  };
}
