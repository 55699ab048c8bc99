import { setCode, upgradePara } from '../../devnet/faults/fault.ts';
import { encodeText } from '../bytes/bytes.ts';
import { toHex } from '../bytes/hex.ts';
import { type CodeRunner, createCodeRunner, runtimeOfCode } from '../chain/code/code-runner.ts';
import { lookAtAdoption, type NodeAdoption } from '../chain/nodes/adoption.ts';
import { Endpoints } from '../chain/nodes/endpoints.ts';
import { hashCode } from '../code/inspect.ts';
import { labelOf } from '../code/label.ts';
import { type Relabelled, relabel } from '../code/relabel.ts';
import { readSpecText } from '../code/spec-file.ts';
import { replacedBy } from '../code/spec-lint.ts';
import { patchSpec } from '../code/spec-patch.ts';
import { lintSubstitute } from '../code/substitute-lint.ts';
import { RescueError } from '../domain/errors.ts';
import type { Hex } from '../domain/units.ts';
import { type DemoSummary, handsOf, type Stage } from './chapters.ts';
import { shortHash } from './electors.ts';
import { retire, signForReal } from './mismatch-signing.ts';

/** Heads after which the para is said to live. */
const LIVING_HEADS = 3;
const MOST_BLOCKS = 400;

/**
 * The disaster with which this project began, step by step as its author got out of it: the relay chain stores the old code, the para has the
 * new one, and validators refuse each block. The old code is re-labelled with the version on chain, stored by the relay chain, and run by all nodes as a
 * substitute; extrinsics are signed for the version that was compiled in; an ordinary upgrade retires it.
 *
 * One step is other than in the author's days: then collators declared the hash that the relay chain told them, and the relay chain could keep the code without
 * its new label. Since async backing they declare the hash of what they run, so the relay chain has to store the re-labelled bytes.
 */
export async function playMismatchStory(stage: Stage): Promise<DemoSummary> {
  const { network, client, narrator } = stage;
  const { paraId } = network;
  const { follower, watch, mark, durations } = await handsOf(stage);
  const endpoints = new Endpoints({ urls: [network.para.url] });
  const runner = createCodeRunner();
  try {
    const [oldCode, nextCode] = [
      await network.artifacts.read('para-good'),
      await network.artifacts.read('para-next'),
    ];
    mark('healthy');
    const newCode = await upgrade(stage);
    await disaster(stage, oldCode, newCode);
    await watch.until(({ diagnosis }) => diagnosis?.cause === 'code-mismatch');
    const { diagnosis } = await client.para(paraId);
    narrator.tell('diagnosis', `${diagnosis?.cause}: ${diagnosis?.sentence}`, { ...diagnosis });
    mark('stalled');

    const labelled = relabelOld(stage, oldCode);
    await storeOnRelay(stage, labelled);
    const block = network.para.chain.best.number;
    await substitute(stage, labelled.code, block, runner);
    await follower.reached('healthy');
    mark('substituted');

    const old = await runtimeOfCode(runner, labelled.code);
    await signForReal(stage, old, labelled.after, endpoints);
    mark('signed');

    await retire(stage, old, nextCode, endpoints);
    await proveLife(stage, { labelled: labelled.code, next: nextCode, block }, runner);
    mark('retired');
    watch.stop();
    return {
      states: follower.visited(),
      durations: durations(),
      hashes: {
        oldCode: hashCode(oldCode),
        newCode,
        relabelledCode: labelled.codeHash,
        nextCode: hashCode(nextCode),
      },
    };
  } finally {
    await Promise.all([endpoints.close(), runner.close()]);
  }
}

async function upgrade({ network, narrator }: Stage): Promise<Hex> {
  narrator.tell(
    'chapter',
    'The para upgrades itself in the ordinary way: relay chain and para have the new code.',
  );
  const newCode = await upgradePara(network, 'para-fixed');
  narrator.tell('upgrade', `spec version ${versionOnChain(network)}, code ${shortHash(newCode)}`, {
    newCode,
  });
  await heads(network, LIVING_HEADS);
  return newCode;
}

/** Until validators have refused a block. */
async function disaster({ network, narrator }: Stage, oldCode: Uint8Array, newCode: Hex): Promise<void> {
  narrator.tell(
    'chapter',
    'Root of the relay chain puts the old code back, as governance did. The para knows nothing of it.',
  );
  let refusal = '';
  const onRefused = ({ message }: Error) => {
    if (refusal === '')
      narrator.tell('panic', `validators refuse the block: ${message.replace(/\s+/g, ' ')}`);
    refusal = message;
  };
  network.on('candidate-refused', onRefused);
  await setCode(network, oldCode);
  narrator.tell(
    'mismatch',
    `the relay chain stores ${shortHash(hashCode(oldCode))}, the para has ${shortHash(newCode)}: collators build with the new code, validators run the old`,
    { relay: hashCode(oldCode), para: newCode },
  );
  await network.produceUntil(
    () => refusal.includes('Storage root must match'),
    MOST_BLOCKS,
    'a block being refused',
  );
  network.off('candidate-refused', onRefused);
}

