/**
 * A contract in bytes, written by hand: `increment()` adds one to slot 0 and logs the sum under one topic, any other call returns slot 0.
 */
const INCREMENT = 'd09de08a';
const BODY = [
  '600035', // the selector
  '60e01c',
  `63${INCREMENT}`,
  '14601a57', // increment()? then go on at 0x1a
  '6000546000526020',
  '6000f3', // return slot 0
  '5b', // 0x1a
  '600160005401', // slot 0 plus one
  '80600055', // stored
  '600052', // and logged, under the topic 7
  '600760206000a100',
].join('');

const length = (BODY.length / 2).toString(16).padStart(2, '0');
export const COUNTER = `0x60${length}600c60003960${length}6000f3${BODY}`;
export const COUNTER_ABI = [
  { type: 'function', name: 'increment', stateMutability: 'nonpayable', inputs: [], outputs: [] },
  { type: 'function', name: 'number', stateMutability: 'view', inputs: [], outputs: [{ type: 'uint256' }] },
];
export const ALITH = '0x5fb92d6e98884f76de468fa3f6278f8807c48bebc13595d45af5bdc4da702133';
export const BALTATHAR = '0x8075991ce870b93a8870eca0c0f91913d12f47948ca0fd25b49c6fa7cdbeee8b';
