import { toHex } from '../../bytes/hex.ts';
import { RescueError } from '../../domain/errors.ts';
import { type AbiEntry, abiSchema, selectorOf, topicOf } from './abi-types.ts';
import { readArtifactJson } from './artifacts.ts';

/** The Solidity ABI of the rescue contract, by what one looks for. */
export interface RescueAbi {
  /** @throws RESCUE_INTERNAL when the contract has no such function */
  function(name: string): AbiEntry;
  readonly constructorEntry: AbiEntry;
  /** Undefined when no error of the contract has the selector. */
  error(selector: Uint8Array): AbiEntry | undefined;
  /** Undefined when no event of the contract has the topic. */
  event(topic: Uint8Array): AbiEntry | undefined;
}

let loaded: RescueAbi | undefined;

/** Read once, from contracts-abi/RescueContract.abi.json. */
export function rescueAbi(): RescueAbi {
  loaded ??= index(abiSchema.parse(readArtifactJson('RescueContract.abi.json')));
  return loaded;
}

function index(entries: readonly AbiEntry[]): RescueAbi {
  const of = (type: AbiEntry['type']) => entries.filter((entry) => entry.type === type);
  const functions = new Map(of('function').map((entry) => [entry.name, entry]));
  const errors = new Map(of('error').map((entry) => [toHex(selectorOf(entry)), entry]));
  const events = new Map(of('event').map((entry) => [toHex(topicOf(entry)), entry]));
  const constructorEntry = of('constructor')[0];
  if (!constructorEntry) throw new RescueError('RESCUE_INTERNAL', 'The ABI has no constructor.');
  return {
    constructorEntry,
    function: (name) => {
      const entry = functions.get(name);
      if (!entry) throw new RescueError('RESCUE_INTERNAL', `The rescue contract has no function ${name}.`);
      return entry;
    },
    error: (selector) => errors.get(toHex(selector)),
    event: (topic) => events.get(toHex(topic)),
  };
}
