import type { Adoption, NodeAdoption } from '../../chain/nodes/adoption.ts';
import type { CodeFinding } from '../../code/findings.ts';
import type { Hex } from '../../domain/units.ts';
import { facts, table } from '../shared/table.ts';
import { checkLines } from '../shared/upgrade-text.ts';

export interface Substituted {
  readonly code: { readonly source: string; readonly hash: Hex; readonly specVersion: number | null };
  readonly block: number;
  readonly findings: readonly CodeFinding[];
  /** The file; null when nothing was written. */
  readonly written: string | null;
  /** Whether that is a whole chain spec. */
  readonly isWhole: boolean;
  /** Keys of the entries that the new one replaces. */
  readonly replaced: readonly string[];
  readonly nodes: readonly NodeAdoption[];
}

const WORDS = {
  runs: 'runs it',
  'does-not': 'DOES NOT RUN IT',
  'too-early': 'NOT SYNCED',
  'no-effect': 'NO EFFECT',
  'not-needed': 'not needed',
  other: 'OTHER CODE',
  unknown: 'unknown',
} as const satisfies Record<Adoption, string>;

/** What was found, what was written, and what each kind of node has to do now. */
export function substituteText(done: Substituted): string {
  const { code, block, findings, written, replaced, nodes, isWhole } = done;
  const parts = [
    facts([
      ['code', code.source],
      ['hash', code.hash],
      ['label', code.specVersion === null ? 'none' : String(code.specVersion)],
      ['counts from', `the state of block ${block} on`],
      ['replaces', replaced.length === 0 ? null : `the substitute for block ${replaced.join(', ')}`],
      ['written to', written],
    ]),
    checkLines(findings),
  ];
  if (nodes.length > 0) {
    const rows = nodes.map(({ endpoint, adoption, best, sentence }) => [
      endpoint,
      WORDS[adoption],
      best === null ? '' : String(best),
      sentence,
    ]);
    parts.push(table(['node', 'substitute', 'best block', 'how that is seen'], rows, ['best block']));
  }
  if (written !== null) parts.push(instructions(done, isWhole ? written : 'the spec'));
  return parts.join('\n');
}

/** Per node; nodes of both kinds need the spec, or they stop at the first block that was built with the substitute. */
function instructions({ block, code }: Substituted, spec: string): string {
  return [
    'What to do, node by node:',
    '',
    'Collators',
    `  1. Stop the node, take the chain spec with the substitute (--chain ${spec}), and start it again with -lcode-provider::substitutes=debug. The database stays: the genesis is the same.`,
    `  2. Look for "Using WASM substitute" (newer nodes: "Using runtime substitute") in the log once it comes to block ${block}.`,
    `  3. "Parachain code doesn't match validation code stored in the relay chain state." means that the relay chain does not store ${code.hash} yet, or the file was changed on the way.`,
    '  4. One collator after the other is enough: the first that builds a block shows whether it is taken.',
    '',
    'Full nodes, RPC nodes, indexers and light-client providers',
    '  1. The same spec, the same restart. Without it a node refuses the first block that was built with the substitute ("Storage root must match that calculated"), and stays there.',
    '  2. Wallets ask RPC nodes for the version to sign for, and are told the label: extrinsics are signed with "pararescue tx sign" while the substitute is in use.',
    '',
    'Nodes with a built-in spec (--chain NAME)',
    '  Export it with build-spec --raw, patch that file, and start with --chain FILE; or take a release that has the substitute in it.',
    '',
    'Afterwards',
    '  pararescue chainspec substitute --code CODE --block N --node URL --node URL    looks which nodes run it',
    `  The substitute goes out of use with an ordinary upgrade of the para to a spec version above ${code.specVersion ?? 'its label'}. The entry stays for nodes that sync from the beginning.`,
    '',
  ].join('\n');
}
