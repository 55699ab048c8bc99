// SPDX-License-Identifier: GPL-3.0-only

//! The chain with smart contracts of pararescue's embedded test network: what Asset Hub is to
//! Polkadot.
//!
//! Its token is the relay chain's, its contracts run on `pallet-revive` as EVM bytecode or for
//! PolkaVM, and they send messages to other chains through the XCM precompile. Its referenda decide
//! for the relay chain too, which takes its root for root ([`governance`]). The blob is a genuine
//! validation function; authors are Aura's ([`aura`]). Nothing here is ours but the
//! composition.

#![no_std]
// FRAME's macros nest deeply in a runtime of this size.
#![recursion_limit = "512"]

extern crate alloc;

/// Implements the runtime APIs together with those by which clients and Ethereum's tools use
/// contracts.
macro_rules! implement_apis {
	($($apis:tt)*) => {
		use alloc::vec;
		use sp_api::impl_runtime_apis;

		type Nonce = u32;

		pallet_revive::impl_runtime_apis_plus_revive_traits! {
			Runtime, Revive, Executive, revive::EthExtraImpl, $($apis)*
		}
	};
}

#[path = "../../shared/accounts.rs"]
mod accounts;
#[path = "../../shared/apis.rs"]
mod apis;
#[path = "../../shared/aura.rs"]
mod aura;
#[path = "../../shared/cumulus.rs"]
mod cumulus;
mod governance;
mod origins;
mod revive;
mod system;
mod tracks;
mod xcm_config;

use alloc::vec::Vec;
use cumulus_primitives_core::ParaId;
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

/// The checks that every transaction passes. The last one marks those that came from an Ethereum
/// wallet; it is no part of what others sign.
pub type TxExtension = (
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckMortality<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_transaction_payment::ChargeTransactionPayment<Runtime>,
	pallet_revive::evm::tx_extension::SetOrigin<Runtime>,
);

/// Understands `revive.eth_transact`, the envelope of transactions that Ethereum wallets sign.
pub type UncheckedExtrinsic = pallet_revive::evm::runtime::UncheckedExtrinsic<
	MultiAddress<AccountId, ()>,
	Signature,
	revive::EthExtraImpl,
>;

type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// `system_version` 1 lays the state out as a version 1 trie, as Asset Hub does.
#[sp_version::runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: alloc::borrow::Cow::Borrowed("pararescue-devnet-contracts"),
	impl_name: alloc::borrow::Cow::Borrowed("pararescue-devnet-contracts"),
	authoring_version: 1,
	spec_version: 1_000,
	impl_version: 0,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 1,
	system_version: 1,
};

// The indices are those of the parachain, and Asset Hub's for `Revive`.
frame_support::construct_runtime! {
	pub enum Runtime {
		System: frame_system = 0,
		ParachainSystem: cumulus_pallet_parachain_system = 1,
		Timestamp: pallet_timestamp = 2,
		ParachainInfo: staging_parachain_info = 3,
		Preimage: pallet_preimage = 5,
		Scheduler: pallet_scheduler = 6,

		Balances: pallet_balances = 10,
		TransactionPayment: pallet_transaction_payment = 11,

		Utility: pallet_utility = 20,
		Multisig: pallet_multisig = 21,
		Proxy: pallet_proxy = 22,
		Aura: pallet_aura = 23,
		AuraExt: cumulus_pallet_aura_ext = 24,

		XcmpQueue: cumulus_pallet_xcmp_queue = 30,
		PolkadotXcm: pallet_xcm = 31,
		CumulusXcm: cumulus_pallet_xcm = 32,
		MessageQueue: pallet_message_queue = 33,

		Revive: pallet_revive = 60,

		ConvictionVoting: pallet_conviction_voting = 90,
		Referenda: pallet_referenda = 91,
		Origins: origins = 92,
		Whitelist: pallet_whitelist = 93,
		FellowshipCollective: pallet_ranked_collective::<Instance1> = 94,
		FellowshipReferenda: pallet_referenda::<Instance2> = 95,

		Sudo: pallet_sudo = 255,
	}
}

cumulus_pallet_parachain_system::register_validate_block! {
	Runtime = Runtime,
	BlockExecutor = cumulus_pallet_aura_ext::BlockExecutor::<Runtime, Executive>,
}
