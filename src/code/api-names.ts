import { blake2b64 } from '../bytes/blake2.ts';
import { encodeText } from '../bytes/bytes.ts';
import { type Hex, toHex } from '../bytes/hex.ts';

/** Runtime APIs of the SDK and of its chains that are common enough to be known without the code that has them. */
const KNOWN = `
  Core Metadata BlockBuilder TaggedTransactionQueue OffchainWorkerApi SessionKeys GenesisBuilder Benchmark TryRuntime
  RuntimeViewFunction AccountNonceApi TransactionPaymentApi TransactionPaymentCallApi ValidateStatement
  AuraApi AuraUnincludedSegmentApi CollectCollationInfo GetParachainInfo RelayParentOffsetApi GetCoreSelectorApi
  TargetBlockRate KeyToIncludeInRelayProof NimbusApi VrfApi AuthorFilterAPI
  XcmPaymentApi DryRunApi LocationToAccountApi TrustedQueryApi AuthorizedAliasersApi
  ParachainHost BabeApi GrandpaApi BeefyApi MmrApi AuthorityDiscoveryApi StakingApi NominationPoolsApi
  FungiblesApi AssetConversionApi AssetRewards NftsApi ContractsApi ReviveApi
  EthereumRuntimeRPCApi ConvertTransactionRuntimeApi DebugRuntimeApi TxPoolRuntimeApi
`
  .trim()
  .split(/\s+/);

/** Names of runtime APIs by their ids: blake2-64 of the trait's name (sp-api's `generate_runtime_api_id`). */
const NAMES: ReadonlyMap<Hex, string> = new Map(KNOWN.map((name) => [apiId(name), name]));

function apiId(name: string): Hex {
  return toHex(blake2b64(encodeText(name)));
}

/**
 * Names of runtime APIs by their ids, those that code exports as `Trait_method` and those that are known anyway: APIs of single
 * chains have names as well.
 */
export function apiNames(...exports: readonly Iterable<string>[]): ReadonlyMap<Hex, string> {
  const names = new Map(NAMES);
  for (const functions of exports) {
    for (const exported of functions) {
      const end = exported.indexOf('_');
      if (end <= 0) continue;
      const name = exported.slice(0, end);
      names.set(apiId(name), name);
    }
  }
  return names;
}
