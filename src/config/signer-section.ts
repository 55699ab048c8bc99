import { z } from 'zod';
import { accountText } from '../keys/account-text.ts';
import { MAX_SIGNATORIES } from '../keys/multisig.ts';
import { file } from './relay-section.ts';

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable');

const account = accountText({
  bytes: 32,
  wrong: 'must be an account of the relay chain: an SS58 address, or 0x and 64 hex digits',
});

const multisig = z
  .strictObject({
    threshold: z.int().min(1).max(MAX_SIGNATORIES).describe('Signatories that have to agree.'),
    signatories: z
      .array(account)
      .min(2)
      .max(MAX_SIGNATORIES)
      .describe('All of them, with the one whose key this is, in any order.'),
  })
  .refine(({ threshold, signatories }) => threshold <= signatories.length, {
    error: 'has a threshold that its signatories cannot meet',
    path: ['threshold'],
  })
  .refine(({ signatories }) => new Set(signatories).size === signatories.length, {
    error: 'names a signatory twice',
    path: ['signatories'],
  });

const keys = [
  z.strictObject({
    kind: z.literal('uri-env'),
    env: variable.describe('Environment variable that holds the secret URI.'),
  }),
  z.strictObject({
    kind: z.literal('file'),
    path: file.describe('Keystore (polkadot-js JSON), relative to this file.'),
    passwordEnv: variable.optional().describe('Environment variable that holds its password.'),
    passwordFile: file.optional().describe('File that holds its password, relative to this file.'),
  }),
] as const;

/** An account of the contracts chain: an address stands for the account that every address has there. */
const watcherAccount = accountText({
  wrong: 'must be an account of the contracts chain: an SS58 address, or 0x and 40 or 64 hex digits',
});

/** A key of this service's own, or none. */
export const watcherSection = z.discriminatedUnion('kind', [
  ...keys,
  z.strictObject({
    kind: z.literal('external'),
    address: watcherAccount
      .optional()
      .describe(
        'The watcher that this service stands for and that signs outside: it hands its calls over, and waits for them. Left out, it only looks on.',
      ),
  }),
]);

const acting = {
  multisig: multisig
    .optional()
    .describe(
      'The multisig of which this is a signatory. It is the manager of the paras, or a proxy of theirs of the kind Any without a delay.',
    ),
};

/** Who submits relay calls: a key, alone or as a signatory of a multisig, or somebody outside. */
export const signerSection = z.discriminatedUnion('kind', [
  keys[0].extend(acting),
  keys[1].extend(acting),
  z.strictObject({
    kind: z.literal('external'),
    address: account
      .optional()
      .describe('The account that signs outside; the manager of the para when left out.'),
    ...acting,
  }),
]);
