import { z } from 'zod';
import { isHex } from '../../bytes/hex.ts';
import { CONDITIONS } from '../chain/condition.ts';
import { CHECKPOINT_SOURCES, TRUSTS } from '../chain/trust.ts';
import { FLEET_CAUSES } from '../fleet/causes.ts';
import { countsText } from '../fleet/row.ts';
import { CHECKS, RESULTS } from '../readiness/finding.ts';
import { STANCES } from '../round/endorsement.ts';
import { CHOICES } from '../round/round.ts';
import { ROUTE_NAMES } from '../route/route.ts';
import { OUTCOMES } from '../trial/proposal-trial.ts';
import type { Hex } from '../units.ts';
import { STANDING_WORDS, STANDINGS } from '../views/endpoints.ts';
import { STORE_PROBLEMS } from '../views/store.ts';
import { CODE_EVENTS } from './code-events.ts';
import { eventKind, SEVERITIES } from './kind.ts';
import { RELEASE_EVENTS } from './release-events.ts';

const hex = z.custom<Hex>(isHex);
const text = z.string();
const whole = z.int().min(0);
/** Decimal text: exact above 2^53. */
const amount = z.string().regex(/^\d+$/);
const chain = z.enum(['relay chain', 'contracts chain']);
const census = { head: hex, entries: whole, bytes: whole };

/**
 * Everything that the service ever tells of, by name. A name never changes its meaning. Members called `reason` are
 * sentences of errors, and may hold texts of nodes, peers, contracts and runtimes. Endpoints are named by their place in the
 * configuration: everybody may read events.
 */
