import type { ParaObservation, RelayLimits } from '../chain/observation.ts';
import { readStall } from '../chain/stall.ts';
import { type Finding, obstacle, ok, unknown, warning } from '../readiness/finding.ts';
import { blocksAndHours } from '../readiness/time.ts';
import type { Hex } from '../units.ts';
import type { PlannedCode } from './option.ts';

/** What holds a code or an act back whatever the way: pure, and each with what helps. */

/** The label of the code in the para's own state, and that code; or why it could not be read. */
export type OwnCode =
  | { readonly specName: string; readonly specVersion: number; readonly codeHash: Hex }
  | { readonly trouble: string };

/** Code that a living para runs is replaced by the para itself: whatever comes from outside stops it. */
export function livingGuard(observation: ParaObservation, gapBlocks: number): Finding {
  const { age, stalled, relayLive } = readStall(observation, gapBlocks);
  if (!relayLive) {
    return unknown('living', 'the relay chain does not finalize, so that nothing can be said of any para');
  }
  if (age === null) return unknown('living', 'no head of the para was ever included');
  const since = `the last head of the para has a relay parent of ${blocksAndHours(age)} ago`;
  if (stalled) return ok('living', `${since}: it has stopped`);
  if (age >= gapBlocks)
    return warning('living', `${since}, but it is not known to have a core: it may be idle`, null);
  return warning(
    'living',
    `${since}: it lives, and code that is put in place from outside would stop it`,
    'a living para upgrades itself ("pararescue doctor upgrade"); what follows is what could be done once it has stopped',
  );
}

/** Scheduling or setting code that is there already does nothing. */
export function sameCodeGuard(
  code: PlannedCode,
  { currentCodeHash, futureCodeHash }: ParaObservation,
): Finding {
  if (code.hash === currentCodeHash) {
    return obstacle(
      'same-code',
      'nothing',
      'the relay chain stores this code already: scheduling or setting it again changes nothing',
      'build it anew with a change; or, if the para runs other code, have its nodes take this one as a substitute (the collator path)',
    );
  }
  if (code.hash === futureCodeHash) {
    return warning(
      'same-code',
      'this code is scheduled already',
      'follow it to its end before anything else is sent',
    );
  }
  return ok('same-code', 'it is other code than the relay chain stores');
}

/** Nodes take a substitute by the label of the para's own code, and the relay chain takes blocks of the code it stores only. */
export function labelGuard(code: PlannedCode, own: OwnCode): Finding {
  const is = `the code is labelled ${code.specName} ${code.specVersion}`;
  if ('trouble' in own) {
    return unknown('code-label', `${is}; with which label it has to come could not be read: ${own.trouble}`);
  }
  const { specName, specVersion, codeHash } = own;
  if (code.hash === codeHash)
    return ok('code-label', "it is the para's own code, so its nodes need no substitute");
  if (code.specName !== specName) {
    return obstacle(
      'code-label',
      'nothing',
      `${is}, but the para runs ${specName}: it is the runtime of another chain`,
      `build the runtime of ${specName}`,
    );
  }
  return code.specVersion === specVersion
    ? ok('code-label', `${is}, as the para's own code is, so that its nodes take it as a substitute`)
    : obstacle(
        'code-label',
        'nothing',
        `${is}, but nodes take a substitute only with the label of the para's own code, ${specName} ${specVersion}: no collator would build a block with it`,
        `label it ${specVersion} ("pararescue code relabel"), or build it with that spec version`,
      );
}

export function sizeGuard({ size }: PlannedCode, limits: RelayLimits | undefined): Finding {
  if (limits === undefined) return unknown('code-size', "the relay chain's configuration could not be read");
  return size <= limits.maxCodeSize
    ? ok('code-size', `the code has ${size} bytes; the relay chain takes at most ${limits.maxCodeSize}`)
    : obstacle(
        'code-size',
        'nothing',
        `the code has ${size} bytes, but the relay chain takes at most ${limits.maxCodeSize}`,
        'build it compressed (substrate-wasm-builder), and leave out what is not needed',
      );
}

