import type { ParaObservation } from '../../domain/chain/observation.ts';
import { readStall } from '../../domain/chain/stall.ts';
import { isStoreTrouble, messageOf } from '../../domain/errors.ts';
import type { TellOfPara } from '../../domain/events.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import type { ReadinessStore } from '../../domain/ports/readiness.ts';
import { severityOf } from '../../domain/readiness/finding.ts';
import { type ChangedCheck, mergeChecks } from '../../domain/readiness/merge-checks.ts';
import { optInFinding } from '../../domain/readiness/opt-in-finding.ts';
import {
  type Check,
  type FoundOn,
  impossibleOn,
  type Readiness,
  readinessOf,
} from '../../domain/readiness/readiness.ts';
import { releaseFindings } from '../../domain/readiness/release-finding.ts';
import type { OptIn } from '../../domain/round/round.ts';
import type { Hex, ParaId, RelayBlock } from '../../domain/units.ts';
import type { FoundOnPara, LookAtPara, OwnCode } from '../../readiness/look-at-para.ts';
import type { LookAtRoutes } from '../../readiness/look-at-routes.ts';

type PolicyInForce = { readonly rules: Policy; readonly hash: Hex } | null;

/** What a look rests on besides what it asks. */
export interface SeenNow {
  readonly observation: ParaObservation;
  readonly optIn: OptIn | null;
  /** Null when none is in force, whatever was opted in with. */
  readonly policy: PolicyInForce;
}

/** Keeps what is known of whether the para could be rescued today. */
export interface ReadinessKeeper {
  /** Call at each block that may be acted upon: looks again in the background where it is due, or what it rests on has changed. */
  see(now: SeenNow): void;
  /** Null before the first look. */
  readiness(): Readiness | null;
  /**
   * Why no allowed route could carry out a decision under this policy; null when one could, as far as is known. Undefined until the routes of
   * this policy were looked at once.
   */
  impossible(policy: Hex): string | null | undefined;
  /** The para's own code as it was looked at last; null where it was not, or could not be read. */
  own(): OwnCode | null;
  /** Resolves when no look is under way. */
  settled(): Promise<void>;
  /** Nothing is kept or told any more; a look that is under way is not waited for. */
  stop(): void;
}

export interface ReadinessContext {
  readonly paraId: ParaId;
  readonly store: ReadinessStore;
  readonly lookAtRoutes: LookAtRoutes;
  readonly lookAtPara: LookAtPara;
  /** Relay blocks between two looks at what no block tells. */
  readonly everyBlocks: RelayBlock;
  readonly tell: TellOfPara;
  /** Told after each look at the routes: what waits for it can go on. */
  readonly onLooked: () => void;
  readonly onStoreFailed: (error: unknown) => void;
}

