// The metadata that @polkadot/api-contract loads (version 6, pallet-revive), made from the Solidity ABI. Solidity encodes
// every argument into words of 32 bytes and api-contract encodes by SCALE; bytes of a fixed length are the same in both,
// so everything is typed in words: `[u8; 32]`, and structs of words.
//
// What does not fit into fixed words is left to the caller, see src/contract: arguments of dynamic length are words that
// point into `tail`, an array of words whose length has to be set for each call (type "Tail"); answers of dynamic length have
// no return type; indexed parts of events are in the topics, where api-contract doesn't look, and are left out.

const PRIMITIVE_U8 = 0;
const WORD = 1;
const TAIL = 2;

/** Types by id: a byte, a word, the tail, then one struct for each Solidity struct. */
class TypeTable {
  types = [
    { id: PRIMITIVE_U8, type: { def: { primitive: 'u8' } } },
    { id: WORD, type: { def: { array: { len: 32, type: PRIMITIVE_U8 } } } },
    { id: TAIL, type: { def: { array: { len: 0, type: WORD } } } },
  ];
  #structs = new Map();

  add(def, path) {
    const id = this.types.length;
    this.types.push({ id, type: { ...(path ? { path } : {}), def } });
    return id;
  }

  idOf(parameter) {
    if (!parameter.type.startsWith('tuple')) return WORD;
    const name = parameter.internalType.split('.').at(-1);
    const known = this.#structs.get(name);
    if (known !== undefined) return known;
    const fields = parameter.components.map((field) => ({
      name: field.name,
      type: this.idOf(field),
      typeName: field.type,
    }));
    const id = this.add({ composite: { fields } }, [name]);
    this.#structs.set(name, id);
    return id;
  }

  tuple(parameters) {
    return this.add({ tuple: parameters.map((parameter) => this.idOf(parameter)) });
  }
}

function isDynamic({ type, components = [] }) {
  return type === 'bytes' || type === 'string' || type.endsWith('[]') || components.some(isDynamic);
}

function spec(table, parameter) {
  return {
    type: table.idOf(parameter),
    displayName: [parameter.type === 'tuple' ? parameter.internalType.split('.').at(-1) : parameter.type],
  };
}

/** Without the underscore that keeps a Solidity parameter apart from a state variable. */
const labelOf = ({ name }) => name.replace(/_$/, '');

function args(table, inputs) {
  const heads = inputs.map((input) =>
    isDynamic(input)
      ? { label: `${labelOf(input)}Offset`, type: { type: WORD, displayName: ['uint256'] } }
      : { label: labelOf(input), type: spec(table, input) },
  );
  return inputs.some(isDynamic)
    ? [...heads, { label: 'tail', type: { type: TAIL, displayName: ['Tail'] } }]
    : heads;
}

function returnType(table, outputs) {
  if (outputs.length === 0 || outputs.some(isDynamic)) return null;
  const [only] = outputs;
  return outputs.length === 1 ? spec(table, only) : { type: table.tuple(outputs), displayName: [] };
}

/** With structs written as tuples. */
const canonical = ({ type, components }) => {
  if (!components) return type;
  return `(${components.map(canonical).join(',')})${type.slice('tuple'.length)}`;
};
export const signatureOf = ({ name, inputs }) => `${name}(${inputs.map(canonical).join(',')})`;

const docsOf = (...texts) => texts.filter((text) => typeof text === 'string' && text !== '');

export function rescueMetadata(contract, { blob, solcVersion, resolcVersion, keccak256 }) {
  const table = new TypeTable();
  const { abi, userdoc } = contract;
  const of = (kind) => abi.filter(({ type }) => type === kind);
  const [creation] = of('constructor');
  const messages = of('function').map((entry) => {
    const signature = signatureOf(entry);
    return {
      label: entry.name,
      selector: `0x${contract.evm.methodIdentifiers[signature]}`,
      mutates: !['view', 'pure'].includes(entry.stateMutability),
      payable: entry.stateMutability === 'payable',
      args: args(table, entry.inputs),
      returnType: returnType(table, entry.outputs),
      docs: docsOf(signature, userdoc.methods?.[signature]?.notice),
      default: false,
    };
  });
  const events = of('event').map((entry) => {
    const signature = signatureOf(entry);
    const inData = entry.inputs.filter(({ indexed }) => !indexed);
    return {
      label: entry.name,
      module_path: 'RescueContract',
      signature_topic: `0x${keccak256(signature)}`,
      args: args(table, inData)
        .filter(({ label }) => label !== 'tail')
        .map((arg) => ({ ...arg, indexed: false, docs: [] })),
      docs: docsOf(signature),
    };
  });
  const word = { type: WORD, displayName: ['Word'] };
  return {
    source: {
      hash: `0x${keccak256(blob)}`,
      language: `Solidity ${solcVersion}`,
      compiler: `resolc ${resolcVersion}`,
      contract_binary: `0x${blob.toString('hex')}`,
    },
    contract: { name: 'RescueContract', version: '1.0.0', authors: ['pararescue'], license: 'Apache-2.0' },
    version: 6,
    types: table.types,
    spec: {
      constructors: [
        {
          label: 'new',
          // Solidity constructors have no selector; api-contract wants one. Drop these four bytes.
          selector: '0x00000000',
          payable: creation.stateMutability === 'payable',
          args: args(table, creation.inputs),
          docs: [],
          default: true,
          returnType: null,
        },
      ],
      messages,
      events,
      docs: [],
      environment: {
        accountId: word,
        balance: word,
        blockNumber: word,
        hash: word,
        timestamp: word,
        chainExtension: word,
        maxEventTopics: 4,
        staticBufferSize: 16384,
      },
    },
  };
}
