import { decodeText } from '../../bytes/bytes.ts';
import { toHex } from '../../bytes/hex.ts';
import { encodeOption, encodeVec } from '../../bytes/scale.ts';
import { embeddedVersion, encodeVersion } from '../../code/label.ts';
import { outlineWasm } from '../../code/sections.ts';
import type { WasmFunction } from '../../code/webassembly.ts';
import { unpackCode } from '../../code/zstd.ts';
import type { Host } from './host.ts';

/** sp-core's `LogLevelFilter::Warn`. */
const WARN = 2;
/** sp-core's `LogLevel::Info`, which is numbered from 0. */
const INFO = 2;
/** Where no proof is recorded a runtime sees the largest size (cumulus-primitives-proof-size-hostfunction). */
const NO_PROOF_RECORDER = 0xffff_ffff_ffff_ffffn;

/** Memory, logs, versions, and the functions that do nothing in a node without offchain workers. */
export function miscFunctions(host: Host): Record<string, WasmFunction> {
  const log = (level: number, target: string, message: string) => host.log({ level, target, message });
  return {
    ext_allocator_malloc_version_1: (size: number) => host.allocator.allocate(size >>> 0),
    ext_allocator_free_version_1: (pointer: number) => host.allocator.release(pointer >>> 0),

    ext_logging_max_level_version_1: () => WARN,
    // The runtime's panic handler logs its message, target "runtime", as an error before it traps.
    ext_logging_log_version_1: (level: number, target: bigint, message: bigint) =>
      log(level, decodeText(host.view(target)), decodeText(host.view(message))),
    ext_panic_handler_abort_on_panic_version_1: (message: bigint) => {
      host.panic = decodeText(host.view(message));
      throw new Error(host.panic);
    },
    ext_misc_print_num_version_1: (value: bigint) => log(INFO, 'runtime', String(value)),
    ext_misc_print_utf8_version_1: (value: bigint) => log(INFO, 'runtime', decodeText(host.view(value))),
    ext_misc_print_hex_version_1: (value: bigint) => log(INFO, 'runtime', toHex(host.view(value)).slice(2)),
    ext_misc_runtime_version_version_1: (code: bigint) => host.give(versionOf(host.copy(code))),

    ext_storage_proof_size_storage_proof_size_version_1: () => {
      const { recorder } = host.overlay.base;
      return recorder ? BigInt(recorder.size) : NO_PROOF_RECORDER;
    },
    ext_offchain_index_set_version_1: () => {},
    ext_offchain_index_clear_version_1: () => {},
    ext_offchain_is_validator_version_1: () => 0,
    ext_offchain_timestamp_version_1: () => BigInt(Date.now()),
    ext_transaction_index_index_version_1: () => {},
    ext_transaction_index_renew_version_1: () => {},
    ext_wasm_tracing_enabled_version_1: () => 0,
    ext_wasm_tracing_enter_span_version_1: () => 0n,
    ext_wasm_tracing_event_version_1: () => {},
    ext_wasm_tracing_exit_version_1: () => {},
  };
}

/** SCALE `Option<Vec<u8>>` of the encoded version; None for code that is no runtime. */
function versionOf(code: Uint8Array): Uint8Array {
  try {
    const version = embeddedVersion(outlineWasm(unpackCode(code)));
    return version === null ? Uint8Array.of(0) : encodeOption(encodeVec(encodeVersion(version)));
  } catch {
    return Uint8Array.of(0);
  }
}
