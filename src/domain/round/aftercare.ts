import type { Hex, ParaBlock } from '../units.ts';

/** What is known of a para that lives, or is to live, under code that was not its own. */
export interface RescuedCode {
  /** What the relay chain stores, or will. */
  readonly codeHash: Hex;
  /** Of the code in the para's own state; null where that was not read. */
  readonly ownCodeHash: Hex | null;
  /** Its label; null where it was not read. */
  readonly specVersion: number | null;
  /** The head from which on nodes take it. */
  readonly from: ParaBlock | null;
  readonly locked: boolean | null;
}

/**
 * What remains to be done when a para lives again, in plain sentences. By the nodes' own rules (sc-service `wasm_substitutes`, cumulus
 * `parachain-system`): a substitute is taken while its label is the one of the para's own code, equality and no less; two of one label are one
 * entry, of which the node takes either; and an upgrade to the very code that the relay chain stores is never taken there.
 */
export function aftercareOf({ codeHash, ownCodeHash, specVersion, from, locked }: RescuedCode): string[] {
  const isOwn = ownCodeHash !== null && ownCodeHash === codeHash;
  const label = specVersion === null ? 'the spec version of this code' : `spec version ${specVersion}`;
  const block = from === null ? 'the last head' : `block ${from}`;
  return [
    ...(isOwn
      ? [
          "no substitute is needed: the code is the para's own. Nodes that have one of an earlier attempt take it out of their chain spec and restart",
        ]
      : [
          `every node of the para, not only its collators, needs exactly these bytes as a code substitute from ${block} on ("pararescue chainspec substitute")`,
          `the para runs on the substitute until an upgrade above ${label}: build it with a spec version above that and above the one compiled into this code, and not as the code ${codeHash} itself, which the relay chain would never take as an upgrade. Then take the substitute out of the chain specs`,
          `a second substitute of ${label} has to replace this one in the chain specs: nodes that have two with one label take either of them`,
        ]),
    ...(locked === true
      ? []
      : [
          'lock the para again once it lives ("pararescue lock add"): until then its manager alone may replace its code',
        ]),
  ];
}
