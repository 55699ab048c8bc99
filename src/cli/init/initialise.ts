import { isAbsolute, join, relative, resolve } from 'node:path';
import { parseConfig } from '../../config/config.ts';
import { parsePolicy } from '../../config/policy-file.ts';
import { starterConfig, starterPolicy } from '../../config/starter-files.ts';
import { tokenAmount } from '../../domain/amount.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import { isLiveLifecycle } from '../../domain/chain/stall.ts';
import { policyHash } from '../../domain/policy/policy.ts';
import { policyConcerns } from '../../domain/policy/policy-obstacles.ts';
import type { Hex, ParaId } from '../../domain/units.ts';
import { parseAccount } from '../../keys/account.ts';
import type { CommandIo } from '../shared/io.ts';
import { isTaken, makeFolder, type OutFile, writeAllOut } from '../shared/out-file.ts';
import { accountText } from '../shared/signing.ts';
import { percentage } from '../shared/table.ts';
import { type Asking, createAsking } from './asking.ts';
import type { InitFlags } from './flags.ts';
import { type SeenState, type Unseen, withState } from './look.ts';
import {
  askPara,
  askPlace,
  askRelay,
  askRules,
  askSigner,
  type Told,
  type ToldPara,
  type ToldPlace,
  type ToldRules,
  type ToldSigner,
} from './questions.ts';

/** What was written, and what the operator has to know. */
export interface Initialised {
  readonly para: ParaId;
  readonly config: string;
  /** Null where something that it needs is not known. */
  readonly policy: { readonly file: string; readonly hash: Hex } | null;
  /** What nobody answered. */
  readonly missing: readonly string[];
  /** What to think about, or to do, before a rescue could work. */
  readonly notes: readonly string[];
  /** Commands, in the order in which they are needed. */
  readonly next: readonly string[];
}

interface Answers extends ToldSigner, ToldRules, ToldPlace {
  readonly relay: Told<{ readonly genesis: Hex }>;
  readonly para: ToldPara;
}

/** @throws RESCUE_REQUEST_INVALID, RESCUE_POLICY_UNEXECUTABLE where the answers do not fit the para, RESCUE_INTERRUPTED */
export async function initialise(flags: InitFlags, io: CommandIo): Promise<Initialised> {
  const asking = createAsking(io, { yes: flags.yes === true });
  const relay = await askRelay(flags, asking);
  const para = await askPara(flags, asking);
  const where = { relay: relay.urls, nodes: para.urls, para: para.id };
  return withState(where, io, async (state) => {
    const observation = 'trouble' in state ? null : state.observation;
    const manager = observation?.registrar?.manager;
    const signed = await askSigner(flags, manager ? await accountText(manager) : null, asking);
    const token = 'trouble' in para.seen ? null : para.seen.token;
    const power = 'trouble' in state || 'trouble' in state.power ? null : state.power;
    const rules = await askRules(flags, { token, power }, asking);
    const place = await askPlace(flags, asking);
    const answers = { ...signed, ...rules, ...place, relay, para };
    const missing = missingOf(answers, state);
    return write(answers, { flags, asking, observation, missing });
  });
}

function missingOf({ relay, para, proposers, minimumPower }: Answers, state: SeenState | Unseen): string[] {
  const missing: string[] = [];
  if ('trouble' in relay.seen) {
    missing.push(`the genesis hash of the relay chain, which the policy needs: ${relay.seen.trouble}`);
  } else if ('trouble' in state) {
    missing.push(`how the para stands on the relay chain, its manager and its lock: ${state.trouble}`);
  }
  if ('trouble' in para.seen) missing.push(`the para's token: ${para.seen.trouble}`);
  if (!('trouble' in state) && 'trouble' in state.power) {
    missing.push(
      `whether what votes weigh fits the para's storage, and how much can vote: ${state.power.trouble}`,
    );
  }
  if (proposers.length === 0 && minimumPower === null) {
    missing.push('who may propose, which the policy needs: give --proposer or --minimum-power');
  }
  return missing;
}

async function write(
  answers: Answers,
  context: {
    readonly flags: InitFlags;
    readonly asking: Asking;
    readonly observation: ParaObservation | null;
    readonly missing: readonly string[];
  },
): Promise<Initialised> {
  const { flags, asking, observation, missing } = context;
  const { relay, para } = answers;
  const files = { config: join(flags.out, 'config.yaml'), policy: join(flags.out, 'policy.yaml') };
  const config = await configText(answers, flags.out);
  parseConfig(config, files.config);
  const policy = policyText(answers);
  const parsed = policy === null ? null : parsePolicy(policy, files.policy);
  const texts = [
    { path: files.config, content: config },
    ...(policy === null ? [] : [{ path: files.policy, content: policy }]),
  ];
  await makeFolder(flags.out);
  await writeAllOut(texts, { force: flags.force === true || (await mayReplace(texts, asking)) });
  return {
    para: para.id,
    config: files.config,
    policy: parsed && { file: files.policy, hash: policyHash(parsed) },
    missing,
    notes: [
      ...chainNotes(observation),
      ...(answers.electorate === 0n
        ? ['nobody could vote: by what weighs here, everybody together has nothing']
        : []),
      ...(relay.urls.length > 1
        ? []
        : ['one node of the relay chain can keep news from the service: add others to relay.endpoints']),
      ...(parsed ? policyConcerns(parsed) : []),
    ],
    next: nextSteps(answers, files, parsed !== null),
  };
}

