import type { Acting, MultisigAccount } from '../../domain/chain/acting.ts';
import { RescueError } from '../../domain/errors.ts';
import type { AccountHex } from '../../domain/units.ts';
import { readAccount } from './key-options.ts';

/** Flags that say as whom the signer acts. */
export interface ActingFlags {
  /** `THRESHOLD:ACCOUNT,ACCOUNT,…` */
  readonly multisig?: string;
  /** An account that signs elsewhere. */
  readonly account?: string;
}

/** @throws RESCUE_REQUEST_INVALID for what is no multisig */
export async function multisigOf(text: string): Promise<MultisigAccount> {
  const [, threshold = '', list = ''] = /^(\d{1,3}):(.+)$/.exec(text) ?? [];
  if (list === '') {
    throw wrong('must be THRESHOLD:ACCOUNT,ACCOUNT,…, with all signatories, for example 2:5F…,5G…,5H…');
  }
  const signatories: AccountHex[] = [];
  for (const account of list.split(',')) signatories.push(await readAccount('--multisig', account.trim()));
  const { multisigAccount } = await import('../../keys/multisig.ts');
  try {
    return multisigAccount({ signatories, threshold: Number(threshold) });
  } catch (error) {
    if (error instanceof RescueError) throw wrong(`is none: ${error.message}`);
    throw error;
  }
}

/** Who acts: the account of the key, or the one that signs elsewhere, alone or in the multisig of the flags. */
export async function actingOf(
  { multisig }: Pick<ActingFlags, 'multisig'>,
  signer: AccountHex | null,
): Promise<Acting> {
  return { signer, multisig: multisig === undefined ? null : await multisigOf(multisig) };
}

function wrong(sentence: string): RescueError {
  return new RescueError('RESCUE_REQUEST_INVALID', `--multisig ${sentence}`);
}
