// SPDX-License-Identifier: GPL-3.0-only

//! The relay chain of pararescue's embedded test network.
//!
//! A composition of the published pallets that Polkadot's relay chain consists of, under the names
//! Polkadot gives them, so that clients find what they look up on the real chain. What a rescue
//! depends on — `Registrar`, `Paras` with its PVF votes, `Configuration`, sessions, `Grandpa`, cores,
//! XCM, `Multisig`, `Proxy` — is the real code. Only one pallet is ours, [`devnet_relay`]: it stands
//! in for backing and availability, that is for the validators' work on candidates, and for the
//! staking that elects them.

#![no_std]
// FRAME's macros nest deeply in a runtime of this size.
#![recursion_limit = "512"]

extern crate alloc;

mod apis;
mod devnet_relay;
mod finality;
mod parachains;
mod system;
mod weights;
mod xcm_config;

use alloc::vec::Vec;
use polkadot_runtime_common::paras_registrar;
use polkadot_runtime_parachains::{
	configuration, coretime, disputes, dmp, hrmp, inclusion, initializer, on_demand, origin, paras,
	scheduler, session_info, shared,
};
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;

pub type Signature = MultiSignature;
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
pub type Balance = u128;
pub type BlockNumber = u32;
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// The checks that every transaction passes: those of Polkadot, less the metadata hash.
pub type TxExtension = (
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
);

pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<MultiAddress<AccountId, ()>, RuntimeCall, Signature, TxExtension>;

type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// Declares the version; `runtime_version` copies it into a section of the blob and therefore wants
/// to see numbers. `system_version` 1 lays the state out as a version 1 trie, as Polkadot does.
macro_rules! version {
	($spec:tt) => {
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: alloc::borrow::Cow::Borrowed("pararescue-devnet-relay"),
			impl_name: alloc::borrow::Cow::Borrowed("pararescue-devnet-relay"),
			authoring_version: 1,
			spec_version: $spec,
			impl_version: 0,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 1,
		};
	};
}

#[cfg(not(feature = "next"))]
version!(1_000);
#[cfg(feature = "next")]
version!(1_001);

// The indices are Polkadot's. `Session` stands behind the parachain pallets, unlike there: its
// genesis applies session 0, which then sees the genesis configuration and its cores.
frame_support::construct_runtime! {
	pub enum Runtime {
		System: frame_system = 0,
		Timestamp: pallet_timestamp = 3,
		Balances: pallet_balances = 5,
		TransactionPayment: pallet_transaction_payment = 32,
		Utility: pallet_utility = 26,
		Proxy: pallet_proxy = 29,
		Multisig: pallet_multisig = 30,

		ParachainsOrigin: origin = 50,
		Configuration: configuration = 51,
		ParasShared: shared = 52,
		ParaInclusion: inclusion = 53,
		ParaScheduler: scheduler = 55,
		Paras: paras = 56,
		Initializer: initializer = 57,
		Dmp: dmp = 58,
		Hrmp: hrmp = 60,
		ParaSessionInfo: session_info = 61,
		ParasDisputes: disputes = 62,
		OnDemand: on_demand = 64,
		Registrar: paras_registrar = 70,
		Coretime: coretime = 74,

		Historical: pallet_session::historical = 8,
		Session: pallet_session = 9,
		Grandpa: pallet_grandpa = 11,
		AuthorityDiscovery: pallet_authority_discovery = 13,

		XcmPallet: pallet_xcm = 99,
		MessageQueue: pallet_message_queue = 100,

		DevnetRelay: devnet_relay = 200,
		Sudo: pallet_sudo = 255,
	}
}