/**
 * Code that root sets at once is replaced again when an upgrade that was pending takes effect: one that the manager scheduled
 * at its block (`FutureCodeUpgradesAt`), one of the para itself with its first head (`FutureCodeUpgrades`).
 */
export function overwriteGuard(observation: ParaObservation, codeHash: Hex | null): Finding {
  const { futureCodeHash, futureCodeUpgradeAt, futureCodeUpgrade, relay } = observation;
  if (futureCodeHash === null)
    return ok('overwrite', 'no upgrade is pending that could replace the code again');
  if (futureCodeHash === codeHash) {
    return ok('overwrite', 'the pending upgrade is to the same code, so it replaces nothing');
  }
  const what = `an upgrade to ${futureCodeHash} is pending`;
  if (typeof futureCodeUpgradeAt === 'number') {
    const left = Math.max(0, futureCodeUpgradeAt - relay.number);
    return obstacle(
      'overwrite',
      'time',
      `${what}: at relay block ${futureCodeUpgradeAt}, in ${blocksAndHours(left)}, it would replace the code again`,
      `set the code after relay block ${futureCodeUpgradeAt}`,
    );
  }
  if (futureCodeUpgrade !== null) {
    return obstacle(
      'overwrite',
      'people',
      `${what}, which takes effect with the first head of the para: that head would replace the code again`,
      'root first notes the same head (paras.forceNoteNewHead), which enacts the pending upgrade, in one batch with the call that sets or authorises the code',
    );
  }
  return obstacle(
    'overwrite',
    'time',
    `${what}, and validators vote on it: once accepted it would replace the code again`,
    'wait until it is enacted or rejected',
  );
}

/** What `Paras.AuthorizedCodeHash` holds of the para: anybody may supply that code until it expires. */
export function authorizationGuard(
  { authorizedCode, relay }: ParaObservation,
  codeHash: Hex | null,
): Finding {
  if (authorizedCode === undefined) {
    return ok('authorised-code', 'this relay chain has no authorisation of code by its hash');
  }
  if (authorizedCode === null) return ok('authorised-code', 'no code of the para is authorised');
  const { codeHash: authorized, expireAt } = authorizedCode;
  // The last block in which it can be used is the one before.
  const left = expireAt - 1 - relay.number;
  if (left <= 0) {
    return warning(
      'authorised-code',
      `the authorisation of ${authorized} ended with relay block ${expireAt - 1}`,
      'root has to authorise the code anew',
    );
  }
  const until = `can be applied by anybody until relay block ${expireAt - 1}, for ${blocksAndHours(left)}`;
  if (codeHash === null || authorized === codeHash) {
    return warning(
      'authorised-code',
      `the code ${authorized} is authorised and ${until}`,
      'apply it before that block',
    );
  }
  return warning(
    'authorised-code',
    `other code, ${authorized}, is authorised and ${until}: whoever applies it replaces what is there`,
    'root takes it back by authorising this code, or the same one for 0 blocks',
  );
}

/** Skipping or rewinding heads breaks message queues and throws blocks away: no way back does it. */
export function headGuard({ head, headData }: ParaObservation): Finding {
  const sentence =
    'setting another one skips or takes back blocks, and its message queues differ from then on: paras.forceSetCurrentHead and registrar.setCurrentHead are part of no way back';
  if (head !== null) {
    return ok('head-kept', `the head stays what it is, block ${head.number} (${head.hash}); ${sentence}`);
  }
  return headData === null
    ? unknown('head-kept', 'the relay chain stores no head of the para')
    : warning('head-kept', `the head on the relay chain is no Substrate header; ${sentence}`, null);
}

/** `paras.forceNoteNewHead` writes `MostRecentContext`, from which the time without a head is counted. */
export function stallClockGuard(): Finding {
  return warning(
    'stall-clock',
    'paras.forceNoteNewHead counts as a new head: the time since the last head begins anew, though no block was built, and a para that was never locked is locked by it',
    'do not take the young head for a sign of life; a service that counts the stall begins from there',
  );
}
