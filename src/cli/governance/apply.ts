import type { Command } from 'commander';
import type { RelaySession } from '../../chain/relay/session.ts';
import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import { RescueError } from '../../domain/errors.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import { viewOfRelay } from '../../domain/route/view.ts';
import type { AccountHex } from '../../domain/units.ts';
import { applyAct } from '../../routes/governance/apply-act.ts';
import { actObstacles } from '../../routes/registrar/manager-acts.ts';
import { applyRegrets } from '../../routes/registrar/regrets.ts';
import { preparedPageCall } from '../../routes/validation/page-call.ts';
import { beginActPage, followOnPage, type PageFlags } from '../shared/act-page.ts';
import { dryRunText, type ExamineFlags, loudWarnings, refusalsOf } from '../shared/act-view.ts';
import { gapArgument } from '../shared/arguments.ts';
import { callText, viewOf } from '../shared/call-view.ts';
import { jsonText } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import { requireConsent } from '../shared/consent.ts';
import type { CommandIo } from '../shared/io.ts';
import {
  type OperatorFlags,
  troubleTo,
  withPageOption,
  withRelayOptions,
  withRelayToAct,
  withSubmitOptions,
} from '../shared/operator-options.ts';
import { ASKS_NOBODY } from '../shared/release-text.ts';
import { storedLabelRegrets } from '../shared/stored-label.ts';

interface ApplyFlags extends OperatorFlags, ExamineFlags, PageFlags {
  readonly code: string;
}

/** The call asks for no account: it is tried out as one that nobody has. */
const ANYBODY: AccountHex = `0x${'00'.repeat(32)}`;

export function registerApply(parent: Command, io: CommandIo): void {
  withPageOption(withSubmitOptions(withRelayOptions(parent.command('apply')), "any account's"))
    .description(
      'set the code whose hash root of the relay chain authorised; without a key the extrinsic is unsigned, and free',
    )
    .requiredOption('--code <file>', 'the runtime, exactly as its hash was authorised')
    .option('--stop-living-para', 'set it though the para lives, which stops it at once')
    .option('--any-spec-version', 'take code whose label is not that of the code that it replaces')
    .option(
      '--gap <blocks>',
      'relay blocks without a head after which the para counts as stopped',
      gapArgument,
    )
    .addHelpText('after', ASKS_NOBODY)
    .action((flags: ApplyFlags) => apply(flags, io));
}

async function apply(flags: ApplyFlags, io: CommandIo): Promise<void> {
  const code = await readCodeFile(flags.code);
  const { hashCode } = await import('../../code/inspect.ts');
  await withRelayToAct(flags, io, async (session) => {
    const { observation, limits, submitter, reader } = session;
    const { authorizedCode } = observation;
    const codeHash = hashCode(code);
    const act = applyAct(flags.para, code, codeHash);
    const prepared = await submitter.prepare(act.call);
    const chains = viewOfRelay(observation, limits);
    const impossible = actObstacles(act, chains);
    const version = impossible.length === 0 ? await inspect(session, code) : null;
    const regrets = [
      ...applyRegrets(chains, flags.gap),
      ...(version === null ? [] : await storedLabelRegrets(session, version)),
    ];
    const obstacles = [...impossible, ...refusalsOf({ ...act, regrets }, flags)];
    const { dryRunCall } = await import('../../chain/extrinsics/call-dry-run.ts');
    const { endpoints, finalized } = session;
    const dryRun = await dryRunCall(endpoints, prepared.data, { signed: ANYBODY }, finalized);
    if (dryRun.kind === 'fails' && obstacles.length === 0) {
      obstacles.push(`the relay's runtime says that the call fails: ${dryRun.reason}`);
    }
    const warnings = [...loudWarnings({ ...act, regrets }, flags, null), ...warningsOf(session)];
    const view = { ...viewOf(prepared, undefined), dryRun, obstacles, warnings };
    const text = [
      callText(view),
      `dry run    ${dryRunText(dryRun)}\n`,
      ...warnings.map((warning) => `warning: ${warning}\n`),
      ...obstacles.map((obstacle) => `cannot work: ${obstacle}\n`),
    ].join('');
    if (flags.dryRun) io.stdout(flags.json ? jsonText(view) : text);
    if (obstacles.length > 0) throw refused(prepared, obstacles);
    const signer = submitter.signer();
    const page = await beginActPage(
      session,
      flags,
      {
        name: 'governance apply',
        title: 'set the authorised code',
        call: preparedPageCall(prepared, {
          chain: 'relay chain',
          origin: signer === null ? "nobody's" : 'signed',
          signer: signer ?? 'anybody',
        }),
        before: act.before,
        after: act.after,
        notes: warnings,
        code: { hash: codeHash, bytes: code.length, runtime: null },
      },
      chains,
    );
    if (flags.dryRun || !authorizedCode) return;
    requireConsent({ hasKey: true, warnings, show: () => io.stdout(text) }, flags, io);
    const step = {
      key: prepared.hash,
      title: 'set the authorised code',
      while: [],
      before: act.before,
      after: act.after,
      call: { method: prepared.decoded.method, signer: signer ?? 'anybody' },
      paraId: flags.para,
      chain: 'relay chain',
      submitter,
      isUnsigned: signer === null,
      sign: () =>
        signer === null
          ? submitter.unsigned(act.call, authorizedCode.expireAt - 1)
          : submitter.sign(act.call),
    } as const;
    const { block, entry } = await followOnPage(page, step, io, {
      blocks: reader.watch([flags.para], io.signal),
      viewAt: async ({ paras: [now = observation] }) => viewOfRelay(now, limits),
      onTrouble: troubleTo(io),
    });
    const effect = `the relay chain stores code ${codeHash} for para ${flags.para}; its collators have to build with it`;
    const { bytes: _, ...sent } = entry?.extrinsic ?? { bytes: null };
    io.stdout(
      flags.json
        ? jsonText({ ...view, extrinsic: entry && sent, finalizedAt: block.relay, effect })
        : `done, finalized at relay block ${block.relay.number} (${block.relay.hash}): ${effect}\n`,
    );
  });
}

/** The call checks neither form nor label of the code, and no validator votes on it: what would stop them is refused here. */
async function inspect({ observation, limits, reader }: RelaySession, code: Uint8Array): Promise<number> {
  const { inspectCode } = await import('../../code/inspect.ts');
  const { currentCodeHash } = observation;
  const { runtime } = inspectCode(code, {
    maxCodeSize: limits.maxCodeSize,
    replacedCode: currentCodeHash === null ? null : await reader.storedCode(currentCodeHash),
  });
  return runtime.specVersion;
}

function warningsOf({ observation }: RelaySession): string[] {
  const { authorizedCode, relay, upgradeRestriction } = observation;
  const left = authorizedCode ? Math.max(0, authorizedCode.expireAt - relay.number) : 0;
  return [
    'the code is current as soon as the extrinsic is included: no validator votes on it before, and nothing takes it back',
    ...(authorizedCode ? [`the authorisation lasts another ${blocksAndHours(left)}`] : []),
    ...(upgradeRestriction === null
      ? []
      : ["the para's upgrade cooldown goes on: its next own upgrade has to wait for its end"]),
  ];
}

function refused({ decoded }: PreparedCall, obstacles: readonly string[]): RescueError {
  return new RescueError('RESCUE_CHAIN_REFUSES', `${decoded.method} cannot work: ${obstacles.join('; ')}`, {
    details: { obstacles },
  });
}
