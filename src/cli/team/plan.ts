import type { RescuePlan } from '../../domain/route/option.ts';
import type { ParaId } from '../../domain/units.ts';
import type { CodeToPlan } from '../../routes/options/look.ts';
import { withGovernanceChains } from '../governance/options.ts';
import { multisigOf } from '../shared/acting-flags.ts';
import { paraArgument } from '../shared/arguments.ts';
import { type ChainFlags, type ChosenChains, chosenChains, withChainOptions } from '../shared/chain-flags.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import { readCodeFile } from '../shared/code-file.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { withKeyOptions } from '../shared/key-options.ts';
import {
  endpointOption,
  troubleTo,
  withActingOptions,
  withRelay,
  withTrustOptions,
} from '../shared/operator-options.ts';
import { withForceOption } from '../shared/out-file.ts';
import { withHashes, writeCalls } from '../shared/plan-calls.ts';
import { readPolicy } from '../shared/policy-file.ts';
import { rescuePlanText } from '../shared/rescue-plan-text.ts';

interface PlanFlags extends ClientFlags, ChainFlags {
  readonly code?: string;
  readonly out?: string;
  readonly force?: true;
  readonly assetHub?: readonly string[];
  readonly assetHubId: ParaId;
  readonly collectives?: readonly string[];
}

/** Exit status, as that of `doctor`. */
const EXIT = { possible: 0, unknown: 4, impossible: 5 } as const satisfies Record<
  RescuePlan['result'],
  number
>;

export const registerPlan: RegisterCommand = (program, io) => {
  const subject = withChainOptions(withClientOptions(program.command('plan'), io))
    .description(
      'what can be done for a para that has stopped: every way back, best first, with its calls, times, costs and dangers, or why not',
    )
    .argument('<para>', 'para id', paraArgument)
    .option('--code <file>', 'the code that is to bring it back, wasm or compressed wasm')
    .addOption(endpointOption('--coretime <url>', 'the Coretime chain, to which registrars move'));
  const command = withForceOption(withGovernanceChains(subject))
    .option('--out <folder>', 'write the bytes of each call that is known into a file there')
    .addHelpText(
      'after',
      '\nExit status: 0 there is a way, 1 error, 4 that cannot be told, 5 there is none.',
    );
  withActingOptions(withTrustOptions(withKeyOptions(command, "without a service: the signer's"))).action(
    async (paraId: ParaId, flags: PlanFlags) => {
      const code = flags.code === undefined ? null : await readCode(flags.code);
      const plan = await planned(paraId, code, flags, io);
      const files =
        flags.out === undefined ? [] : await writeCalls(flags.out, plan, code?.bytes ?? null, flags);
      io.stdout(flags.json ? jsonText({ ...plan, files }) : await rescuePlanText(plan, files));
      io.finish(EXIT[plan.result]);
    },
  );
};

/** The file, and what it says of itself. @throws RESCUE_CODE_INVALID for code that no validator takes, of whatever chain */
async function readCode(path: string): Promise<CodeToPlan & { readonly bytes: Uint8Array }> {
  const bytes = await readCodeFile(path);
  const { inspectCode } = await import('../../code/inspect.ts');
  const { codeHash, size, runtime } = inspectCode(bytes, { maxCodeSize: Number.MAX_SAFE_INTEGER });
  return { hash: codeHash, size, specName: runtime.specName, specVersion: runtime.specVersion, bytes };
}

async function planned(
  paraId: ParaId,
  code: CodeToPlan | null,
  flags: PlanFlags,
  io: CommandIo,
): Promise<RescuePlan> {
  const chains = await chosenChains(paraId, flags, io);
  if (chains) return byEndpoints(paraId, code, chains, flags, io);
  const client = await clientOf(flags, io);
  const plan = await client.plan(paraId, code);
  if (code?.bytes == null) return plan;
  return withHashes(plan, code.bytes);
}

async function byEndpoints(
  paraId: ParaId,
  code: CodeToPlan | null,
  chains: ChosenChains,
  flags: Pick<PlanFlags, 'policy' | 'assetHub' | 'assetHubId' | 'collectives'>,
  io: CommandIo,
): Promise<RescuePlan> {
  const policy = flags.policy === undefined ? null : await readPolicy(flags.policy);
  const { paraNode: urls = [], contracts, coretime } = chains;
  const multisig = chains.multisig === undefined ? null : await multisigOf(chains.multisig);
  const { planPara } = await import('../../app/plan.ts');
  return withRelay({ ...chains, para: paraId }, io, (session) =>
    planPara(session, {
      urls,
      policy,
      contracts,
      coretime,
      hub: flags.assetHub
        ? { urls: flags.assetHub, paraId: flags.assetHubId }
        : (chains.governance ?? { urls: [], paraId: flags.assetHubId }),
      collectives: flags.collectives ?? [],
      code,
      multisig,
      onTrouble: troubleTo(io),
    }),
  );
}
