import type { z } from 'zod';
import { CATALOGUE } from './events/catalogue.ts';
import { type EventKind, type Severity, severityBy } from './events/kind.ts';
import { oneLine } from './plain-text.ts';
import type { EpochMs, ParaId, RelayBlock } from './units.ts';

export type EventName = keyof typeof CATALOGUE;
type DataByName = { readonly [Name in EventName]: z.output<(typeof CATALOGUE)[Name]['data']> };
export type EventData<Name extends EventName> = DataByName[Name];

/** The catalogue of events (events/catalogue.ts) as a reader of any name takes it. */
export const EVENTS: { readonly [Name in EventName]: EventKind<DataByName[Name]> } = CATALOGUE;

/**
 * A line of the service's story; the log keeps them in order, so that a reader can resume after any of them. Events of
 * other versions are told as well, so a reader must take names and members that it does not know.
 */
export interface ServiceEvent {
  /** 1, 2, 3 … over the whole service. */
  readonly id: number;
  readonly at: EpochMs;
  /** Null for what is told of the relay chain as a whole. */
  readonly paraId: ParaId | null;
  readonly relayBlock: RelayBlock | null;
  /** An `EventName` of the version that told it. */
  readonly type: string;
  readonly severity: Severity;
  /** One plain line. */
  readonly message: string;
  readonly data: Readonly<Record<string, unknown>>;
}
export type NewServiceEvent = Omit<ServiceEvent, 'id' | 'at'>;

/** Tells an event of one para, or of the relay chain as a whole. */
export type Tell = <Name extends EventName>(paraId: ParaId | null, name: Name, data: EventData<Name>) => void;
/** `Tell` for the one para that the teller works for. */
export type TellOfPara = <Name extends EventName>(name: Name, data: EventData<Name>) => void;

/** Most UTF-16 units of a message: a runtime or a node may say a lot. */
const LONGEST_MESSAGE = 2000;

/** The message of an event: one line without control characters, whatever texts of others stand in its data. */
export function messageOfEvent<Name extends EventName>(name: Name, data: EventData<Name>): string {
  return oneLine(EVENTS[name].sentence(data), LONGEST_MESSAGE);
}

export function newEvent<Name extends EventName>(
  at: Pick<ServiceEvent, 'paraId' | 'relayBlock'>,
  name: Name,
  data: EventData<Name>,
): NewServiceEvent {
  return {
    paraId: at.paraId,
    relayBlock: at.relayBlock,
    type: name,
    severity: severityBy(EVENTS[name].severity, data),
    message: messageOfEvent(name, data),
    data,
  };
}

/** For events that came without one, from earlier versions; a name that is not in the catalogue is `info`. */
export function severityOf({ type, data }: Pick<ServiceEvent, 'type' | 'data'>): Severity {
  return isEventName(type) ? severityBy(EVENTS[type].severity, data) : 'info';
}

/** The data of an event, when it has this name and the data of this version; null otherwise. */
export function dataOf<Name extends EventName>(
  { type, data }: Pick<ServiceEvent, 'type' | 'data'>,
  name: Name,
): EventData<Name> | null {
  if (type !== name) return null;
  const parsed = EVENTS[name].data.safeParse(data);
  return parsed.success ? parsed.data : null;
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(EVENTS, name);
}
