import type { ParaId } from '../../domain/units.ts';

/** What `pararescue init` was told on the command line. */
export interface InitFlags {
  readonly relay?: readonly string[];
  readonly para?: ParaId;
  readonly paraNode?: readonly string[];
  readonly name?: string;
  readonly signerUriEnv?: string;
  readonly signerFile?: string;
  readonly signerPasswordEnv?: string;
  readonly signerPasswordFile?: string;
  readonly account?: string;
  readonly multisig?: string;
  readonly power?: string;
  readonly proposer?: readonly string[];
  readonly minimumPower?: string;
  readonly database?: string;
  readonly publicUrl?: string;
  readonly out: string;
  readonly yes?: true;
  readonly force?: true;
  readonly json?: boolean;
}