function relabelOld({ network, narrator }: Stage, oldCode: Uint8Array): Relabelled {
  narrator.tell(
    'chapter',
    'Nodes run a substitute only where it has the label of the code on chain. So the old code gets that label: four bytes.',
  );
  const labelled = relabel(oldCode, versionOnChain(network));
  const { before, after, offset, codeHash, code } = labelled;
  narrator.tell(
    'relabel',
    `label ${before} → ${after}, at byte ${offset} of the module; ${oldCode.length} → ${code.length} bytes; code ${shortHash(codeHash)}`,
    { before, after, offset, codeHash },
  );
  return labelled;
}

async function storeOnRelay({ network, narrator }: Stage, { code, codeHash }: Relabelled): Promise<void> {
  narrator.tell(
    'chapter',
    'Collators declare the hash of what they run, and the relay chain takes its own only: it has to store the re-labelled bytes.',
  );
  await setCode(network, code);
  narrator.tell('relay-code', `the relay chain stores ${shortHash(codeHash)}, byte by byte`, { codeHash });
}

/** The spec is linted and patched, and the nodes restart with it. */
async function substitute(stage: Stage, code: Uint8Array, block: number, runner: CodeRunner): Promise<void> {
  const { network, narrator } = stage;
  const { chain, url } = network.para;
  narrator.tell('chapter', 'The substitute goes into the chain spec of every node, which restarts with it.');
  const own = chain.codeOf(chain.best);
  const genesis = { runtimeGenesis: { code: toHex(await network.artifacts.read('para-good')), patch: {} } };
  const file = {
    name: 'Devnet Para',
    id: 'devnet-para',
    relay_chain: 'devnet',
    para_id: network.paraId,
    genesis,
  };
  const spec = readSpecText(encodeText(JSON.stringify(file, null, 2)));
  const { maxCodeSize } = network.readRelay('configuration', 'activeConfig') as {
    readonly maxCodeSize: number;
  };
  const currentCodeHash = network.readRelay('paras', 'currentCodeHash', network.paraId) as Hex;
  const findings = lintSubstitute({
    code,
    block,
    spec,
    head: block,
    paraId: network.paraId,
    relay: { currentCodeHash, futureCodeHash: null, authorizedCodeHash: null, maxCodeSize },
    own: { code: own, trust: 'given' },
  });
  for (const { check, result, sentence } of findings)
    narrator.tell('lint', `${result}: ${sentence}`, { check, result });
  const obstacle = findings.find(({ result }) => result === 'obstacle');
  if (obstacle)
    throw new RescueError('RESCUE_SPEC_INVALID', `The substitute cannot be used: ${obstacle.sentence}.`);
  const size = patchSpec(spec, block, code, replacedBy(spec, code)).reduce(
    (sum, { length }) => sum + length,
    0,
  );
  narrator.tell('spec', `codeSubstitutes has it for block ${block}: ${spec.text.length} → ${size} bytes`, {
    block,
  });
  await tellAdoption(stage, code, block, runner, 'does-not');
  network.installSubstitute(block, code);
  narrator.tell(
    'substitute',
    `the para's nodes restart: they run it on the state of block ${block} and later ones`,
    { block },
  );
  await heads(network, LIVING_HEADS);
  await tellAdoption(stage, code, block, runner, 'runs', url);
}

async function tellAdoption(
  { network, narrator }: Stage,
  code: Uint8Array,
  block: number,
  runner: CodeRunner,
  wanted: NodeAdoption['adoption'],
  url = network.para.url,
): Promise<void> {
  const [found] = await lookAtAdoption([url], { code, block }, runner);
  narrator.tell('adoption', `the node: ${found?.sentence}`, { ...found });
  if (found?.adoption !== wanted) {
    throw new RescueError(
      'RESCUE_DEVNET_FAILED',
      `The node should be found as "${wanted}": ${found?.sentence}.`,
    );
  }
}

/** That the para builds with what is on chain, and nobody runs the substitute any more. */
async function proveLife(
  stage: Stage,
  {
    labelled,
    next,
    block,
  }: { readonly labelled: Uint8Array; readonly next: Uint8Array; readonly block: number },
  runner: CodeRunner,
): Promise<void> {
  const { network, narrator } = stage;
  const { chain } = network.para;
  await network.produceUntil(
    () => hashCode(chain.codeOf(chain.best)) === hashCode(next),
    MOST_BLOCKS,
    'the para having the new code',
  );
  await heads(network, LIVING_HEADS);
  await tellAdoption(stage, labelled, block, runner, 'no-effect');
  const onChain = hashCode(chain.codeOf(chain.best));
  const stored = network.readRelay('paras', 'currentCodeHash', network.paraId);
  if (onChain !== stored || chain.codeHashOf(chain.best) !== onChain) {
    throw new RescueError('RESCUE_DEVNET_FAILED', 'The para still runs other code than it has on chain.');
  }
  narrator.tell(
    'proof',
    `the para lives without a substitute: :code, what its nodes run and what the relay chain stores are all ${shortHash(onChain)}, and ${LIVING_HEADS} more heads were included`,
    { codeHash: onChain, head: chain.best.number },
  );
}

function versionOnChain(network: Stage['network']): number {
  const { chain } = network.para;
  return labelOf(chain.codeOf(chain.best))?.specVersion ?? 0;
}

/** Resolves when so many more heads were included. */
async function heads(network: Stage['network'], count: number): Promise<void> {
  const from = network.para.chain.best.number;
  await network.produceUntil(() => network.para.chain.best.number >= from + count, MOST_BLOCKS, 'new heads');
}
