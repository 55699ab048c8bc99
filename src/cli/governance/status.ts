import type { Command } from 'commander';
import { requireActable } from '../../domain/chain/actable.ts';
import type { ParaObservation } from '../../domain/chain/observation.ts';
import type { GovernanceLook } from '../../domain/governance/referendum.ts';
import { effectText, stageText, whitelistText } from '../../domain/governance/sentences.ts';
import { blocksAndHours } from '../../domain/readiness/time.ts';
import { jsonText } from '../shared/client-options.ts';
import type { CommandIo } from '../shared/io.ts';
import { warningTo } from '../shared/key-options.ts';
import { facts } from '../shared/table.ts';
import { type GovernanceFlags, withGovernance, withGovernanceOptions } from './options.ts';

export function registerStatus(parent: Command, io: CommandIo): void {
  withGovernanceOptions(parent.command('status'))
    .description(
      'show what governance decides about a para, stage by stage from storage, and which code is authorised',
    )
    .action((flags: GovernanceFlags) => status(flags, io));
}

async function status(flags: GovernanceFlags, io: CommandIo): Promise<void> {
  const { lookAtGovernance } = await import('../../chain/governance/look.ts');
  await withGovernance(flags, io, async ({ session: { observation }, chains }) => {
    if (!observation.actable) warnUnproven(observation, io);
    const look = await lookAtGovernance(chains, flags.para);
    const { authorizedCode, currentCodeHash, futureCodeHash, relay } = observation;
    const { at: governanceBlock, ...found } = look;
    io.stdout(
      flags.json
        ? jsonText({
            paraId: flags.para,
            relay,
            governanceBlock,
            ...found,
            authorizedCode: authorizedCode ?? null,
            currentCodeHash,
            futureCodeHash,
          })
        : statusText(observation, look),
    );
  });
}

function warnUnproven(observation: ParaObservation, io: CommandIo): void {
  try {
    requireActable(observation);
  } catch (error) {
    warningTo(io)(error instanceof Error ? error.message : String(error));
  }
}

function statusText(observation: ParaObservation, look: GovernanceLook): string {
  const { referenda, lookedThrough, messagesWaiting } = look;
  const { relay, paraId, currentCodeHash } = observation;
  const shown = referenda.map(
    (referendum) =>
      `\n${facts([
        ['referendum', String(referendum.index)],
        ['track', referendum.track && `${referendum.track.id} ${referendum.track.name}`],
        ['stage', stageText(referendum.stage, look.at)],
        ...referendum.effects.map((effect): [string, string] => ['root would', effectText(effect)]),
        ['whitelist', whitelistText(referendum)],
      ])}`,
  );
  const waiting =
    messagesWaiting === undefined || messagesWaiting === 0 ? null : `${messagesWaiting} on the relay chain`;
  return [
    facts([
      ['para', String(paraId)],
      ['relay', `block ${relay.number}, ${relay.hash}`],
      ['code', currentCodeHash],
      ['authorised', authorisedText(observation)],
      ['messages waiting', waiting],
    ]),
    ...shown,
    referenda.length === 0
      ? `\nnone of the last ${lookedThrough} referenda is about the para, as far as their calls can still be read\n`
      : '',
  ].join('');
}

function authorisedText({ authorizedCode, relay }: ParaObservation): string {
  if (authorizedCode === undefined) return 'this relay chain has no authorised code hashes';
  if (authorizedCode === null) return 'none';
  const { codeHash, expireAt } = authorizedCode;
  const left = expireAt - relay.number;
  return left > 0
    ? `${codeHash}, up to relay block ${expireAt - 1} (${blocksAndHours(left)} left)`
    : `${codeHash}, expired at relay block ${expireAt}`;
}
