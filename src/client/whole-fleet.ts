import type { FleetRow } from '../domain/fleet/row.ts';
import type { FleetPage } from '../domain/views/fleet.ts';

/** Most paras that one call reads: no relay chain has so many. */
const MOST_PARAS = 10_000;

/** All pages as one. `ask` is given what stands in the query of the next page. */
export async function wholeFleet(ask: (after: string) => Promise<FleetPage>): Promise<FleetPage> {
  const rows: FleetRow[] = [];
  for (let after = ''; ; ) {
    const page = await ask(after);
    rows.push(...page.rows);
    if (page.next === null || page.rows.length === 0 || rows.length >= MOST_PARAS)
      return { ...page, rows, next: null };
    after = `&after=${page.next}`;
  }
}
