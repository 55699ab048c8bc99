import type { KeyringPair } from '@polkadot/keyring/types';
import type { Call } from '@polkadot/types/interfaces';
import { blake2AsHex, signatureVerify } from '@polkadot/util-crypto';
import { equalBytes } from '../../bytes/bytes.ts';
import { fromHex, toHex } from '../../bytes/hex.ts';
import type { RuntimeVersion } from '../../code/label.ts';
import type { PreparedCall } from '../../domain/chain/extrinsics.ts';
import { messageOf, RescueError } from '../../domain/errors.ts';
import type { Hex } from '../../domain/units.ts';
import { ChainRuntime } from '../nodes/chain-runtime.ts';
import { unlikeGiven } from './call-values.ts';
import { requireKnownExtensions } from './known-extensions.ts';
import { createCall, describeCall } from './relay-calls.ts';

/** What an extrinsic is signed for besides its call. */
export interface OfflineTerms {
  readonly genesisHash: Hex;
  /** What the runtime checks: the versions that were compiled in, whatever its label says. */
  readonly specVersion: number;
  readonly transactionVersion: number;
  readonly nonce: number;
  /** In the smallest unit. */
  readonly tip: bigint;
  /** Null for an extrinsic that never dies. */
  readonly era: { readonly period: number; readonly block: number; readonly hash: Hex } | null;
}

/** The runtime that will check what is signed: what it says of itself when it runs, and its metadata of version 14. */
export interface OfflineRuntime {
  readonly version: RuntimeVersion;
  readonly metadata: Uint8Array;
}

/** `pallet.call` with its arguments, or the bytes of a call. */
export interface WantedCall {
  readonly call: string;
  readonly args: readonly unknown[];
}

/** Signs elsewhere, or here. */
export type OfflineSigner =
  | { readonly kind: 'pair'; readonly pair: KeyringPair }
  | { readonly kind: 'account'; readonly account: Hex; readonly signature: Hex | null };

export interface OfflineExtrinsic {
  readonly call: PreparedCall;
  readonly signer: Hex;
  /** What is signed: the payload, or its blake2-256 when it has more than 256 bytes. */
  readonly payload: Hex;
  /** Null when it is to be signed elsewhere. */
  readonly extrinsic: { readonly bytes: Hex; readonly hash: Hex } | null;
}

/** A payload of more bytes is signed by its hash (sp-runtime, `SignedPayload::using_encoded`). */
const LONGEST_PAYLOAD = 256;

/**
 * Signs a call by the metadata of the runtime that will check it, without any node: no label and no node's word has a part in it. `CheckMetadataHash` stays off
 * (mode 0): its hash is compiled in, and nothing here could prove one.
 * @throws RESCUE_CHAIN_REFUSES for what this runtime does not know
 */
export function signOffline(
  runtime: OfflineRuntime,
  wanted: WantedCall,
  terms: OfflineTerms,
  signer: OfflineSigner,
): OfflineExtrinsic {
  const types = new ChainRuntime(runtime.version, toHex(runtime.metadata));
  requireKnownExtensions(types);
  const call = callOf(types, wanted);
  const { registry } = types;
  const era =
    terms.era && registry.createType('ExtrinsicEra', { current: terms.era.block, period: terms.era.period });
  const options = {
    blockHash: terms.era?.hash ?? terms.genesisHash,
    genesisHash: terms.genesisHash,
    era: era ? toHex(era.toU8a()) : '0x00',
    nonce: terms.nonce,
    tip: terms.tip,
    // polkadot-js takes these and not those of a node only where it is not connected to one.
    runtimeVersion: { specVersion: terms.specVersion, transactionVersion: terms.transactionVersion },
    signedExtensions: registry.signedExtensions,
  };
  const extrinsic = registry.createType('Extrinsic', call, { version: 4 });
  const { specVersion, transactionVersion } = terms;
  const fields = { ...options, method: call.toHex(), specVersion, transactionVersion };
  const payload = registry.createType('ExtrinsicPayload', fields, { version: 4 });
  const raw = payload.toU8a({ method: true });
  const signed = raw.length > LONGEST_PAYLOAD ? fromHex(blake2AsHex(raw)) : raw;
  const told = { call: describeCall(call), payload: toHex(signed) };
  if (signer.kind === 'pair') {
    extrinsic.sign(signer.pair, options as unknown as Parameters<typeof extrinsic.sign>[1]);
    return { ...told, signer: toHex(signer.pair.addressRaw), extrinsic: shown(extrinsic.toU8a()) };
  }
  if (signer.signature === null) return { ...told, signer: signer.account, extrinsic: null };
  requireSignature(signed, signer.signature, signer.account);
  extrinsic.addSignature(signer.account, signer.signature, payload.toHex());
  return { ...told, signer: signer.account, extrinsic: shown(extrinsic.toU8a()) };
}

