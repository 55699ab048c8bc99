import type { RelaySession } from '../../chain/relay/session.ts';
import type { CodeFacts } from '../../code/inspect.ts';
import { tokenAmount } from '../../domain/amount.ts';
import type { ParaObservation, RelayLimits } from '../../domain/chain/observation.ts';
import { RescueError } from '../../domain/errors.ts';
import type { ParaRuntime } from '../../domain/ports/para.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import { aftercareOf } from '../../domain/round/aftercare.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { Hex } from '../../domain/units.ts';
import { enactmentDelay } from '../../routes/code-upgrade.ts';
import { actObstacles, scheduleAct } from '../../routes/registrar/manager-acts.ts';
import { labelRegrets, neverLocked, type Regret, scheduleRegrets } from '../../routes/registrar/regrets.ts';
import { registerCodeTools } from '../code/commands.ts';
import type { PageFlags } from '../shared/act-page.ts';
import { type TrialFlags, tryCall, tryRescue, withParaNode, withTrialOptions } from '../shared/act-trial.ts';
import { actingOf } from '../shared/acting-flags.ts';
import { gapArgument } from '../shared/arguments.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { carryOut } from '../shared/operator-call.ts';
import {
  type OperatorFlags,
  troubleTo,
  withOperatorOptions,
  withPageOption,
  withRelayToAct,
} from '../shared/operator-options.ts';
import { ASKS_NOBODY } from '../shared/release-text.ts';

interface CodeFlags extends OperatorFlags, TrialFlags, PageFlags {
  readonly code: string;
  readonly specName?: string;
  readonly gap?: number;
}

export const registerCode: RegisterCommand = (program, io) => {
  const code = program
    .command('code')
    .description('runtime code: what it is, and what the relay chain stores for a para');
  registerCodeTools(code, io);
  withPageOption(withParaNode(withTrialOptions(withOperatorOptions(code.command('schedule')))))
    .description(
      'as the manager of an unlocked para that has stopped: schedule new code, which validators check before it applies',
    )
    .requiredOption('--code <file>', 'the runtime, wasm or compressed wasm')
    .option(
      '--spec-name <name>',
      'take a runtime of this chain, also where the relay chain stores one of another',
    )
    .option('--any-spec-version', "take code whose label is not that of the para's own code")
    .option('--stop-living-para', 'schedule it though the para lives, which stops it at the switch')
    .option('--risk-bricking', 'schedule it under the old rule, which can keep the para from ever going on')
    .option(
      '--gap <blocks>',
      'relay blocks without a head after which the para counts as stopped',
      gapArgument,
    )
    .addHelpText('after', ASKS_NOBODY)
    .action((flags: CodeFlags) => withRelayToAct(flags, io, (session) => schedule(session, flags, io)));
};

async function schedule(session: RelaySession, flags: CodeFlags, io: CommandIo): Promise<void> {
  const blob = await readCodeFile(flags.code);
  const [{ hashCode, inspectCode }, { comparisonSentences }] = await Promise.all([
    import('../../code/inspect.ts'),
    import('../../code/compare.ts'),
  ]);
  const { observation, limits } = session;
  const view = viewOfRelay(observation, limits);
  const codeHash = hashCode(blob);
  const act = scheduleAct(flags.para, blob, codeHash);
  const stored = await storedCode(session);
  const own = await ownCode(session, flags, io);
  // What the relay chain stores may be another chain's, put there by mistake; the para's own state is not.
  const specName = flags.specName ?? own?.specName;
  // What chain state refuses is told first; a blob that validators would reject is refused by its own error.
  const isPossible = actObstacles(act, view).length === 0;
  const facts = isPossible
    ? inspectCode(blob, {
        maxCodeSize: limits.maxCodeSize,
        replacedCode: stored,
        ...(specName !== undefined && { expectSpec: { specName } }),
      })
    : null;
  const account = observation.registrar?.manager ?? null;
  const { paraNode: urls } = flags;
  const acting = await actingOf(flags, session.signer.account);
  const isNamed = acting.signer !== null || acting.multisig !== null;
  const what = { paraId: flags.para, code: blob, acting: isNamed ? acting : null };
  await carryOut(
    session,
    {
      ...act,
      regrets: [...scheduleRegrets(view, flags.gap), ...(facts ? await labels(facts, own, stored) : [])],
      ...(account !== null && {
        tryIt: () =>
          urls === undefined
            ? tryCall(session, { paraId: flags.para, call: act.call, account }, io)
            : tryRescue(session, { ...what, urls }, io),
      }),
      warnings: [
        ...(facts
          ? [`the code is ${facts.runtime.specName} ${facts.runtime.specVersion}, hash ${codeHash}`]
          : []),
        ...(facts?.comparison ? comparisonSentences(facts.comparison) : []),
        ...[neverLocked(observation)].filter((sentence) => sentence !== null),
        ...(urls === undefined
          ? [
              'blocks of the para under this code are not tried, and its own label is not read: --para-node does both',
            ]
          : []),
        ...(await timesAndPrices(session, blob.length)),
      ],
      name: 'code schedule',
      code: {
        hash: codeHash,
        bytes: blob.length,
        runtime: facts && `${facts.runtime.specName} ${facts.runtime.specVersion}`,
      },
      words: [
        'code',
        'schedule',
        '--code',
        flags.code,
        ...(flags.specName === undefined ? [] : ['--spec-name', flags.specName]),
      ],
      effect: `code ${codeHash} is scheduled for para ${flags.para}`,
      afterwards: aftercareOf({
        codeHash,
        ownCodeHash: own?.codeHash ?? null,
        specVersion: facts?.runtime.specVersion ?? null,
        from: observation.head?.number ?? null,
        locked: observation.registrar?.locked ?? null,
      }),
    },
    flags,
    io,
  );
}

