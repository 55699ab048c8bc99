import { describe, expect, it } from 'vitest';
import { newEvent, type ServiceEvent } from '../../src/domain/events.ts';
import { type Incident, summaryOf } from '../../src/domain/incidents/incident.ts';
import { ROOM } from '../../src/domain/incidents/kept.ts';
import { begun, type IncidentLook, isBegun, looked } from '../../src/domain/incidents/look.ts';
import { told } from '../../src/domain/incidents/told.ts';
import { HEAD, hash, ROUND } from '../store/samples.ts';

const START = 1_700_000_000_000;
const NO_RESCUE = {
  ...{ state: 'stalled', roundId: null, round: 0, approved: null, route: null },
  lockAgain: false,
};

/** Para 2000 at relay block 1000, stopped at the head that was included with relay parent 900. */
function stopped(change: Partial<IncidentLook> = {}): IncidentLook {
  const { relayBlock = 1000 } = change;
  return {
    paraId: 2000,
    relayBlock,
    at: START + relayBlock * 6_000,
    trust: 'justified',
    proven: true,
    head: { hash: HEAD, number: 30 },
    context: 900,
    headSeenAt: null,
    relayTime: START + relayBlock * 6_000,
    codeHash: hash(5),
    locked: false,
    own: null,
    stopped: true,
    registered: true,
    sighted: true,
    belief: null,
    rescue: NO_RESCUE,
    counted: null,
    ...change,
  };
}

const alive = (change: Partial<IncidentLook> = {}) =>
  stopped({
    stopped: false,
    head: { hash: hash(0xab), number: 31 },
    context: 1090,
    rescue: { ...NO_RESCUE, state: 'healthy' },
    relayBlock: 1100,
    ...change,
  });

function opened(look = stopped()): Incident {
  return { number: 1, ...looked(begun(look, 7), look) };
}

describe('an incident', () => {
  it('begins with the last head: when it came, if that was seen, and about when otherwise', () => {
    const unseen = opened();
    expect(unseen).toMatchObject({
      onset: {
        relayBlock: 900,
        at: START + 900 * 6_000,
        witnessed: false,
        head: { number: 30 },
        codeHash: hash(5),
      },
      noticed: { relayBlock: 1000, at: START + 6_000_000 },
      proven: { relayBlock: 1000 },
      end: null,
    });
    expect(opened(stopped({ headSeenAt: 5 })).onset).toMatchObject({ at: 5, witnessed: true });
    expect(opened(stopped({ relayTime: null })).onset.at).toBeNull();
  });

  it('begins for a rescue that is under way, and not for a para that nothing is to be done for', () => {
    const healthy = { stopped: false };
    expect(isBegun(stopped({ ...healthy, rescue: { ...NO_RESCUE, state: 'healthy' } }))).toBe(false);
    expect(isBegun(stopped({ ...healthy, rescue: { ...NO_RESCUE, state: 'upgrading.relocking' } }))).toBe(
      false,
    );
    expect(isBegun(stopped({ ...healthy, rescue: { ...NO_RESCUE, state: 'voting' } }))).toBe(true);
    expect(isBegun(stopped({ rescue: { ...NO_RESCUE, state: 'held' } }))).toBe(true);
  });

  it('ends with the head after it, not before the machine is done, nor by what nobody proves', () => {
    const open = opened();
    expect(looked(open, stopped({ relayBlock: 1001 })).end).toBeNull();
    const rescued = { ...NO_RESCUE, state: 'upgrading.awaitingFirstHeads' };
    expect(looked(open, alive({ rescue: rescued })).end).toBeNull();
    expect(looked(open, alive({ proven: false })).end).toBeNull();
    // The relay chain does not finalize, or the policy's gap grew: it did not move.
    expect(looked(open, stopped({ stopped: false })).end).toBeNull();
    expect(looked(open, alive()).end).toEqual({
      relayBlock: 1100,
      at: START + 6_600_000,
      why: 'recovered',
      context: 1090,
      head: { hash: hash(0xab), number: 31 },
      codeHash: hash(5),
      locked: false,
      aftercare: [],
    });
  });

  it('ends when the para leaves the relay chain, which only a proven block says', () => {
    const gone = alive({ registered: false, head: null, context: null });
    expect(looked(opened(), { ...gone, proven: false }).end).toBeNull();
    expect(looked(opened(), gone).end).toMatchObject({ why: 'left', relayBlock: 1100, head: null });
  });

  it('ends also when the para stopped anew before anybody looked, at another head', () => {
    const again = alive({ stopped: true });
    expect(looked(opened(), again).end?.why).toBe('recovered');
    expect(isBegun(again)).toBe(true);
  });

  it('that only a relay nobody proves has shown is marked, until a proven block shows it or refutes it', () => {
    const unproven = opened(
      stopped({ proven: false, trust: 'assumed', rescue: { ...NO_RESCUE, state: 'healthy' } }),
    );
    expect(unproven).toMatchObject({ trust: 'assumed', proven: null, end: null });
    const again = stopped({ proven: false, relayBlock: 1001, rescue: { ...NO_RESCUE, state: 'healthy' } });
    expect(looked(unproven, again).end).toBeNull();
    expect(looked(unproven, stopped({ relayBlock: 1002 }))).toMatchObject({
      proven: { relayBlock: 1002 },
      end: null,
    });
    const living = { stopped: false, rescue: { ...NO_RESCUE, state: 'healthy' } };
    expect(looked(unproven, stopped(living)).end?.why).toBe('refuted');
    expect(looked(unproven, alive()).end?.why).toBe('recovered');
    expect(looked(unproven, alive({ proven: false })).end?.why).toBe('recovered');
  });

  it('stays the same object while nothing changes', () => {
    const open = opened();
    expect(looked(open, stopped({ relayBlock: 1001 }))).toBe(open);
  });
});

