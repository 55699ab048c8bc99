// Admission of votes on one thread: `node dist/bench/admission.js [votes] [accounts in the state]`. Votes that count,
// with their signature and a storage proof, by scheme; then what each kind of bad vote costs the service.
import { fromHex, toHex } from '../src/bytes/hex.ts';
import { type Ballot, SIGNATURE_SCHEMES, type SignedBallot } from '../src/domain/round/round.ts';
import type { Hex } from '../src/domain/units.ts';
import { buildTrie } from '../src/proof/index.ts';
import { type AdmissionInput, admitBallot, type RoundBinding } from '../src/voting/ballots/admission.ts';
import { signaturesReady } from '../src/voting/ballots/signature.ts';
import { signerFromUri, type TextSigner } from '../src/voting/ballots/text-signer.ts';
import { voteText } from '../src/voting/ballots/texts.ts';
import { systemAccountKey } from '../src/voting/power/adapters/system-account.ts';
import { provePower } from '../src/voting/power/proven-power.ts';

const [count = 500, accounts = 100_000] = process.argv.slice(2).map(Number);
await signaturesReady();

const SEED = `0x${'11'.repeat(32)}`;
const PROPOSAL: Hex = `0x${'c3'.repeat(32)}`;
const round: RoundBinding = {
  relayGenesis: `0x${'a1'.repeat(32)}`,
  paraId: 2000,
  anchor: `0x${'b2'.repeat(32)}`,
  round: 1,
  roundId: `0x${'1d'.repeat(32)}`,
  proposals: new Set([PROPOSAL]),
  clock: { closesAt: 500 },
};
const policy = {
  power: [{ adapter: 'system-account' as const, weight: 1, count: ['free' as const, 'reserved' as const] }],
  excluded: [],
};

function vote(signer: TextSigner, change: Partial<Ballot> = {}): SignedBallot {
  const { relayGenesis, paraId, anchor, roundId } = round;
  const ballot: Ballot = {
    relayGenesis,
    paraId,
    anchor,
    round: round.round,
    roundId,
    proposal: PROPOSAL,
    choice: 'aye',
    account: signer.account,
    sequence: 5,
    ...change,
  };
  return { ...ballot, scheme: signer.scheme, signature: signer.sign(voteText(ballot)) };
}

const signers = SIGNATURE_SCHEMES.map((scheme) => ({ scheme, signer: signerFromUri(SEED, scheme) }));
const held = new Uint8Array(80);
held[16] = 9;
const filler = Array.from({ length: accounts }, (_, index) => {
  const id = new Uint8Array(32);
  new DataView(id.buffer).setUint32(0, index + 1, true);
  return [systemAccountKey(id), held] as const;
});
const trie = buildTrie(
  [...filler, ...signers.map(({ signer }) => [systemAccountKey(fromHex(signer.account)), held] as const)],
  1,
);
const root = toHex(trie.root);
const proofs = new Map(
  signers.map(({ signer }) => [signer.account, trie.prove([systemAccountKey(fromHex(signer.account))])]),
);

/** Microseconds of CPU that an admission takes, whatever its outcome. */
async function measure(
  what: string,
  ballots: readonly unknown[],
  code: string,
  more: Partial<AdmissionInput> = {},
): Promise<number> {
  const outcomes = new Set<string>();
  const begin = process.cpuUsage();
  for (const ballot of ballots) {
    const outcome = await admitBallot({
      ballot,
      policy,
      round,
      now: 100,
      previous: async () => ({ sequence: 4 }),
      provePower: async (account) => provePower(policy, account, root, proofs.get(account) ?? []).power,
      ...more,
    }).then(
      () => 'counted',
      (error: { code?: string }) => String(error.code),
    );
    outcomes.add(outcome);
  }
  const { user, system } = process.cpuUsage(begin);
  if (outcomes.size !== 1 || !outcomes.has(code)) throw new Error(`${what}: ${[...outcomes]}, not ${code}`);
  const each = (user + system) / ballots.length;
  console.log(`  ${what}: ${each.toFixed(1)} µs of CPU each, ${Math.round(1e6 / each)} a second`);
  return each;
}

console.log(`votes that count, proven in a state of ${accounts} accounts (aim: under 1000 µs)`);
for (const { scheme, signer } of signers) {
  const ballots = Array.from({ length: count }, (_, index) => vote(signer, { sequence: 5 + index }));
  await measure(`${scheme}, warming up`, ballots.slice(0, 100), 'counted');
  const each = await measure(scheme, ballots, 'counted');
  if (each > 1000 && scheme !== 'ecdsa' && scheme !== 'ethereum') process.exitCode = 1;
}

const alice = signers[0]?.signer ?? signerFromUri(SEED);
const good = Array.from({ length: count }, (_, index) => vote(alice, { sequence: 5 + index }));
const forged = good.map((ballot, index) => ({ ...ballot, sequence: 100_000 + index }));
console.log('bad votes');
await measure(
  'malformed',
  good.map((ballot) => ({ ...ballot, choice: 'x' })),
  'RESCUE_VOTE_INVALID',
);
await measure(
  'of another round',
  good.map((ballot) => ({ ...ballot, round: 9 })),
  'RESCUE_VOTE_INVALID',
);
await measure('with a used sequence', good, 'RESCUE_VOTE_SEQUENCE', {
  previous: async () => ({ sequence: 1e6 }),
});
await measure('with a new wrong signature', forged, 'RESCUE_SIGNATURE_INVALID');