/** What the relay chain stores for the para: the code is held against it. */
async function storedCode({ observation, reader }: RelaySession): Promise<Uint8Array | null> {
  const { currentCodeHash } = observation;
  return currentCodeHash === null ? null : reader.storedCode(currentCodeHash);
}

interface OwnCode extends ParaRuntime {
  readonly codeHash: Hex;
}

/** What stands in the para's own state at the included head, proven; null where no node of it is named. @throws RESCUE_NODE_* */
async function ownCode(
  { observation: { head } }: RelaySession,
  { paraNode: urls }: CodeFlags,
  io: CommandIo,
): Promise<OwnCode | null> {
  if (urls === undefined) return null;
  if (head === null) {
    throw new RescueError(
      'RESCUE_CHAIN_REFUSES',
      'the relay chain stores no head of the para that is a header',
    );
  }
  const { createParaReader } = await import('../../chain/para/para-reader.ts');
  const reader = createParaReader({ urls, onTrouble: troubleTo(io) });
  try {
    const [runtime, codeHash] = await Promise.all([reader.runtimeVersion(head), reader.codeHash(head)]);
    return { ...runtime, codeHash };
  } finally {
    await reader.close();
  }
}

/** Nodes compare the label with that of the para's own code, which mostly is what the relay chain stores. */
async function labels(
  { runtime }: CodeFacts,
  own: OwnCode | null,
  stored: Uint8Array | null,
): Promise<Regret[]> {
  const { specVersion } = runtime;
  if (own !== null) return labelRegrets(specVersion, own.specVersion, "the para's own state");
  return labelRegrets(
    specVersion,
    await labelOf(stored),
    "the code that the relay chain stores (--para-node reads the para's own)",
  );
}

async function labelOf(code: Uint8Array | null): Promise<number | null> {
  if (code === null) return null;
  const [{ embeddedVersion }, { outlineWasm }, { unpackCode }, { MalformedBytes }] = await Promise.all([
    import('../../code/label.ts'),
    import('../../code/sections.ts'),
    import('../../code/zstd.ts'),
    import('../../bytes/reader.ts'),
  ]);
  try {
    return embeddedVersion(outlineWasm(unpackCode(code)))?.specVersion ?? null;
  } catch (error) {
    if (error instanceof MalformedBytes) return null;
    throw error;
  }
}

async function timesAndPrices(session: RelaySession, bytes: number): Promise<string[]> {
  const { limits, observation, reader, endpoints } = session;
  const [{ readToken }, { answerOf }] = await Promise.all([
    import('../../chain/nodes/token.ts'),
    import('../../domain/readiness/answer-of.ts'),
  ]);
  const [costs, token] = await Promise.all([
    answerOf(() => reader.upgradeCosts(observation.paraId, bytes)),
    answerOf(() => readToken(endpoints)),
  ]);
  const amount = (planck: bigint): string =>
    'trouble' in token ? `${planck} planck` : tokenAmount(planck, token);
  const { fee, cooldown } = 'trouble' in costs ? { fee: undefined, cooldown: undefined } : costs;
  return [
    whenItApplies(limits),
    ...(fee === undefined ? [] : [`the fee for its length is about ${amount(fee)}`]),
    ...cooldownLine(observation, cooldown === undefined ? null : amount(cooldown)),
  ];
}

function whenItApplies(limits: RelayLimits): string {
  const { validationUpgradeCooldown } = limits;
  return limits.appliesAtExpectedBlock
    ? `it applies about ${blocksAndHours(enactmentDelay(limits))} after it was scheduled, if the validators accept it; the next upgrade is possible ${blocksAndHours(validationUpgradeCooldown)} later, and until then nobody but governance replaces it`
    : 'this relay chain applies it only with the next included head: it does not reach a para that builds no blocks';
}

function cooldownLine(observation: ParaObservation, price: string | null): string[] {
  const { upgradeRestriction, upgradeCooldownUntil: until, relay } = observation;
  if (upgradeRestriction === null) return [];
  const left = until === null ? '' : ` for ${blocksAndHours(Math.max(0, until - relay.number))}`;
  const ended = `; ending it now burns ${price ?? 'what this relay chain does not tell'}`;
  return [`the upgrade cooldown runs${left}${ended} (paras.removeUpgradeCooldown, by anyone)`];
}
