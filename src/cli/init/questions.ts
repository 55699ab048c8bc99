import type { StarterConfig } from '../../config/starter-files.ts';
import { type Token, tokenAmount } from '../../domain/amount.ts';
import type { Multisig } from '../../domain/chain/acting.ts';
import { RescueError } from '../../domain/errors.ts';
import type { Policy, PowerSource } from '../../domain/policy/policy.ts';
import type { ParaId, Planck } from '../../domain/units.ts';
import { multisigOf } from '../shared/acting-flags.ts';
import {
  readAccounts,
  readParaId,
  readPower,
  readPublicUrl,
  readSigner,
  readSources,
  readUrls,
} from './answers.ts';
import type { Asking } from './asking.ts';
import type { InitFlags } from './flags.ts';
import {
  lookAtPara,
  lookAtRelay,
  type SeenPara,
  type SeenPower,
  type SeenRelay,
  type Unseen,
} from './look.ts';

/** Endpoints, and what they said of their chain. */
export interface Told<Seen> {
  readonly urls: readonly string[];
  readonly seen: Seen | Unseen;
}
export type ToldPara = Told<SeenPara> & { readonly id: ParaId; readonly name: string };

/** Where the embedded network and most nodes listen. */
const LOCAL = { relay: 'ws://127.0.0.1:9944', para: 'ws://127.0.0.1:9945' };

export async function askRelay({ relay }: InitFlags, asking: Asking): Promise<Told<SeenRelay>> {
  asking.say('1. Which relay chain? Several nodes, run by different people, are best.');
  const question = { asks: '   its nodes', flag: '--relay', usual: LOCAL.relay };
  const told = await untilOneAnswers({ ...question, given: relay }, lookAtRelay, asking);
  if (!('trouble' in told.seen)) asking.say(`   ${told.seen.name}, genesis ${told.seen.genesis}`);
  return told;
}

export async function askPara(flags: InitFlags, asking: Asking): Promise<ToldPara> {
  asking.say('2. Which para? Nodes of your own, which keep its state when it has stopped, are best.');
  const question = { asks: '   its nodes', flag: '--para-node', usual: LOCAL.para };
  const told = await untilOneAnswers({ ...question, given: flags.paraNode }, lookAtPara, asking);
  const seen = 'trouble' in told.seen ? null : told.seen;
  const tells = seen?.id ?? null;
  const known = flags.para ?? (asking.hasPerson ? null : tells);
  if (known === null && !asking.hasPerson) {
    const why =
      'trouble' in told.seen ? told.seen.trouble : `${told.seen.name} does not say which para it is`;
    throw new RescueError('RESCUE_REQUEST_INVALID', `the para id is not known: give --para (${why})`);
  }
  const id = await asking.answer({
    asks: '   para id',
    flag: '--para',
    given: known === null ? undefined : String(known),
    usual: tells === null ? null : String(tells),
    read: readParaId,
  });
  if (tells !== null && id !== tells) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      `the nodes of the para say that it is para ${tells}, not ${id}: correct --para or --para-node`,
    );
  }
  return { ...told, id, name: flags.name ?? seen?.name ?? `Para ${id}` };
}

/** Endpoints of a chain; a person may correct those that do not answer. */
async function untilOneAnswers<Seen>(
  question: {
    readonly asks: string;
    readonly flag: string;
    readonly usual: string;
    readonly given: readonly string[] | undefined;
  },
  look: (urls: readonly string[]) => Promise<Seen | Unseen>,
  asking: Asking,
): Promise<Told<Seen>> {
  let given = question.given?.join(' ');
  for (;;) {
    const urls = await asking.answer({ ...question, given, read: readUrls });
    const seen = await look(urls);
    if (!isUnseen(seen) || !asking.hasPerson) return { urls, seen };
    asking.say(`   ${seen.trouble}`);
    if (await asking.agrees('   keep them all the same?', false)) return { urls, seen };
    given = undefined;
  }
}

export interface ToldSigner {
  readonly signer: StarterConfig['signer'];
  readonly multisig: Multisig | null;
}

export async function askSigner(
  flags: InitFlags,
  manager: string | null,
  asking: Asking,
): Promise<ToldSigner> {
  const { signerUriEnv, signerFile, signerPasswordEnv, signerPasswordFile, account } = flags;
  const given = [
    ...(signerUriEnv === undefined ? [] : [`env ${signerUriEnv}`]),
    ...(signerFile === undefined ? [] : [`file ${signerFile}`]),
    ...(account === undefined ? [] : [`outside ${account}`]),
  ];
  if (given.length > 1) {
    throw new RescueError(
      'RESCUE_REQUEST_INVALID',
      'more than one who signs is given: use one of --signer-uri-env, --signer-file and --account',
    );
  }
  asking.say(`3. Who signs for the registrar manager${manager === null ? '' : ` ${manager}`}?`);
  asking.say(
    '   outside: a wallet, a multisig, somebody else; this service holds no key and says what to sign.',
  );
  asking.say(
    '   env NAME: this service, with the secret in that environment variable.   file PATH: with that key file.',
  );
  const signer = await asking.answer({
    asks: '   outside, outside ADDRESS, env NAME or file PATH',
    flag: '--account, --signer-uri-env or --signer-file',
    given: given[0] ?? (asking.hasPerson ? undefined : 'outside'),
    usual: 'outside',
    read: readSigner,
  });
  const withPassword =
    signer.kind === 'file'
      ? {
          ...signer,
          ...(signerPasswordEnv !== undefined && { passwordEnv: signerPasswordEnv }),
          ...(signerPasswordFile !== undefined && { passwordFile: signerPasswordFile }),
        }
      : signer;
  return {
    signer: withPassword,
    multisig: flags.multisig === undefined ? null : await multisigOf(flags.multisig),
  };
}