describe('what is believed', () => {
  const belief = (cause: string, sentence = 'so it is', confidence: string | null = null) => ({
    cause,
    sentence,
    confidence,
  });

  it('is kept with each change, and numbers that grow in its sentence are none', () => {
    const looks = [
      belief('collators-down', 'nothing for 100 blocks'),
      belief('collators-down', 'nothing for 101 blocks'),
      belief('bad-runtime'),
      belief('bad-runtime', 'so it is', 'seen'),
      null,
      belief('collators-down', 'nothing for 102 blocks'),
    ];
    const incident = looks.reduce(
      (open, found, at) => looked(open, stopped({ relayBlock: 1001 + at, belief: found })),
      opened(),
    );
    expect(incident.beliefs.entries).toEqual([
      { ...looks[0], relayBlock: 1001, at: START + 1001 * 6_000 },
      { ...looks[2], relayBlock: 1003, at: START + 1003 * 6_000 },
      { ...looks[3], relayBlock: 1004, at: START + 1004 * 6_000 },
      { ...looks[5], relayBlock: 1006, at: START + 1006 * 6_000 },
    ]);
  });

  it('gives the cause before the approved code took over, not the two codes that differ until nodes run it', () => {
    const belief = (cause: string, relayBlock: number) => ({
      relayBlock,
      at: START + relayBlock * 6_000,
      cause,
      sentence: cause,
      confidence: null,
    });
    const entries = [belief('bad-runtime', 1000), belief('code-mismatch', 1050)];
    const enacted = { relayBlock: 1050, at: START };
    const incident = { ...opened(), beliefs: { entries, leftOut: 0 } };
    expect(summaryOf({ ...incident, enacted }).belief?.cause).toBe('bad-runtime');
    expect(summaryOf(incident).belief?.cause).toBe('code-mismatch');
    expect(summaryOf({ ...incident, enacted: { ...enacted, relayBlock: 1000 } }).belief?.cause).toBe(
      'bad-runtime',
    );
    expect(summaryOf(opened()).belief).toBeNull();
  });

  it('keeps the first and the last of a cause that flaps for ever, and says how many are left out', () => {
    let incident = opened();
    for (let at = 1; at <= 10_000; at += 1) {
      incident = looked(
        incident,
        stopped({ relayBlock: 1000 + at, belief: belief(at % 2 === 0 ? 'bad-runtime' : 'no-core') }),
      );
    }
    const { first, last } = ROOM.beliefs;
    const { entries, leftOut } = incident.beliefs;
    expect(entries).toHaveLength(first + last);
    expect(leftOut).toBe(10_000 - first - last);
    expect(entries[first - 1]?.relayBlock).toBe(1000 + first);
    expect(entries[first]?.relayBlock).toBe(11_000 - last + 1);
    expect(entries.at(-1)?.relayBlock).toBe(11_000);
  });
});

