// SPDX-License-Identifier: GPL-3.0-only

//! The parachain of pararescue's embedded test network, the one that halts and is rescued.
//!
//! A composition of published pallets: balances of several kinds (free, reserved, vesting, assets),
//! for what is read from the state of a halted chain, and the pallets by which a parachain talks to
//! its relay chain. The blob is a genuine validation function: it exports `validate_block`, which checks
//! the seal of a block's author. Authors are Aura's ([`aura`]). Only [`heartbeat`] is ours; it carries
//! the bug. For the versions see [`version`].

#![no_std]
// FRAME's macros nest deeply in a runtime of this size.
#![recursion_limit = "512"]

extern crate alloc;

macro_rules! implement_apis {
	($($apis:tt)*) => { sp_api::impl_runtime_apis! { $($apis)* } };
}

#[path = "../../shared/accounts.rs"]
mod accounts;
#[path = "../../shared/apis.rs"]
mod apis;
#[path = "../../shared/aura.rs"]
mod aura;
#[path = "../../shared/cumulus.rs"]
mod cumulus;
mod heartbeat;
mod system;
mod version;
mod xcm_config;

use alloc::vec::Vec;
use cumulus_primitives_core::ParaId;
use sp_runtime::{
	generic,
	traits::{BlakeTwo256, IdentifyAccount, Verify},
	MultiAddress, MultiSignature,
};
use sp_version::RuntimeVersion;
use version::VERSION;

pub type Signature = MultiSignature;
pub type AccountId = <<Signature as Verify>::Signer as IdentifyAccount>::AccountId;
pub type Balance = u128;
pub type BlockNumber = u32;
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// The checks that every transaction passes.
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

frame_support::construct_runtime! {
	pub enum Runtime {
		System: frame_system = 0,
		ParachainSystem: cumulus_pallet_parachain_system = 1,
		Timestamp: pallet_timestamp = 2,
		ParachainInfo: staging_parachain_info = 3,

		Balances: pallet_balances = 10,
		TransactionPayment: pallet_transaction_payment = 11,
		Assets: pallet_assets = 12,
		Vesting: pallet_vesting = 13,

		Utility: pallet_utility = 20,
		Multisig: pallet_multisig = 21,
		Proxy: pallet_proxy = 22,
		Aura: pallet_aura = 23,
		AuraExt: cumulus_pallet_aura_ext = 24,

		XcmpQueue: cumulus_pallet_xcmp_queue = 30,
		PolkadotXcm: pallet_xcm = 31,
		CumulusXcm: cumulus_pallet_xcm = 32,
		MessageQueue: pallet_message_queue = 33,

		Heartbeat: heartbeat = 200,
		Sudo: pallet_sudo = 255,
	}
}

cumulus_pallet_parachain_system::register_validate_block! {
	Runtime = Runtime,
	BlockExecutor = cumulus_pallet_aura_ext::BlockExecutor::<Runtime, Executive>,
}
