import type { Acting, MultisigAccount } from '../../domain/chain/acting.ts';
import { RescueError } from '../../domain/errors.ts';
import type { EthereumMapping } from '../../domain/policy/signer-rules.ts';
import type { AccountHex } from '../../domain/units.ts';
import { readAccount } from './key-options.ts';

/** Flags that say as whom the signer acts. */
export interface ActingFlags {
  /** `THRESHOLD:ACCOUNT,ACCOUNT,…` */
  readonly multisig?: string;
  /** An account that signs elsewhere. */
  readonly account?: string;
}

/**
 * `lengths`: relay chains have accounts of 32 bytes; of paras some have 20, and of others some give Ethereum addresses accounts of 32.
 * @throws RESCUE_REQUEST_INVALID for what is no multisig
 */
export async function multisigOf(
  text: string,
  lengths: 'of the relay chain' | 'as they are' | EthereumMapping = 'of the relay chain',
): Promise<MultisigAccount> {
  const [, threshold = '', list = ''] = /^(\d{1,3}):(.+)$/.exec(text) ?? [];
  if (list === '') {
    throw wrong('must be THRESHOLD:ACCOUNT,ACCOUNT,…, with all signatories, for example 2:5F…,5G…,5H…');
  }
  const signatories: AccountHex[] = [];
  const [{ multisigAccount }, { mappedIfShort }] = await Promise.all([
    import('../../keys/multisig.ts'),
    import('../../keys/mapped-account.ts'),
  ]);
  const mapping = lengths === 'of the relay chain' || lengths === 'as they are' ? undefined : lengths;
  for (const account of list.split(',')) {
    signatories.push(mappedIfShort(await readAccount('--multisig', account.trim()), mapping));
  }
  const isShort = lengths === 'as they are' && signatories[0]?.length === 42;
  try {
    return multisigAccount({ signatories, threshold: Number(threshold) }, isShort ? 20 : 32);
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
