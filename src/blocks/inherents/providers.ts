import { encodeU64 } from '../../bytes/scale.ts';
import type { Task } from '../../executor/task.ts';
import { parachainsInherent } from '../backing/parachains-inherent.ts';
import type { InherentData } from '../build-block.ts';
import { hasAura } from '../slots/aura.ts';
import { hasBabe } from '../slots/babe.ts';
import { hasNimbus } from '../slots/nimbus.ts';
import { parachainSystem } from './parachain-system.ts';
import type { InherentContext, InherentProvider } from './provider.ts';

const timestamp: InherentProvider = {
  applies: () => true,
  create: ({ time }) => ({ timstap0: encodeU64(time) }),
};

const babe: InherentProvider = {
  applies: ({ parent, slot }) => slot !== null && hasBabe(parent),
  create: ({ slot }) => ({ babeslot: encodeU64(slot ?? 0n) }),
};

/** Of runtimes before 2021; later ones take the slot from the digest alone. */
const aura: InherentProvider = {
  applies: ({ parent, slot }) => slot !== null && hasAura(parent),
  create: ({ slot }) => ({ auraslot: encodeU64(slot ?? 0n) }),
};

/** pallet-author-inherent makes its call of nothing but the wish for it. */
const author: InherentProvider = {
  applies: ({ parent }) => hasNimbus(parent),
  create: () => ({ author__: new Uint8Array() }),
};

const paras: InherentProvider = {
  applies: ({ parent }) => parent.runtime.functions.has('ParachainHost_validators'),
  *create({ parent, candidates, sealing, withheld }) {
    return { parachn0: yield* parachainsInherent(parent, candidates, sealing, withheld) };
  },
};

/** Every inherent that blocks get here. */
const PROVIDERS: readonly InherentProvider[] = [timestamp, babe, aura, author, paras, parachainSystem];

export function* inherentData(context: InherentContext): Task<InherentData> {
  let data: InherentData = {};
  for (const provider of PROVIDERS) {
    if (!provider.applies(context)) continue;
    const made = provider.create(context);
    data = { ...data, ...(isTask(made) ? yield* made : made) };
  }
  return data;
}

function isTask(made: InherentData | Task<InherentData>): made is Task<InherentData> {
  return Symbol.iterator in made;
}