export const CATALOGUE = {
  'state-changed': eventKind({
    when: 'the para entered another state of the recovery; `reason` is the trouble that led to it',
    severity: {
      by: 'to',
      values: { stalled: 'critical', escalated: 'critical', optInRescue: 'warning', voting: 'warning' },
    },
    data: z.object({
      from: text,
      to: text,
      reason: text.nullable(),
      round: whole,
      roundId: hex.nullable(),
      anchor: hex.nullable(),
      approved: z.object({ proposal: hex, codeHash: hex }).nullable(),
    }),
    sentence: ({ from, to, reason }) => `${from} → ${to}${reason === null ? '' : `: ${reason}`}`,
  }),
  'round-void': eventKind({
    when: 'the round that was open before the service was updated had no id yet, so nothing that was signed for it can count; told once',
    severity: 'critical',
    data: z.object({ round: whole, anchor: hex.nullable() }),
    sentence: ({ round }) =>
      `round ${round} was opened by an earlier version and is void: propose, endorse and vote again in the round that is open now`,
  }),
  'history-unknown': eventKind({
    when: 'the service was away, and no node tells any more which heads the para had meanwhile; told once for each time',
    severity: 'warning',
    data: z.object({ from: whole, to: whole, reason: text }),
    sentence: ({ from, to, reason }) =>
      `nobody can say whether the para had another head between relay blocks ${from} and ${to}: ${reason}`,
  }),
  'opted-in': eventKind({
    when: 'a policy came into force, by the signature of the registrar manager or by the rescue contract',
    severity: 'info',
    data: z.discriminatedUnion('by', [
      z.object({ by: z.literal('manager'), policy: hex, account: hex, sequence: whole }),
      z.object({ by: z.literal('contract'), policy: hex, contract: hex }),
    ]),
    sentence: (data) =>
      data.by === 'manager'
        ? `the registrar manager opted in with policy ${data.policy}`
        : `the rescue contract ${data.contract} recorded policy ${data.policy}`,
  }),
  'opted-out': eventKind({
    when: 'the policy is no longer in force',
    severity: 'warning',
    data: z.discriminatedUnion('by', [
      z.object({ by: z.literal('manager'), policy: hex, account: hex, sequence: whole }),
      z.object({ by: z.literal('contract'), policy: hex, contract: hex }),
    ]),
    sentence: (data) =>
      data.by === 'manager'
        ? 'the registrar manager opted out: a dead para stays dead'
        : `the rescue contract ${data.contract} no longer stands for policy ${data.policy}: a dead para stays dead`,
  }),
  'proposal-admitted': eventKind({
    when: 'a runtime can be voted on, whether it was tried or not',
    severity: { by: 'outcome', values: { failed: 'warning', untried: 'warning' } },
    data: z.object({
      proposal: hex,
      codeHash: hex,
      codeSize: whole,
      runtime: z.object({ specName: text, specVersion: whole }),
      proposer: hex,
      text,
      outcome: z.enum(OUTCOMES),
      trial: text,
    }),
    sentence: ({ proposal, codeHash, codeSize, trial }) =>
      `proposal ${proposal}: code ${codeHash}, ${codeSize} bytes; ${trial}`,
  }),
  'vote-counted': eventKind({
    when: 'a vote was admitted, whichever way it came',
    severity: 'info',
    data: z.object({
      account: hex,
      choice: z.enum(CHOICES),
      proposal: hex,
      power: amount,
      sequence: whole,
      collator: z.literal(true).optional(),
    }),
    sentence: ({ account, choice, power, collator }) =>
      `${choice} by ${collator ? 'the collator ' : ''}${account} with power ${power}`,
  }),
  endorsed: eventKind({
    when: 'a member of the technical body endorsed a proposal, or took that back',
    severity: 'info',
    data: z.object({
      account: hex,
      stance: z.enum(STANCES),
      proposal: hex,
      sequence: whole,
    }),
    sentence: ({ account, stance, proposal }) =>
      `${account} ${stance === 'endorse' ? 'endorses' : 'no longer endorses'} proposal ${proposal}`,
  }),
  'census-progress': eventKind({
    when: 'another tenth of the accounts at the anchor is archived',
    severity: 'info',
    data: z.object({ percent: whole, ...census }),
    sentence: ({ percent }) => `${percent} percent of the accounts are archived`,
  }),
  'census-complete': eventKind({
    when: 'all accounts at the anchor are archived',
    severity: 'info',
    data: z.object(census),
    sentence: () => 'every account is archived: votes no longer need a node of the para',
  }),
  'census-trouble': eventKind({
    when: 'no node gives the accounts at the anchor; it is tried again by itself',
    severity: 'warning',
    data: z.object({ reason: text, ...census }),
    sentence: ({ reason }) => `the census will go on at a later block: ${reason}`,
  }),
  'step-signed': eventKind({
    when: 'a call is signed and in the journal, not yet sent',
    severity: 'info',
    data: z.object({ title: text, extrinsic: hex, callHash: hex, signer: hex.nullable(), nonce: whole }),
    sentence: ({ title }) => `signed and journalled: ${title}`,
  }),
  'step-sent': eventKind({
    when: 'a signed call is marked as sent and goes out',
    severity: 'info',
    data: z.object({ title: text, chain, extrinsic: hex }),
    sentence: ({ title, chain: where }) => `sent to the ${where}: ${title}`,
  }),
  'step-refused': eventKind({
    when: 'every endpoint that answers refuses a sent call; it is sent again at each block until it is included or its era is over',
    severity: 'warning',
    data: z.object({ title: text, chain, reason: text, extrinsic: hex }),
    sentence: ({ title, chain: where, reason }) =>
      `no endpoint of the ${where} takes it, it is sent again: ${title}: ${reason}`,
  }),
  'step-done': eventKind({
    when: 'chain state shows what a call was to bring about, whoever made it',
    severity: 'info',
    data: z.object({ title: text, chain, relayBlock: whole, extrinsic: hex.nullable() }),
    sentence: ({ title, chain: where }) => `done on the ${where}: ${title}`,
  }),
  'step-lost': eventKind({
    when: 'a sent call can provably not be included any more; it is signed anew while it is still needed',
    severity: 'warning',
    data: z.object({ title: text, reason: text, extrinsic: hex }),
    sentence: ({ reason }) => `can never be included any more: ${reason}`,
  }),
  'step-handed-over': eventKind({
    when: 'the service has no key for a call: somebody else must sign it',
    severity: 'warning',
    data: z.object({ title: text }),
    sentence: ({ title }) =>
      `waiting for an outside signer: ${title}; "pararescue handover" has the call, its hash, and the command for each who signs`,
  }),
  ...CODE_EVENTS,
  'lock-left-to-para': eventKind({
    when: 'the para lives, and adding its registrar lock again is its own business',
    severity: 'info',
    data: z.object({}),
    sentence: () => 'the para lives: it can add its registrar lock again by XCM itself',
  }),
  'lock-missing': eventKind({
    when: 'the para lives, and whoever else has to sign for its registrar lock has not done it for a day',
    severity: 'warning',
    data: z.object({ sinceBlock: whole }),
    sentence: ({ sinceBlock }) =>
      `the para lives, but nobody has added its registrar lock again since relay block ${sinceBlock}: its manager can still replace its code ("pararescue lock add")`,
  }),
  'route-waits': eventKind({
    when: 'the decision cannot be carried further yet; `needs` says whether `time` or `people` end that',
    severity: { by: 'needs', values: { people: 'warning' } },
    data: z.object({ route: z.enum(ROUTE_NAMES), needs: z.enum(['time', 'people']), reason: text }),
    sentence: ({ reason }) => reason,
  }),
  ...RELEASE_EVENTS,
  'step-trouble': eventKind({
    when: 'a call that somebody else can make as well failed; it is tried again by itself',
    severity: 'warning',
    data: z.object({ title: text, reason: text }),
    sentence: ({ title, reason }) => `not done yet: ${title}: ${reason}`,
  }),
  'contract-trouble': eventKind({
    when: 'the rescue contract cannot be read; told once until it can',
    severity: 'warning',
    data: z.object({ reason: text }),
    sentence: ({ reason }) => `the rescue contract cannot be read: ${reason}`,
  }),
  'evidence-checked': eventKind({
    when: 'the evidence of another service was recounted; `reason` says why it is not supported, or what it leaves out',
    severity: { by: 'supported', values: { false: 'warning' } },
    data: z.object({ evidenceHash: hex, peer: text, supported: z.boolean(), reason: text.nullable() }),
    sentence: ({ peer, supported, reason }) =>
      supported
        ? `the evidence of ${peer} holds and comes to the same decision${reason === null ? '' : `, but ${reason}`}`
        : `the evidence of ${peer} cannot be supported: ${reason}`,
  }),
  'peer-trouble': eventKind({
    when: 'another service does not answer, or gave what is refused; of one service twenty times an hour at most',
    severity: 'warning',
    data: z.discriminatedUnion('trouble', [
      z.object({ trouble: z.literal('no-votes'), peer: text, reason: text }),
      z.object({ trouble: z.literal('no-evidence'), peer: text, reason: text }),
      z.object({ trouble: z.literal('votes-refused'), peer: text, refused: whole, firstAccount: hex }),
      z.object({ trouble: z.literal('proposal-refused'), peer: text, proposal: hex, reason: text }),
      z.object({ trouble: z.literal('other-round'), peer: text, roundId: hex, own: hex }),
    ]),
    sentence: (data) => {
      switch (data.trouble) {
        case 'no-votes':
          return `no votes from ${data.peer}: ${data.reason}`;
        case 'no-evidence':
          return `${data.peer} gives no evidence: ${data.reason}`;
        case 'votes-refused':
          return `${data.refused} votes from ${data.peer} were refused, the first of ${data.firstAccount}`;
        case 'proposal-refused':
          return `proposal ${data.proposal} from ${data.peer} is refused: ${data.reason}`;
        case 'other-round':
          return `${data.peer} is in round ${data.roundId}, this service in ${data.own} on the same head: compare policy, number of the round, and when the head became the last one`;
      }
    },
  }),
  'endpoint-standing': eventKind({
    when: 'an endpoint is not as good as it was, or good again; told once for each change, under every para that it serves, twenty times an hour at most',
    severity: {
      by: 'standing',
      values: { lagging: 'warning', unreachable: 'warning', lying: 'warning', probation: 'warning' },
    },
    data: z.object({ endpoint: text, standing: z.enum(STANDINGS), reason: text.nullable() }),
    sentence: ({ endpoint, standing, reason }) =>
      `${endpoint} is ${STANDING_WORDS[standing]}${reason === null ? '' : `: ${reason}`}`,
  }),
  'condition-changed': eventKind({
    when: 'the para is not what it was when something was known of it last; told at the start too, unless it is healthy. That it is stalled, `state-changed` tells as well',
    severity: {
      by: 'to',
      values: {
        stalled: 'warning',
        'no-core': 'warning',
        'never-started': 'warning',
        'not-live': 'warning',
        'not-registered': 'warning',
      },
    },
    data: z.object({ from: z.enum(CONDITIONS), to: z.enum(CONDITIONS), reason: text }),
    sentence: ({ from, to, reason }) => `${from} → ${to}: ${reason}`,
  }),
  'fleet-seen': eventKind({
    when: 'all paras of the relay chain were read for the first time since the start; told of the relay chain, without a para. What changes from then on is told',
    severity: 'info',
    data: z.object({ paras: whole, conditions: z.record(z.enum(CONDITIONS), whole) }),
    sentence: ({ paras, conditions }) =>
      `${paras} paras of the relay chain are watched: ${countsText(conditions)}`,
  }),
  'fleet-trouble': eventKind({
    when: 'something is wrong with many paras of the relay chain, or with the relay chain itself; told once, without a para, in place of an event for each of them. `paras` names at most twenty of those that stopped',
    severity: 'critical',
    data: z.object({
      cause: z.enum(FLEET_CAUSES),
      since: whole,
      stopped: whole,
      lived: whole,
      paras: z.array(whole),
      reason: text,
    }),
    sentence: ({ reason }) => reason,
  }),
  'fleet-trouble-over': eventKind({
    when: 'what was told as `fleet-trouble` is so no longer; paras that have not come back are told of one by one from now on',
    severity: 'info',
    data: z.object({ cause: z.enum(FLEET_CAUSES), since: whole }),
    sentence: ({ cause, since }) => `no longer so: ${cause} since relay block ${since}`,
  }),
  'conditions-changed': eventKind({
    when: 'so many paras changed their condition that they are told together, without a para; `paras` names at most twenty of them',
    severity: { by: 'worse', values: { true: 'warning' } },
    data: z.object({
      changes: whole,
      to: z.record(z.enum(CONDITIONS), whole),
      paras: z.array(whole),
      worse: z.boolean(),
    }),
    sentence: ({ changes, to, paras }) =>
      `${changes} paras changed their condition: ${countsText(to)} (${paras.join(', ')}${paras.length < changes ? ', …' : ''})`,
  }),
  'readiness-changed': eventKind({
    when: 'a thing that a rescue needs is not as it was when it was looked at last, of a para that has opted in; `from` is null when it was not looked at before. `urgency` is critical for what the team cannot mend once the para has stopped',
    severity: { by: 'urgency', values: { warning: 'warning', critical: 'critical' } },
    data: z.object({
      check: z.enum(CHECKS),
      from: z.enum(RESULTS).nullable(),
      to: z.enum(RESULTS),
      urgency: z.enum(SEVERITIES),
      routes: z.array(z.enum(ROUTE_NAMES)).nullable(),
      reason: text,
      fix: text.nullable(),
    }),
    sentence: ({ check, to, reason, fix }) =>
      `${check} is ${to}: ${reason}${fix === null ? '' : `. What helps: ${fix}`}`,
  }),
  'sight-lost': eventKind({
    when: 'the service has not seen the present of the relay chain for longer than `relay.blindAfterSeconds`: from now on it says of no para that it is healthy or stalled. Without a para: nothing is known of all those that are watched with `paras: all`',
    severity: 'critical',
    data: z.object({ block: whole.nullable(), reason: text }),
    sentence: ({ reason }) => `nothing is known now: ${reason}`,
  }),
  'sight-back': eventKind({
    when: 'the service sees the present of the relay chain again',
    severity: 'info',
    data: z.object({ block: whole.nullable() }),
    sentence: ({ block }) => `the relay chain is seen again, at block ${block}`,
  }),
  'watched-only': eventKind({
    when: 'the relay chain may not be acted upon, because nothing proves it or because its newest proven block is old; told when what it seems to say of the para changes',
    severity: { by: 'stalled', values: { true: 'warning' } },
    data: z.object({ stalled: z.boolean(), trust: z.enum(TRUSTS) }),
    sentence: ({ stalled, trust }) => {
      const by = trust === 'assumed' ? 'the word of one relay endpoint alone' : 'a relay block that is old';
      return stalled
        ? `the para seems to have stopped, by ${by}: nothing is done about it`
        : `the para seems to live, by ${by}: nothing would be done about a stall`;
    },
  }),
  'state-discarded': eventKind({
    when: 'the saved state of the para rests on a relay block that cannot exist yet; it is watched anew, and what was signed stays in the journal',
    severity: 'critical',
    data: z.object({ saved: whole, possible: whole, state: text, round: whole }),
    sentence: ({ saved, possible, state }) =>
      `the saved state (${state}) rests on relay block ${saved}, and ${possible} is the newest that can exist: a node lied before, and the para is watched anew`,
  }),
  checkpoint: eventKind({
    when: 'the finality of the relay chain is followed from a new checkpoint: compare it with what you know from elsewhere',
    severity: { by: 'source', values: { endpoints: 'warning' } },
    data: z.object({
      number: whole,
      hash: hex,
      setId: text,
      voters: whole,
      source: z.enum(CHECKPOINT_SOURCES),
    }),
    sentence: ({ number, hash: at, setId, voters, source }) =>
      `finality is followed from relay block ${number} (${at}), authority set ${setId} with ${voters} voters, ${
        source === 'endpoints'
          ? 'as all endpoints agree: check it elsewhere, and pin it as relay.checkpoint ("pararescue checkpoint")'
          : 'as configured'
      }`,
  }),
  'node-trouble': eventKind({
    when: 'a node kept a step from being gone on with; it is tried again by itself',
    severity: 'warning',
    data: z.object({ reason: text }),
    sentence: ({ reason }) => `will try again at the next block: ${reason}`,
  }),
  'acts-missing': eventKind({
    when: 'acknowledged acts of the para are missing from the database; told at every start while it is held for that',
    severity: 'critical',
    data: z.object({
      what: text,
      problem: z.enum(STORE_PROBLEMS),
      count: whole,
      since: z.int().nullable(),
      reason: text,
    }),
    sentence: ({ reason }) => `held, because not all acts are there: ${reason}`,
  }),
  'loss-accepted': eventKind({
    when: 'the operator accepted that acts of the para are lost; told once, when the service goes on without them',
    severity: 'critical',
    data: z.object({ acceptedAt: whole, round: whole, reason: text }),
    sentence: ({ round, reason }) =>
      `goes on without what is lost (${reason}): what was signed in rounds up to ${round} on this head is void, propose and vote again in the next one`,
  }),
  trouble: eventKind({
    when: 'one relay block could not be taken in; the next one is tried',
    severity: 'warning',
    data: z.object({ reason: text }),
    sentence: ({ reason }) => reason,
  }),
};