export async function createReadinessKeeper(context: ReadinessContext): Promise<ReadinessKeeper> {
  const { paraId, store, tell } = context;
  let checks: readonly Check[] = await store.load(paraId);
  let readiness: Readiness | null = null;
  let routes: { readonly policy: Hex | null; readonly found: readonly FoundOn[] } | null = null;
  let para: FoundOnPara | null = null;
  let wanted: SeenNow | null = null;
  /** What the last looks rested on, and when they were. */
  let routesAt: { readonly about: string; readonly block: RelayBlock } | null = null;
  let paraAt: { readonly about: string; readonly block: RelayBlock } | null = null;
  let looking: Promise<void> | null = null;
  let isStopped = false;

  const isDue = (last: typeof routesAt, about: string, block: RelayBlock): boolean =>
    last === null || last.about !== about || block >= last.block + context.everyBlocks;

  const look = async (now: SeenNow): Promise<void> => {
    const { observation, policy } = now;
    const block = observation.relay.number;
    const hash = policy?.hash ?? null;
    const about = { routes: subjectOfRoutes(now), para: subjectOfPara(now) };
    const isRoutesDue = isDue(routesAt, about.routes, block);
    const isParaDue = isDue(paraAt, about.para, block);
    if (isRoutesDue) {
      routesAt = { about: about.routes, block };
      try {
        routes = { policy: hash, found: await context.lookAtRoutes(policy, observation) };
      } catch (error) {
        // What could not be looked at stands in nobody's way.
        routes = { policy: hash, found: [] };
        throw error;
      } finally {
        if (!isStopped) context.onLooked();
      }
    }
    if (isParaDue) {
      paraAt = { about: about.para, block };
      para = await context.lookAtPara(policy, observation);
    }
    if (isRoutesDue || isParaDue) await note(now);
  };

  const note = async ({ observation, optIn, policy }: SeenNow): Promise<void> => {
    if (routes === null || para === null || isStopped) return;
    const own = optInFinding(optIn, policy !== null, observation);
    const general = [own, ...releaseFindings(policy?.rules ?? null), ...para.findings];
    const found = [{ route: null, findings: general }, ...routes.found];
    const merged = mergeChecks(found, checks, observation.relay.number);
    // Nobody counts on a rescue that was never asked for.
    const isAsked = optIn?.action === 'opt-in';
    const names = routes.found.flatMap(({ route }) => route ?? []);
    checks = merged.checks;
    readiness = readinessOf(checks, names, { isAsked });
    if (merged.changed.length > 0) await store.save(paraId, checks);
    if (isAsked) for (const change of merged.changed) tellChange(change);
  };

  const tellChange = ({ check, before }: ChangedCheck): void => {
    // That all is well is no news at the first look.
    if (before === null && check.result === 'ok') return;
    const { result, remedy, sentence, fix, routes: concerned } = check;
    tell('readiness-changed', {
      check: check.check,
      from: before?.result ?? null,
      to: result,
      urgency: severityOf({ result, remedy }),
      routes: concerned === null ? null : [...concerned],
      reason: sentence,
      fix,
    });
  };

  return {
    see: (now) => {
      wanted = now;
      looking ??= (async () => {
        while (wanted !== null && !isStopped) {
          const next: SeenNow = wanted;
          wanted = null;
          await look(next);
        }
      })()
        .catch((error) => {
          if (isStopped) return;
          // What was found before says nothing of now.
          readiness = null;
          if (isStoreTrouble(error)) context.onStoreFailed(error);
          else tell('trouble', { reason: messageOf(error) });
        })
        .finally(() => {
          looking = null;
        });
    },
    readiness: () => readiness,
    own: () => para?.own ?? null,
    impossible: (policy) => (routes?.policy === policy ? impossibleOn(routes.found) : undefined),
    stop: () => {
      isStopped = true;
    },
    settled: async () => {
      while (looking) await looking;
    },
  };
}

/** What a look at the routes rests on; once any of it has changed, it is looked again. */
function subjectOfRoutes({ observation, policy }: SeenNow): string {
  const { registrar, lifecycle, futureCodeHash, futureCodeUpgrade, futureCodeUpgradeAt } = observation;
  const { upgradeRestriction, upgradeCooldownUntil, currentCodeHash } = observation;
  const isStopped = policy !== null && readStall(observation, policy.rules.stall.gapBlocks).stalled;
  const lock = [registrar?.manager, registrar?.locked, lifecycle, isStopped, policy?.hash];
  const pending = [currentCodeHash, futureCodeHash, futureCodeUpgrade, futureCodeUpgradeAt];
  return JSON.stringify([lock, pending, upgradeRestriction, upgradeCooldownUntil]);
}

function subjectOfPara({ observation, optIn, policy }: SeenNow): string {
  const { currentCodeHash, futureCodeHash, lifecycle, head } = observation;
  return JSON.stringify([
    currentCodeHash,
    futureCodeHash,
    lifecycle,
    head === null,
    policy?.hash,
    optIn?.sequence,
  ]);
}
