import type { ServiceClient } from '../../client/service-client.ts';
import { grouped } from '../../domain/amount.ts';
import { RescueError } from '../../domain/errors.ts';
import { printable } from '../../domain/plain-text.ts';
import type { Release, ReleaseStance } from '../../domain/round/release.ts';
import type { AccountHex, ParaId, RelayBlock } from '../../domain/units.ts';
import type { ReleaseView } from '../../domain/views/release.ts';
import type { ParaStatus } from '../../domain/views/status.ts';
import { planLines } from '../holder/plan-text.ts';
import { countArgument, paraArgument, sequenceArgument } from '../shared/arguments.ts';
import { type ClientFlags, clientOf, jsonText, withClientOptions } from '../shared/client-options.ts';
import { voicesText } from '../shared/collators-text.ts';
import type { CommandIo, RegisterCommand } from '../shared/io.ts';
import { releaseLines } from '../shared/release-text.ts';
import { accountText, type SigningFlags, signatoryOf, withSigningOptions } from '../shared/signing.ts';
import { facts } from '../shared/table.ts';

interface ReleaseFlags extends ClientFlags, SigningFlags {
  readonly withdraw?: true;
  readonly expires?: RelayBlock;
  readonly sequence?: number;
  readonly yes?: true;
}

/** How long a release holds by itself: two weeks from when the vote was to close, so that it is the same block whenever it is asked for. */
const USUAL_BLOCKS = 201_600;
/** What has to be left of that; else a week from now, to the full day. */
const LEAST_BLOCKS = 14_400;
const WEEK_BLOCKS = 100_800;

export const registerRelease: RegisterCommand = (program, io) => {
  withSigningOptions(withClientOptions(program.command('release'), io))
    .description(
      'as one of those whom the policy or the operator names: release an approved decision, before which nothing of it is signed or sent',
    )
    .argument('<para>', 'para id', paraArgument)
    .option('--withdraw', 'take your release back, as long as nothing was sent')
    .option('--expires <block>', 'relay block from which on the release counts no more', countArgument)
    .option('--sequence <number>', 'default: one more than your last statement on it', sequenceArgument)
    .option('--yes', 'sign without asking again')
    .addHelpText(
      'after',
      '\nWithout a key or an account it only shows the decision, and who is still to release it.',
    )
    .action(async (paraId: ParaId, flags: ReleaseFlags) => {
      const client = await clientOf(flags, io);
      const status = await client.para(paraId);
      const view = await client.releases(paraId);
      if (view === null) throw nothing(status);
      const shown = await decisionText(client, status, view);
      const { account, signerUriEnv, signerFile, signer } = flags;
      if ([account, signerUriEnv, signerFile, signer].every((flag) => flag === undefined)) {
        io.stdout(flags.json ? jsonText(view) : shown);
        return;
      }
      const signatory = await signatoryOf(flags, io);
      const own = view.statements.find((entry) => entry.account === signatory.account);
      const stance: ReleaseStance = flags.withdraw ? 'withdraw' : 'release';
      const now = status.observation?.relay.number ?? 0;
      if (own?.stance === stance && (stance === 'withdraw' || own.expires > now) && isPlain(flags)) {
        return tell(own, view, flags, io);
      }
      requireAsked(view, signatory.account);
      const release: Release = {
        ...view.decision,
        stance,
        expires: flags.expires ?? usualExpiry(status, now),
        account: signatory.account,
        sequence: flags.sequence ?? (own?.sequence ?? 0) + 1,
      };
      const isElsewhere = flags.account !== undefined;
      // The text that a wallet signs stands alone on stdout.
      if (!flags.json && flags.signature === undefined) (isElsewhere ? io.stderr : io.stdout)(shown);
      if (!isElsewhere && !flags.yes) throw unconfirmed(release);
      const { releaseText } = await import('../../voting/ballots/texts.ts');
      const signature = signatory.sign(releaseText(release));
      if (signature === null) {
        io.stderr(
          `the text names relay block ${release.expires} and sequence ${release.sequence}: give --expires ${release.expires} --sequence ${release.sequence} with the signature\n`,
        );
        return;
      }
      const counted = await client.release({ ...release, signature, scheme: signatory.scheme });
      await tell(counted, await client.releases(paraId), flags, io);
    });
};