/** What votes weigh, and who may propose. */
export interface ToldRules {
  readonly power: readonly PowerSource[];
  readonly proposers: readonly string[];
  readonly minimumPower: Planck | null;
  /** Everything that can vote; null where nobody proves it. */
  readonly electorate: Planck | null;
}

/** What weighs when nobody says otherwise: the native balance, which nearly all paras have. */
const USUAL_POWER = 'system-account';
/** Tried against the para's metadata, to say what could weigh. An id only stands for some id. */
const CANDIDATES = [
  { says: 'system-account', source: 'system-account' },
  { says: 'assets:ID', source: 'assets:0' },
  { says: 'tokens:ID', source: 'tokens:0' },
  { says: 'tokens:ID', source: 'tokens:0x00' },
  { says: 'staking-ledger', source: 'staking-ledger' },
  { says: 'vesting', source: 'vesting' },
];
/** Whoever may propose has a thousandth of everything that can vote. */
const USUAL_SHARE = 1_000n;

export async function askRules(
  flags: InitFlags,
  { token, power: seen }: { readonly token: Token | null; readonly power: SeenPower | null },
  asking: Asking,
): Promise<ToldRules> {
  asking.say('4. Who decides? What votes weigh, and who may propose the code that is voted on.');
  if (seen) asking.say(`   what its storage has: ${(await whatFits(seen)).join(', ')}`);
  const { power, electorate } = await asking.answer({
    asks: '   what votes weigh',
    flag: '--power',
    given: flags.power ?? (asking.hasPerson ? undefined : USUAL_POWER),
    usual: USUAL_POWER,
    read: async (text) => {
      const sources = readSources(text);
      const rules: Pick<Policy, 'power' | 'excluded'> = { power: sources, excluded: [] };
      return { power: sources, electorate: seen ? await seen.electorate(rules) : null };
    },
  });
  const proposers = await asking.answer({
    asks: '   accounts that may propose whatever they hold',
    flag: '--proposer',
    given: flags.proposer?.join(' ') ?? (asking.hasPerson ? undefined : 'none'),
    usual: 'none',
    read: readAccounts,
  });
  const usual = usualPower(electorate, token) ?? (proposers.length > 0 ? 'nobody' : null);
  // Where nothing is known to reckon with, the policy says what is missing.
  const given = flags.minimumPower ?? (asking.hasPerson ? undefined : (usual ?? 'nobody'));
  const minimumPower = await asking.answer({
    asks: '   whoever weighs at least this may propose too',
    flag: '--minimum-power',
    given,
    usual,
    read: (text) => {
      const least = readPower(text, token);
      if (least === null && proposers.length === 0 && asking.hasPerson) {
        throw new RescueError('RESCUE_REQUEST_INVALID', 'then nobody could propose: give an amount');
      }
      return least;
    },
  });
  return { power, proposers, minimumPower, electorate };
}

/** Those that fit, as they are typed. */
async function whatFits(seen: SeenPower): Promise<string[]> {
  const tried = CANDIDATES.flatMap(({ says, source }) => readSources(source).map((one) => ({ says, one })));
  const fits = await seen.fitting(tried.map(({ one }) => one));
  return [...new Set(tried.filter(({ one }) => fits.includes(one)).map(({ says }) => says))];
}

/** Rounded down to one digit that is not zero: 4,000 PARA of 4,912,345. */
function usualPower(electorate: Planck | null, token: Token | null): string | null {
  const least = (electorate ?? 0n) / USUAL_SHARE;
  if (least === 0n) return null;
  const unit = 10n ** BigInt(least.toString().length - 1);
  const round = (least / unit) * unit;
  return token === null ? `${round} planck` : tokenAmount(round, token);
}

export interface ToldPlace {
  readonly database: string | undefined;
  readonly publicUrl: string | null;
}

export async function askPlace(flags: InitFlags, asking: Asking): Promise<ToldPlace> {
  asking.say('5. Where is everything kept, and who may reach the service?');
  const database = await asking.answer({
    asks: '   folder of the database, beside the files that are written',
    flag: '--database',
    given: flags.database ?? (asking.hasPerson ? undefined : ''),
    usual: '.pararescue',
    read: (text) => (text === '' || text === '.pararescue' ? undefined : text),
  });
  const publicUrl = await asking.answer({
    asks: '   this machine, or the URL under which people reach it through a proxy',
    flag: '--public-url',
    given: flags.publicUrl ?? (asking.hasPerson ? undefined : 'this machine'),
    usual: 'this machine',
    read: readPublicUrl,
  });
  return { database, publicUrl };
}

function isUnseen(seen: unknown): seen is Unseen {
  return seen !== null && typeof seen === 'object' && 'trouble' in seen;
}