/** A person may replace what is there; else it stays, and the command ends. */
async function mayReplace(files: readonly OutFile[], asking: Asking): Promise<boolean> {
  if (!asking.hasPerson) return false;
  for (const { path, content } of files) {
    if (!(await isTaken(path, content))) continue;
    if (!(await asking.agrees(`${path} is there already and holds something else. Replace it?`, false)))
      return false;
  }
  return true;
}

async function configText(
  { relay, para, signer, multisig, database, publicUrl }: Answers,
  out: string,
): Promise<string> {
  const { encodeAddress } = await import('@polkadot/util-crypto');
  // 32 bytes of hex may be a seed, and are refused in a configuration.
  const address = (text: string) => {
    const parsed = parseAccount(text);
    return 'account' in parsed && parsed.account.length === 66 ? encodeAddress(parsed.account, 42) : text;
  };
  return starterConfig({
    relay: relay.urls,
    genesis: 'trouble' in relay.seen ? null : relay.seen.genesis,
    para: { id: para.id, name: para.name, endpoints: para.urls },
    signer: signerIn(signer, out, address),
    multisig: multisig && { threshold: multisig.threshold, signatories: multisig.signatories.map(address) },
    database: database === undefined ? '.pararescue' : fromFolder(out, database),
    publicUrl,
  });
}

function signerIn(
  signer: ToldSigner['signer'],
  out: string,
  address: (text: string) => string,
): ToldSigner['signer'] {
  switch (signer.kind) {
    case 'external':
      return signer.address === undefined ? signer : { ...signer, address: address(signer.address) };
    case 'uri-env':
      return signer;
    case 'file':
      return {
        ...signer,
        path: fromFolder(out, signer.path),
        ...(signer.passwordFile !== undefined && { passwordFile: fromFolder(out, signer.passwordFile) }),
      };
  }
}

/** A path of the command line, as it is written in a file of the folder. */
function fromFolder(folder: string, path: string): string {
  const within = relative(resolve(folder), resolve(path));
  return within.startsWith('..') || isAbsolute(within) ? resolve(path) : within;
}

/** Null where something that a policy needs is not known. */
function policyText({ relay, para, proposers, minimumPower, power, electorate }: Answers): string | null {
  if ('trouble' in relay.seen || (proposers.length === 0 && minimumPower === null)) return null;
  const token = 'trouble' in para.seen ? null : para.seen.token;
  const share =
    electorate && minimumPower !== null
      ? `, ${percentage(minimumPower, electorate)} of everything that can vote`
      : '';
  return starterPolicy({
    relayGenesis: relay.seen.genesis,
    para,
    proposers,
    minimumPower:
      minimumPower === null
        ? null
        : {
            planck: minimumPower,
            says: `${token ? tokenAmount(minimumPower, token) : `${minimumPower} planck`}${share}`,
          },
    power,
  });
}

function chainNotes(observation: ParaObservation | null): string[] {
  if (observation === null) return [];
  const { paraId, lifecycle, registrar } = observation;
  if (!isLiveLifecycle(lifecycle)) {
    return [
      `para ${paraId} is not live on this relay chain: its lifecycle is ${lifecycle ?? 'empty, it is not registered'}`,
    ];
  }
  if (registrar === null) return [`para ${paraId} has no registrar manager: nobody can sign for it`];
  if (registrar?.locked !== true) return [];
  return [
    `the para is locked, so that its manager can do nothing for it: while it lives, it has to unlock itself ("pararescue lock remove" prints the call)`,
  ];
}

function nextSteps(
  { signer, para }: Answers,
  files: { config: string; policy: string },
  hasPolicy: boolean,
): string[] {
  const key =
    signer.kind === 'uri-env'
      ? ` --signer-uri-env ${signer.env}`
      : signer.kind === 'file'
        ? ` --signer-file ${signer.path}`
        : ' --account MANAGER';
  return [
    ...(hasPolicy ? [`pararescue policy explain ${files.policy}`] : []),
    `pararescue serve --config ${files.config}`,
    ...(hasPolicy
      ? [`pararescue opt-in --para ${para.id} --policy ${files.policy}${key}`, `pararescue doctor ${para.id}`]
      : []),
  ];
}