/** Whether the user asked for nothing but what is there already. */
function isPlain({ expires, sequence, signature }: ReleaseFlags): boolean {
  return expires === undefined && sequence === undefined && signature === undefined;
}

async function tell(
  { stance, account, expires, sequence }: Release,
  view: ReleaseView | null,
  flags: ReleaseFlags,
  io: CommandIo,
): Promise<void> {
  if (flags.json) {
    io.stdout(jsonText({ stance, account, expires, sequence, release: view }));
    return;
  }
  io.stdout(
    facts([
      [stance === 'release' ? 'released' : 'taken back', await accountText(account)],
      ['holds until', stance === 'release' ? `relay block ${expires}` : null],
      ['sequence', String(sequence)],
      ['decision', view && printable(view.sentence)],
    ]),
  );
}

/** What one should know before one signs: the code, what it is for, how holders voted, what will be done, and who is asked. */
async function decisionText(client: ServiceClient, status: ParaStatus, view: ReleaseView): Promise<string> {
  const { decision } = view;
  const [proposals, tally] = await Promise.all([
    client.proposals(status.paraId),
    client.tally(status.paraId),
  ]);
  const proposal = proposals.find(({ hash }) => hash === decision.proposal);
  const votes = tally.tallies.find((one) => one.proposal === decision.proposal);
  const plan = status.route?.possible ? status.route.plan : null;
  const lines = plan === null ? [] : await planLines(plan, status.observation);
  return facts([
    ['para', `${status.paraId} ${printable(status.name)}, ${status.state}`],
    ['code', decision.codeHash],
    [
      'runtime',
      proposal
        ? `${proposal.runtime.specName} ${proposal.runtime.specVersion}, ${proposal.codeSize} bytes`
        : null,
    ],
    ['proposal', decision.proposal],
    ['by', proposal ? await accountText(proposal.proposer) : null],
    ['text', proposal?.text ?? null],
    ...(proposal?.changes ?? []).map((change, at) => [at === 0 ? 'differs' : '', change] as const),
    ['round', `${decision.round}, ${decision.roundId}`],
    ['policy', decision.policy],
    [
      'votes',
      votes && votes.collators?.decide !== 'alone'
        ? `${grouped(votes.ayes)} ayes, ${grouped(votes.nays)} nays, ${grouped(votes.abstains)} abstain, of ${grouped(tally.electorate)}`
        : null,
    ],
    ['collators', votes?.collators ? voicesText(votes.collators) : null],
    ['route', plan?.route ?? 'not planned yet'],
    ...lines.map((line) => ['', line] as const),
    ...(await releaseLines(view)),
  ]);
}

function usualExpiry({ clock }: ParaStatus, now: RelayBlock): RelayBlock {
  const usual = (clock?.closesAt ?? 0) + USUAL_BLOCKS;
  if (usual >= now + LEAST_BLOCKS) return usual;
  return Math.ceil((now + WEEK_BLOCKS) / LEAST_BLOCKS) * LEAST_BLOCKS;
}

/** @throws RESCUE_RELEASE_INVALID before anybody signs in vain */
function requireAsked({ standings }: ReleaseView, account: AccountHex): void {
  const people = standings.flatMap(({ released, open }) => [...released, ...open]);
  if (people.includes(account)) return;
  throw new RescueError(
    'RESCUE_RELEASE_INVALID',
    `${account} is not one of those who are asked to release: ${[...new Set(people)].join(', ')}`,
  );
}

function nothing({ paraId, state, approved }: ParaStatus): RescueError {
  return new RescueError(
    'RESCUE_STATE_REFUSES',
    approved === null
      ? `para ${paraId} is in state ${state}: nothing is approved that could be released`
      : `nobody is asked to release the decision for code ${approved.codeHash}: neither by the policy nor by the operator of this service`,
  );
}

function unconfirmed({ stance, codeHash, expires }: Release): RescueError {
  const what =
    stance === 'release'
      ? `release the decision for code ${codeHash}, until relay block ${expires}`
      : `take the release of the decision for code ${codeHash} back`;
  return new RescueError(
    'RESCUE_REQUEST_INVALID',
    `nothing was signed. Repeat the command with --yes to ${what}`,
  );
}
