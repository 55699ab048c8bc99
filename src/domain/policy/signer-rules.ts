import { z } from 'zod';

/** How chains give Ethereum addresses accounts of 32 bytes; `mappedAccount` has the formulas. */
export const ETHEREUM_MAPPINGS = ['frontier-hashed', 'hydration', 'revive'] as const;
export type EthereumMapping = (typeof ETHEREUM_MAPPINGS)[number];

export const signersSection = z
  .strictObject({
    ethereum: z
      .enum(ETHEREUM_MAPPINGS)
      .optional()
      .describe(
        'How the para gives Ethereum keys accounts of 32 bytes, so that they sign for them: frontier-hashed (blake2-256 of "evm:" and the address), hydration ("ETH" and a zero byte, the address, eight zero bytes), revive (the address, twelve bytes 0xee). Without it Ethereum keys sign for accounts of 20 bytes only.',
      ),
    proxies: z
      .array(
        z.string().regex(/^[A-Z]\w{0,49}$/, "must be the name of a proxy type, as in the para's metadata"),
      )
      .max(32)
      .optional()
      .describe(
        'Types of proxies of the para that speak for an account: those without a delay, at the last head. Any and Governance when left out, where the runtime has them; none for an empty list.',
      ),
  })
  .describe(
    'Who signs for accounts in votes, endorsements and proposals besides their own keys and multisigs.',
  );

/** What a policy that names none counts: who may do anything as the account, and who may vote as it. */
const USUAL_PROXIES: readonly string[] = ['Any', 'Governance'];

/** Types of proxies that speak for an account. */
export function countedProxies({ signers }: SignerRules): readonly string[] {
  return signers?.proxies ?? USUAL_PROXIES;
}

export type SignerRules = { readonly signers?: z.infer<typeof signersSection> | undefined };

/** What contradicts itself in the section, or the accounts that the policy names, by its place in it. */
export function signerProblems(
  { signers }: SignerRules,
  accounts: readonly string[],
): { readonly path: readonly (string | number)[]; readonly message: string }[] {
  const proxies = signers?.proxies ?? [];
  const twice = proxies.flatMap((name, index) =>
    proxies.indexOf(name) < index ? [{ path: ['proxies', index], message: 'is named twice' }] : [],
  );
  if (signers?.ethereum === undefined || accounts.every((id) => id.length === 66)) return twice;
  const message = 'maps to accounts of 32 bytes, but this policy names accounts of 20';
  return [...twice, { path: ['ethereum'], message }];
}
