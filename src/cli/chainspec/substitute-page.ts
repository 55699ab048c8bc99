import { readFile } from 'node:fs/promises';
import type { NodeAdoption } from '../../chain/nodes/adoption.ts';
import { hashCode } from '../../code/inspect.ts';
import { labelOf } from '../../code/label.ts';
import type { SubstituteFacts } from '../../code/substitute-lint.ts';
import type { RelayObservation } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import { validationPage } from '../../domain/records/validation.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import { isClosed, type ValidationPage } from '../../domain/validation/page.ts';
import {
  lookedPage,
  type PagedSubstitute,
  plannedSubstitutePage,
} from '../../routes/validation/substitute-page.ts';
import { pageFiles, writePage } from '../shared/page-file.ts';

/**
 * Begins the validation page at `path`, or adds what is so now to the one that is there of the same code: what was expected stays. A page that is
 * closed stays as it is.
 * @throws RESCUE_REQUEST_INVALID where what has to be shown was not read, or the file cannot be written
 */
export async function notePage(
  path: string,
  { code, block, own }: SubstituteFacts,
  seen: RelayObservation | null,
  nodes: readonly NodeAdoption[],
): Promise<void> {
  const [observation] = seen?.paras ?? [];
  const label = labelOf(code);
  if (!seen || !observation || own === null || label === null) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'the page shows the relay chain and the code of the para: --page needs --relay, --para and --para-node, and code with a label',
    );
  }
  const substitute: PagedSubstitute = {
    block,
    specVersion: label.specVersion,
    code: { hash: hashCode(code), bytes: code.length, runtime: `${label.specName} ${label.specVersion}` },
  };
  const look = {
    view: viewOfRelay(observation, null),
    moment: { number: seen.relay.number, hash: seen.relay.hash, at: seen.relayTime },
    own: { hash: hashCode(own.code), specVersion: labelOf(own.code)?.specVersion ?? null },
    nodes: nodes.map(({ adoption, sentence }) => ({ runs: adoption === 'runs', sentence })),
  };
  const kept = await pageAt(path);
  if (kept !== null && isOf(kept, observation.paraId, substitute)) {
    if (!isClosed(kept)) await writePage(path, lookedPage(kept, look));
    return;
  }
  const relay = { genesis: seen.genesis, runtime: `spec version ${seen.relaySpecVersion}` };
  await writePage(path, plannedSubstitutePage(substitute, look, { relay, tokens: [] }));
}

function isOf(
  { route, paraId, code }: ValidationPage,
  para: number,
  { code: { hash } }: PagedSubstitute,
): boolean {
  return route === 'collator' && paraId === para && code?.hash === hash;
}

/** The page whose JSON is there; null where there is none, or something else. */
async function pageAt(path: string): Promise<ValidationPage | null> {
  try {
    const text = await readFile(pageFiles(path).json, 'utf8');
    return validationPage.tolerant.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
