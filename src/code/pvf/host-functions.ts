/**
 * Functions of the hosts of runtimes, each with its parameters and its result: i for 32 and l for 64 bits. From the
 * `#[runtime_interface]` traits of sp-io 49, sp-statement-store 29 and cumulus-primitives-proof-size-hostfunction 0.21, by
 * sp-runtime-interface's `pass_by`: a fat pointer is l, a pointer and a small integer is i. Functions behind features that
 * released nodes are built without (bls-experimental, bandersnatch-experimental, runtime-benchmarks) are left out.
 */
const INTERFACES: Readonly<Record<string, string>> = {
  storage: `
    append_version_1(ll) changes_root_version_1(l)l clear_version_1(l) clear_prefix_version_1(l)
    clear_prefix_version_2(ll)l clear_prefix_version_3(lll)l commit_transaction_version_1()
    exists_version_1(l)i get_version_1(l)l next_key_version_1(l)l read_version_1(lli)l
    rollback_transaction_version_1() root_version_1()l root_version_2(i)l set_version_1(ll)
    start_transaction_version_1()
  `,
  default_child_storage: `
    clear_version_1(ll) clear_prefix_version_1(ll) clear_prefix_version_2(lll)l
    clear_prefix_version_3(llll)l exists_version_1(ll)i get_version_1(ll)l next_key_version_1(ll)l
    read_version_1(llli)l root_version_1(l)l root_version_2(li)l set_version_1(lll)
    storage_kill_version_1(l) storage_kill_version_2(ll)i storage_kill_version_3(ll)l
    storage_kill_version_4(lll)l
  `,
  trie: `
    blake2_256_ordered_root_version_1(l)i blake2_256_ordered_root_version_2(li)i
    blake2_256_root_version_1(l)i blake2_256_root_version_2(li)i blake2_256_verify_proof_version_1(illl)i
    blake2_256_verify_proof_version_2(illli)i keccak_256_ordered_root_version_1(l)i
    keccak_256_ordered_root_version_2(li)i keccak_256_root_version_1(l)i keccak_256_root_version_2(li)i
    keccak_256_verify_proof_version_1(illl)i keccak_256_verify_proof_version_2(illli)i
  `,
  misc: `
    print_hex_version_1(l) print_num_version_1(l) print_utf8_version_1(l) runtime_version_version_1(l)l
  `,
  crypto: `
    ecdsa_batch_verify_version_1(ili)i ecdsa_generate_version_1(il)i ecdsa_public_keys_version_1(i)l
    ecdsa_sign_version_1(iil)l ecdsa_sign_prehashed_version_1(iii)l ecdsa_verify_version_1(ili)i
    ecdsa_verify_version_2(ili)i ecdsa_verify_prehashed_version_1(iii)i
    ed25519_batch_verify_version_1(ili)i ed25519_generate_version_1(il)i
    ed25519_public_keys_version_1(i)l ed25519_sign_version_1(iil)l ed25519_verify_version_1(ili)i
    finish_batch_verify_version_1()i secp256k1_ecdsa_recover_version_1(ii)l
    secp256k1_ecdsa_recover_version_2(ii)l secp256k1_ecdsa_recover_compressed_version_1(ii)l
    secp256k1_ecdsa_recover_compressed_version_2(ii)l sr25519_batch_verify_version_1(ili)i
    sr25519_generate_version_1(il)i sr25519_public_keys_version_1(i)l sr25519_sign_version_1(iil)l
    sr25519_verify_version_1(ili)i sr25519_verify_version_2(ili)i start_batch_verify_version_1()
  `,
  hashing: `
    blake2_128_version_1(l)i blake2_256_version_1(l)i keccak_256_version_1(l)i keccak_512_version_1(l)i
    sha2_256_version_1(l)i twox_128_version_1(l)i twox_256_version_1(l)i twox_64_version_1(l)i
  `,
  transaction_index: `
    index_version_1(iii) renew_version_1(ii)
  `,
  offchain_index: `
    clear_version_1(l) set_version_1(ll)
  `,
  offchain: `
    http_request_add_header_version_1(ill)l http_request_start_version_1(lll)l
    http_request_write_body_version_1(ill)l http_response_headers_version_1(i)l
    http_response_read_body_version_1(ill)l http_response_wait_version_1(ll)l is_validator_version_1()i
    local_storage_clear_version_1(il) local_storage_compare_and_set_version_1(illl)i
    local_storage_get_version_1(il)l local_storage_set_version_1(ill) network_state_version_1()l
    random_seed_version_1()i set_authorized_nodes_version_1(li) sleep_until_version_1(l)
    submit_transaction_version_1(l)l timestamp_version_1()l
  `,
  allocator: `
    free_version_1(i) malloc_version_1(i)i
  `,
  panic_handler: `
    abort_on_panic_version_1(l)
  `,
  logging: `
    log_version_1(ill) max_level_version_1()i
  `,
  wasm_tracing: `
    enabled_version_1(l)i enter_span_version_1(l)l event_version_1(l) exit_version_1(l)
  `,
  storage_proof_size: `
    storage_proof_size_version_1()l
  `,
  statement_store: `
    broadcasts_version_1(l)l posted_version_1(li)l posted_clear_version_1(li)l remove_version_1(i)
    remove_by_version_1(i) statements_version_1()l submit_statement_version_1(l)i
  `,
};

/**
 * What validators offer to validation code: polkadot-node-core-pvf-common, executor_interface.rs, `HostFunctions`. Cumulus
 * replaces the functions of storage inside `validate_block`, so that runtimes may import them all the same.
 */
const OFFERED_BY_VALIDATORS = new Set(['misc', 'crypto', 'hashing', 'allocator', 'logging', 'trie']);

export interface HostFunction {
  /** `(ii)l` */
  readonly type: string;
  /** Offered when a block is validated; all of them are when one is built (`ParachainHostFunctions` of nodes). */
  readonly byValidators: boolean;
}

/** By the name of the import. */
export const HOST_FUNCTIONS: ReadonlyMap<string, HostFunction> = new Map(
  Object.entries(INTERFACES).flatMap(([name, functions]) =>
    functions
      .trim()
      .split(/\s+/)
      .map((text): [string, HostFunction] => {
        const parameters = text.indexOf('(');
        const type = text.slice(parameters);
        return [
          `ext_${name}_${text.slice(0, parameters)}`,
          { type, byValidators: OFFERED_BY_VALIDATORS.has(name) },
        ];
      }),
  ),
);
