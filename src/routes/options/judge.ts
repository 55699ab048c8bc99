import type { Finding } from '../../domain/readiness/finding.ts';
import type { OptionResult, RouteOption } from '../../domain/route/option.ts';

type Judged = Pick<RouteOption, 'result' | 'reasons' | 'helps'>;

/**
 * An option by what was found. What nothing takes away refuses it; else what nobody knows leaves it open; else what time or people take
 * away only comes first.
 */
export function judge(findings: readonly Finding[]): Judged {
  const bad = findings.filter(({ result }) => result === 'obstacle');
  const lasting = bad.filter(({ remedy }) => remedy === 'nothing');
  if (lasting.length > 0) return because('refused', lasting);
  const untold = findings.filter(({ result }) => result === 'unknown');
  if (untold.length > 0) return because('unknown', [...untold, ...bad]);
  return bad.length > 0 ? because('needs', bad) : { result: 'works', reasons: [], helps: [] };
}

function because(result: OptionResult, findings: readonly Finding[]): Judged {
  return {
    result,
    reasons: [...new Set(findings.map(({ sentence }) => sentence))],
    helps: [...new Set(findings.flatMap(({ fix }) => fix ?? []))],
  };
}