const ACCOUNT_BYTES = 32;
/** Kinds of signatures (`MultiSignature`) by their first byte, and how many bytes follow it. */
const SIGNATURE_BYTES: Readonly<Record<number, number>> = { 0: 64, 1: 64, 2: 65 };

/** What the chain would call a bad signature is none here either. @throws RESCUE_SIGNATURE_INVALID */
function requireSignature(signed: Uint8Array, signature: Hex, account: Hex): void {
  const bytes = fromHex(signature);
  const id = fromHex(account);
  // Chains of Ethereum accounts have signatures of their own kind, without a first byte for it.
  if (id.length !== ACCOUNT_BYTES) return;
  const follow = SIGNATURE_BYTES[bytes[0] ?? -1];
  if (follow === undefined || bytes.length !== 1 + follow) {
    throw unsigned(
      'the signature is not of a kind that is known: 00 (ed25519) or 01 (sr25519) and 64 bytes, or 02 (ecdsa) and 65 bytes',
    );
  }
  const { isValid, isWrapped } = signatureVerify(signed, bytes, id);
  if (!isValid || isWrapped) {
    throw unsigned(
      'the signature is not one of this account under these bytes: sign what is printed, as it is, with the same nonce, versions and block',
    );
  }
}

function unsigned(problem: string): RescueError {
  return new RescueError('RESCUE_SIGNATURE_INVALID', `Nothing is put together: ${problem}.`);
}

/** A call by the metadata of the runtime, to be put into another one or looked at. @throws RESCUE_CHAIN_REFUSES */
export function prepareCall(runtime: OfflineRuntime, wanted: WantedCall): PreparedCall {
  return describeCall(callOf(new ChainRuntime(runtime.version, toHex(runtime.metadata)), wanted));
}

function shown(bytes: Uint8Array): { readonly bytes: Hex; readonly hash: Hex } {
  return { bytes: toHex(bytes), hash: blake2AsHex(bytes) as Hex };
}

/** A call as bytes, or by its name as polkadot-js writes it, with its arguments. */
function callOf(types: ChainRuntime, { call, args }: WantedCall): Call {
  const name = /^([a-zA-Z0-9]+)\.([a-zA-Z0-9]+)$/.exec(call);
  if (name) {
    const built = createCall(types, name[1] ?? '', name[2] ?? '', args);
    built.meta.args.forEach((argument, index) => {
      const value = built.args[index];
      const problem = value && unlikeGiven(args[index], value, argument.name.toString());
      if (problem) throw refused(`its arguments are others than were given: ${problem}`);
    });
    return built;
  }
  try {
    const bytes = fromHex(call);
    const decoded = types.registry.createType('Call', bytes);
    if (equalBytes(decoded.toU8a(), bytes)) return decoded;
  } catch (cause) {
    throw refused(`the call cannot be read: ${messageOf(cause).slice(0, 200)}`, cause);
  }
  throw refused('the bytes of the call are not those of one call');
}

function refused(problem: string, cause?: unknown): RescueError {
  return new RescueError('RESCUE_CHAIN_REFUSES', `Nothing is signed: ${problem}.`, { cause });
}
