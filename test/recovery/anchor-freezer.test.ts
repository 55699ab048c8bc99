import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { concatBytes } from '../../src/bytes/bytes.ts';
import { fromHex, toHex } from '../../src/bytes/hex.ts';
import { encodeCompact } from '../../src/bytes/scale.ts';
import type { RelayBlockRef } from '../../src/domain/chain/observation.ts';
import { policySchema } from '../../src/domain/policy/policy.ts';
import type { ParaReader } from '../../src/domain/ports/para.ts';
import type { RelayReader } from '../../src/domain/ports/relay.ts';
import type { Hex } from '../../src/domain/units.ts';
import { encodeHeader, headerHash } from '../../src/proof/header.ts';
import { storagePrefix } from '../../src/proof/storage-key.ts';
import { freezeAnchor } from '../../src/recovery/para/anchor-freezer.ts';
import { openStore } from '../../src/store/open.ts';
import { signaturesReady } from '../../src/voting/ballots/signature.ts';
import type { EvidenceInput } from '../../src/voting/evidence/writer.ts';
import { readPowerLayout } from '../../src/voting/power/layout/metadata-layout.ts';
import { healthyPara } from '../domain/observations.ts';
import { DEAD_NODES } from '../support/dead-nodes.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { sampleEvidence, samplePolicy } from '../voting/evidence-sample.ts';
import { embeddedMetadata } from '../voting/runtime-metadata.ts';

let sample: EvidenceInput;
beforeAll(async () => {
  await signaturesReady();
  sample = sampleEvidence(4);
});

/** A database with the sample's anchor, frozen at relay block 1000, and a relay chain that has come to another block. */
async function scene(
  number: number,
  told: { readonly mostRecentContext?: number; readonly para?: ParaReader; readonly of?: EvidenceInput } = {},
) {
  const { anchor, evidence, policy } = told.of ?? sample;
  const store = await openStore(await temporaryFolder());
  onTestFinished(() => store.close());
  await store.ledger.putAnchor(policy.para, anchor, evidence);
  const zeros = new Uint8Array(32);
  const header = encodeHeader({
    parentHash: zeros,
    number,
    stateRoot: fromHex(anchor.relay.stateRoot),
    extrinsicsRoot: zeros,
    digest: [],
  });
  const relay: RelayBlockRef = { number, hash: toHex(headerHash(header)), stateRoot: anchor.relay.stateRoot };
  const observation = healthyPara({
    paraId: policy.para,
    relay,
    head: anchor.head,
    mostRecentContext: told.mostRecentContext ?? anchor.mostRecentContext,
  });
  const observe: RelayReader['observe'] = async () => ({
    genesis: toHex(zeros),
    relay,
    relayBest: number,
    paras: [observation],
    trust: 'justified',
    actable: true,
    relayTime: null,
    relaySpecVersion: 1,
  });
  const reader = {
    observe,
    proveHead: async () => ({ header, proof: evidence.headProof.map(fromHex) }),
    proveFinality: async () => null,
  };
  const freeze = (againSince: number | null, context = anchor.mostRecentContext, code: Hex | null = null) =>
    freezeAnchor(
      { relay: reader, para: told.para ?? DEAD_NODES, ledger: store.ledger },
      { paraId: policy.para, head: anchor.head.hash, context, againSince, policy, code },
    );
  return { freeze, relay, ledger: store.ledger };
}

describe('freezing an anchor', () => {
  it('takes up the one that is stored while the head is in the same stretch', async () => {
    const { freeze } = await scene(1_020);
    expect(await freeze(null)).toEqual({ kind: 'frozen', anchor: sample.anchor });
    expect(await freeze(1_000)).toEqual({ kind: 'frozen', anchor: sample.anchor });
    expect(await freeze(1_000, undefined, sample.anchor.codeHash)).toMatchObject({ anchor: sample.anchor });
  });

  it('proves the head anew when it came back since then, also when all nodes of the para have died', async () => {
    const { freeze, relay, ledger } = await scene(1_020);
    const frozen = await freeze(1_010);
    expect(frozen).toEqual({
      kind: 'frozen',
      anchor: { ...sample.anchor, relay, codeHash: expect.any(String) },
    });
    const stored = await ledger.anchors(samplePolicy.para, sample.anchor.head.hash);
    expect(stored.map(({ anchor }) => anchor.relay.number)).toEqual([1_000, 1_020]);
    expect(stored[1]?.evidence.electorateProof).toEqual(sample.evidence.electorateProof);
    expect(await freeze(1_010)).toEqual(frozen);
  });

  it('proves the head anew when other code than the stored anchor has is current', async () => {
    const { freeze, relay } = await scene(1_020);
    const frozen = await freeze(null, undefined, `0x${'77'.repeat(32)}`);
    expect(frozen).toMatchObject({ kind: 'frozen', anchor: { relay } });
  });

  it('waits for a node that has not come to the opening block', async () => {
    const { freeze, ledger } = await scene(1_020);
    expect(await freeze(1_021)).toMatchObject({
      kind: 'moved',
      trouble: { message: expect.stringContaining('block 1020, before the round can be open') },
    });
    expect(await ledger.anchors(samplePolicy.para, sample.anchor.head.hash)).toHaveLength(1);
  });

  it('takes no head on which the collators who decide are nobody, not even one that is stored', async () => {
    const policy = policySchema.parse({ ...samplePolicy, collators: { sets: ['Aura.Authorities'] } });
    const metadata = await embeddedMetadata('para-good');
    const layout = await readPowerLayout(metadata, policy);
    const sceneOf = (...keys: readonly number[]) => {
      const list = concatBytes(
        encodeCompact(keys.length),
        ...keys.map((key) => new Uint8Array(32).fill(key)),
      );
      const entries = [[storagePrefix('Aura', 'Authorities'), list]] as const;
      const given = sampleEvidence(4, undefined, policy, {}, { layout, entries });
      const para: ParaReader = {
        ...DEAD_NODES,
        metadata: async () => metadata,
        runtimeVersion: async () => ({ specName: 'para', specVersion: 1, isLabelled: true }),
        prove: async () => given.evidence.electorateProof.map(fromHex),
      };
      return scene(1_020, { para, of: { ...given, evidence: { ...given.evidence, layout } } });
    };
    const nobody = await sceneOf();
    await expect(nobody.freeze(null)).rejects.toMatchObject({
      code: 'RESCUE_POLICY_UNEXECUTABLE',
      message: expect.stringContaining('at the last head Aura.Authorities names nobody'),
    });
    const somebody = await sceneOf(1, 2);
    expect(await somebody.freeze(null)).toMatchObject({
      kind: 'frozen',
      anchor: { relay: { number: 1_000 } },
    });
    expect(await somebody.freeze(1_010)).toMatchObject({ anchor: { relay: { number: 1_020 } } });
  });

  it('takes no context that a node tells but does not prove', async () => {
    const { freeze } = await scene(1_020, { mostRecentContext: 941 });
    await expect(freeze(1_010)).rejects.toMatchObject({
      code: 'RESCUE_NODE_CONTRADICTS',
      message: expect.stringContaining('proves the context 940'),
    });
  });
});
