import { z } from 'zod';
import { type Token, tokenNamed } from '../../domain/amount.ts';
import type { Endpoints } from './endpoints.ts';

/** Chains with several tokens name the one that fees are paid in first. */
const propertiesSchema = z.looseObject({
  tokenSymbol: z.union([z.string(), z.array(z.string()).nonempty()]).nullish(),
  tokenDecimals: z.union([z.int(), z.array(z.int()).nonempty()]).nullish(),
});

/** As `readToken`, asked until it was answered once. */
export function tokenOnce(endpoints: Endpoints): () => Promise<Token> {
  let asked: Promise<Token> | null = null;
  return () => {
    asked ??= readToken(endpoints).catch((error) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}

/** The chain's token, by `system_properties`. @throws RESCUE_NODE_UNREACHABLE, RESCUE_NODE_MALFORMED */
export async function readToken(endpoints: Endpoints): Promise<Token> {
  const told = await endpoints.use((node) => node.ask(propertiesSchema, 'system_properties'));
  const [symbol] = [told.tokenSymbol].flat();
  const [decimals] = [told.tokenDecimals].flat();
  return tokenNamed(symbol ?? undefined, decimals ?? undefined);
}