describe('rounds', () => {
  const { roundId } = ROUND;
  const inState = (state: string, change: Partial<IncidentLook['rescue']> = {}): IncidentLook['rescue'] => ({
    lockAgain: false,
    state,
    roundId,
    round: 1,
    approved: null,
    route: null,
    ...change,
  });
  const approved = { proposal: hash(8), codeHash: hash(9) };
  const tally = {
    ayes: 9n,
    nays: 1n,
    abstains: 0n,
    votes: 2,
    electorate: 20n,
    approved: true,
    quorate: true,
  };
  const counted = {
    roundId,
    decision: { kind: 'approved', proposal: hash(8) },
    tallies: [{ proposal: hash(8), ...tally, admittedAt: 1, endorsed: false }],
  } as const;
  const voting = looked(opened(), stopped({ relayBlock: 1010, rescue: inState('voting') }));
  const last = (incident: Incident) => incident.rounds.entries.at(-1);

  it('are open from the anchor on, and have their votes at the end', () => {
    expect(last(voting)).toMatchObject({ roundId, result: 'open', ended: null, tallies: null });
    const look = stopped({
      relayBlock: 1020,
      counted,
      rescue: inState('upgrading.planning', { approved }),
    });
    expect(looked(voting, look)).toMatchObject({
      approved,
      rounds: {
        entries: [
          {
            result: 'approved',
            ended: { relayBlock: 1020 },
            approved,
            tallies: [{ proposal: hash(8), ...tally }],
          },
        ],
      },
    });
  });

  it.each([
    ['rejected', inState('optInRescue', { roundId: hash(0xef), round: 2 })],
    ['void', { ...NO_RESCUE, state: 'healthy' }],
    ['opted-out', NO_RESCUE],
  ] as const)('that are %s have that as their result', (result, rescue) => {
    const next = looked(voting, stopped({ relayBlock: 1020, rescue }));
    expect(next.rounds.entries[0]).toMatchObject({ roundId, result, ended: { relayBlock: 1020 } });
    expect(next.rounds.entries).toHaveLength(result === 'rejected' ? 2 : 1);
  });

  const rescued = () => {
    const approving = inState('upgrading.planning', { approved, lockAgain: true });
    const found = looked(voting, stopped({ relayBlock: 1020, counted, rescue: approving }));
    return { ...found, enacted: { relayBlock: 1050, at: START } };
  };

  it('end with what remains to be done, and with the lock that the policy asks for', () => {
    const own = { codeHash: hash(6), specVersion: 1001 };
    const { lockAgain, end } = looked(rescued(), alive({ codeHash: hash(9), own }));
    expect({ lockAgain, locked: end?.locked }).toEqual({ lockAgain: true, locked: false });
    expect(end?.aftercare).toEqual([
      expect.stringMatching(/needs exactly these bytes as a code substitute from block 30 on/),
      expect.stringMatching(/until an upgrade above spec version 1001/),
      expect.stringMatching(/a second substitute of spec version 1001 has to replace this one/),
      expect.stringMatching(/lock the para again/),
    ]);
    const locked = looked(rescued(), alive({ codeHash: hash(9), own, locked: true })).end;
    expect(locked?.locked).toBe(true);
    expect(locked?.aftercare).toHaveLength(3);
  });

  it('end with nothing to do where the para lives under its own code without a rescue', () => {
    const own = { codeHash: hash(5), specVersion: 1001 };
    expect(looked(opened(), alive({ own })).end?.aftercare).toEqual([]);
    // It stopped on a substitute that somebody else had it run.
    expect(looked(opened(), alive({ own: { ...own, codeHash: hash(6) } })).end?.aftercare).not.toEqual([]);
  });

  it('have their result from the log when the service died before the block was looked at', () => {
    const event: ServiceEvent = {
      id: 9,
      at: START,
      ...newEvent({ paraId: 2000, relayBlock: 1019 }, 'state-changed', {
        from: 'voting',
        to: 'upgrading.planning',
        reason: null,
        round: 1,
        roundId,
        anchor: HEAD,
        approved,
      }),
    };
    const known = told(voting, event);
    expect(last(known)).toMatchObject({ result: 'approved', ended: { relayBlock: 1019 }, approved });
    const look = stopped({
      relayBlock: 1020,
      counted,
      rescue: inState('upgrading.planning', { approved }),
    });
    expect(last(looked(known, look))).toMatchObject({ ended: { relayBlock: 1019 }, tallies: [tally] });
  });
});

describe('what is told meanwhile', () => {
  const event = (id: number, name: 'step-sent' | 'sight-lost' | 'sight-back'): ServiceEvent => {
    const at = { paraId: 2000, relayBlock: 1000 + id };
    const found =
      name === 'step-sent'
        ? newEvent(at, name, { title: 'schedule', chain: 'relay chain', extrinsic: hash(7) })
        : name === 'sight-lost'
          ? newEvent(at, name, { block: 1000, reason: 'no newer block' })
          : newEvent(at, name, { block: 1000 });
    return { id, at: START + id, ...found };
  };

  it('is taken once, with its extrinsic, and not what was told before', () => {
    const open = opened();
    expect(told(open, event(7, 'step-sent'))).toBe(open);
    const once = told(open, event(8, 'step-sent'));
    expect(once.acts.entries).toEqual([
      {
        event: 8,
        relayBlock: 1008,
        at: START + 8,
        type: 'step-sent',
        message: expect.any(String),
        extrinsic: hash(7),
      },
    ]);
    expect(told(once, event(8, 'step-sent'))).toBe(once);
  });

  it('has room for a hundred acts, the first and the last', () => {
    let incident = opened();
    for (let id = 8; id < 1008; id += 1) incident = told(incident, event(id, 'step-sent'));
    expect(incident.acts.entries).toHaveLength(ROOM.acts.first + ROOM.acts.last);
    expect(incident.acts.leftOut).toBe(900);
    expect(incident.acts.entries.at(-1)?.event).toBe(1007);
  });

  it('says when nothing was seen: until it is told, or until a block is seen after a restart', () => {
    const blind = told(opened(), event(8, 'sight-lost'));
    expect(blind.blind.entries).toEqual([
      { from: { relayBlock: 1008, at: START + 8 }, to: null, why: 'no newer block' },
    ]);
    expect(told(blind, event(9, 'sight-back')).blind.entries[0]?.to).toEqual({
      relayBlock: 1009,
      at: START + 9,
    });
    expect(looked(blind, stopped({ relayBlock: 1020, sighted: false })).blind.entries[0]?.to).toBeNull();
    expect(looked(blind, stopped({ relayBlock: 1020 })).blind.entries[0]?.to?.relayBlock).toBe(1020);
  });
});
