import { type Finding, obstacle, ok, unknown } from '../../domain/readiness/finding.ts';
import type { OptionStep, RouteOption } from '../../domain/route/option.ts';
import { bareOption } from '../options/bare-option.ts';
import { judge } from '../options/judge.ts';
import type { PlanLook } from '../options/look.ts';

const BARE = bareOption({
  way: 'collator',
  route: 'collator',
  result: 'refused',
  summary:
    "nothing is sent to the relay chain: the para's nodes take the code that the relay chain stores as a substitute for their own",
  waitsFor: 'operators of nodes, who restart them with a changed chain spec',
});

/**
 * The way without the relay chain. A collator declares the hash of the substitute, and the relay chain takes blocks of the code that it
 * stores only; a node takes a substitute only while its label is that of the para's own code. So it works exactly where the relay
 * chain stores other code than the para, with the same label.
 */
export function collatorOption(look: PlanLook): RouteOption {
  const findings = [identityFinding(look), ...labelFindings(look)];
  const judged = judge(findings);
  if (judged.result !== 'works') return { ...BARE, ...judged, findings };
  const { observation } = look;
  return {
    ...BARE,
    ...judged,
    result: 'needs',
    helps: ['patch the chain spec of every node with "pararescue chainspec substitute", and restart it'],
    findings,
    steps: stepsOf(look),
    dependsOn: [
      'collators that declare the hash of the substitute, as lookahead and slot-based ones do; very old ones declare the hash of the relay chain',
      `nodes that still have the state of block ${observation.head?.number ?? 0}`,
    ],
    risks: [
      'every node needs the changed chain spec, not only collators: one without it stops at the first rescued block',
      'extrinsics are signed for the spec version that is compiled into the code, not for that of its label ("pararescue tx sign")',
      'the substitute stays in use until the para upgrades to code with another label; an upgrade to the same label stays substituted',
    ],
  };
}

function identityFinding({ observation, own, code }: PlanLook): Finding {
  const { currentCodeHash } = observation;
  if (currentCodeHash === null)
    return obstacle('byte-identity', 'nothing', 'the relay chain stores no code of the para');
  if (code !== null && code.hash !== currentCodeHash) {
    return obstacle(
      'byte-identity',
      'nothing',
      `the relay chain stores other code (${currentCodeHash}) than this one: it refuses blocks of collators that use it (InvalidValidationCodeHash)`,
      'have the relay chain store the code first: see the other ways',
    );
  }
  if ('trouble' in own)
    return unknown('byte-identity', `the para's own code could not be read: ${own.trouble}`);
  if (own.codeHash === currentCodeHash) {
    return obstacle(
      'byte-identity',
      'nothing',
      "the relay chain stores the para's own code: there is nothing to take as a substitute, and blocks of any other code are refused",
      'have other code put in place on the relay chain: see the other ways',
    );
  }
  return ok(
    'byte-identity',
    `the relay chain stores ${currentCodeHash}, the para ${own.codeHash}: the substitute is the code of the relay chain, byte for byte`,
  );
}

/** L = O: the label of the relay chain's code, and that of the para's own. */
function labelFindings({ own, stored }: PlanLook): Finding[] {
  if ('trouble' in own) return [];
  if ('trouble' in stored) {
    return [
      unknown('code-label', `the code that the relay chain stores could not be read: ${stored.trouble}`),
    ];
  }
  if (stored.codeHash === own.codeHash) return [];
  const { label } = stored;
  const needed = `${own.specName} ${own.specVersion}`;
  const relabel = `set the relay chain to code that is labelled ${needed}: the same code re-labelled ("pararescue code relabel"), or a fix that is built with that spec version (see the other ways)`;
  if (label === null) {
    return [
      obstacle(
        'code-label',
        'nothing',
        'the code that the relay chain stores has no runtime_version section, so that no node takes it as a substitute',
        relabel,
      ),
    ];
  }
  if (label.specName !== own.specName) {
    return [
      obstacle(
        'code-label',
        'nothing',
        `the relay chain stores the runtime of another chain, ${label.specName}, where the para runs ${own.specName}`,
        relabel,
      ),
    ];
  }
  return [
    label.specVersion === own.specVersion
      ? ok(
          'code-label',
          `both codes are labelled ${needed}, so that nodes take the one as a substitute for the other`,
        )
      : obstacle(
          'code-label',
          'nothing',
          `the relay chain's code is labelled ${label.specName} ${label.specVersion}, the para's own ${needed}: nodes take a substitute only with the label of their own code`,
          relabel,
        ),
  ];
}

function stepsOf({ observation }: PlanLook): OptionStep[] {
  const { head, currentCodeHash } = observation;
  const bare = {
    chain: 'nodes of the para',
    origin: null,
    signer: null,
    call: null,
    before: [],
    expectedBlocks: null,
  };
  return [
    {
      ...bare,
      title: `take the code ${currentCodeHash} from the relay chain and write it into codeSubstitutes of the chain spec, under a block number of at most ${head?.number ?? 0} ("pararescue chainspec substitute")`,
      after: [{ text: 'the substitute is the code of the relay chain, byte for byte', holds: null }],
    },
    {
      ...bare,
      title: 'restart every node of the para with that chain spec, collators and full nodes',
      after: [
        {
          text: 'each node answers state_call Core_version with the version compiled into the substitute',
          holds: null,
        },
      ],
    },
    {
      ...bare,
      title: 'collators build, and their heads are included',
      chain: 'relay chain',
      after: [
        { text: `the relay chain includes a block after ${head?.number ?? 0} of the para`, holds: false },
      ],
    },
  ];
}
