import { toHex } from '../bytes/hex.ts';
import {
  type OfflineRuntime,
  prepareCall,
  signOffline,
  type WantedCall,
} from '../chain/extrinsics/sign-offline.ts';
import { askTerms, sendAndSee } from '../chain/extrinsics/told-terms.ts';
import type { Endpoints } from '../chain/nodes/endpoints.ts';
import { hashCode } from '../code/inspect.ts';
import { labelOf } from '../code/label.ts';
import { isNodeTrouble, RescueError } from '../domain/errors.ts';
import type { Hex } from '../domain/units.ts';
import { pairFromUri } from '../keys/key-pair.ts';
import type { Stage } from './chapters.ts';
import { shortHash } from './electors.ts';

/** Relay blocks until validators have taken an upgrade. */
const MOST_BLOCKS = 400;
const WAIT_MS = 60_000;

/** A wallet that believes the label is refused; who signs for the compiled version is not. */
export async function signForReal(
  { network, narrator, signal }: Stage,
  runtime: OfflineRuntime,
  label: number,
  endpoints: Endpoints,
): Promise<void> {
  narrator.tell(
    'chapter',
    'The label lies: nodes tell it to wallets, and the runtime checks what was compiled in.',
  );
  const remark = { call: 'system.remark', args: ['0x616c697665'] };
  const wrong = await signed(network.sudo.uri, runtime, remark, endpoints, label);
  try {
    await sendAndSee(endpoints, wrong, { waitMs: WAIT_MS, signal });
    throw new RescueError('RESCUE_DEVNET_FAILED', 'What was signed for the label was taken.');
  } catch (error) {
    if (!isNodeTrouble(error) || !error.message.includes('bad signature')) throw error;
    narrator.tell('refused', `signed for spec version ${label}, the label: ${error.message}`);
  }
  const { specVersion } = runtime.version;
  const right = await signed(network.sudo.uri, runtime, remark, endpoints, specVersion);
  const { block } = await sendAndSee(endpoints, right, { waitMs: WAIT_MS, signal });
  narrator.tell(
    'extrinsic',
    `signed for spec version ${specVersion}, the compiled one: it is in block ${block}`,
    {
      specVersion,
      block,
    },
  );
}

/** With metadata and version of the file, and nothing of the node's but nonce and blocks. */
async function signed(
  uri: string,
  runtime: OfflineRuntime,
  wanted: WantedCall,
  endpoints: Endpoints,
  specVersion: number,
): Promise<Hex> {
  const pair = pairFromUri(uri, 'sr25519');
  const { genesisHash, nonce, block, hash } = await askTerms(endpoints, toHex(pair.addressRaw));
  const { transactionVersion } = runtime.version;
  const terms = {
    genesisHash,
    specVersion,
    transactionVersion,
    nonce,
    tip: 0n,
    era: { period: 64, block, hash },
  };
  const { extrinsic } = signOffline(runtime, wanted, terms, { kind: 'pair', pair });
  if (!extrinsic) throw new RescueError('RESCUE_INTERNAL', 'A key pair signed nothing.');
  return extrinsic.bytes;
}

/** The para's own root upgrades it to a version above the label, by an extrinsic that is signed for the compiled one. */
export async function retire(
  { network, narrator, signal }: Stage,
  runtime: OfflineRuntime,
  nextCode: Uint8Array,
  endpoints: Endpoints,
): Promise<void> {
  const version = labelOf(nextCode)?.specVersion;
  narrator.tell('chapter', `An ordinary upgrade to spec version ${version} retires the substitute.`);
  const inner = prepareCall(runtime, { call: 'system.setCode', args: [toHex(nextCode)] });
  const wanted = { call: 'sudo.sudo', args: [inner.data] };
  const upgradeCall = await signed(network.sudo.uri, runtime, wanted, endpoints, runtime.version.specVersion);
  const { block } = await sendAndSee(endpoints, upgradeCall, { waitMs: WAIT_MS, signal });
  narrator.tell('upgrade', `system.setCode is in block ${block}; validators check the code`, { block });
  const hash = hashCode(nextCode);
  await network.produceUntil(
    () => network.readRelay('paras', 'currentCodeHash', network.paraId) === hash,
    MOST_BLOCKS,
    'the relay chain taking over the upgrade',
  );
  narrator.tell('relay-code', `the relay chain stores ${shortHash(hash)}`, { codeHash: hash });
}
