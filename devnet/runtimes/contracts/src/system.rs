// SPDX-License-Identifier: GPL-3.0-only

//! Configuration of the pallets that every chain has, and of the fees.

use crate::*;
use cumulus_primitives_core::relay_chain::MAX_POV_SIZE;
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU128, ConstU16, ConstU32, ConstU8, VariantCountOf},
	weights::{
		constants::{ExtrinsicBaseWeight, WEIGHT_REF_TIME_PER_SECOND},
		ConstantMultiplier, Weight,
	},
};
use frame_system::limits::{BlockLength, BlockWeights};
use pallet_transaction_payment::{ConstFeeMultiplier, Multiplier};
use sp_runtime::Perbill;

/// One token: the relay chain's, with its ten decimals.
pub const UNIT: Balance = 10_000_000_000;
pub const CENT: Balance = UNIT / 100;
pub const MILLICENT: Balance = CENT / 1_000;
/// Asset Hub's existential deposit.
pub const EXISTENTIAL_DEPOSIT: Balance = CENT;
/// For a byte of a transaction, and of a message to another chain.
pub const BYTE_FEE: Balance = MILLICENT;

/// Weight is paid for as on Asset Hub: an empty transaction costs a hundredth of a cent. Of the
/// kinds of fees this is the one from which contracts can derive their gas.
pub type WeightToFee = pallet_revive::evm::fees::BlockRatioFee<
	CENT,
	{ 100 * ExtrinsicBaseWeight::get().ref_time() as u128 },
	Runtime,
	Balance,
>;

const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	/// Two seconds of computation and a proof as large as the relay chain takes it.
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(
		Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, MAX_POV_SIZE as u64),
		NORMAL_RATIO,
	);
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(5 * 1024 * 1024)
		.modify_max_length_for_class(frame_support::dispatch::DispatchClass::Normal, |length| {
			*length = NORMAL_RATIO * *length
		})
		.build();
}

#[derive_impl(frame_system::config_preludes::ParaChainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type Version = Version;
	type SS58Prefix = ConstU16<42>;
	type OnSetCode = cumulus_pallet_parachain_system::ParachainSetCode<Self>;
	type OnNewAccount = revive::AutoMap;
	type OnKilledAccount = revive::AutoMap;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Runtime {
	type Balance = Balance;
	type AccountStore = System;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
}

parameter_types! {
	/// Fees do not follow the load of the chain. Gas has no price without this factor.
	pub FeeMultiplier: Multiplier = Multiplier::from_u32(1);
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<Balances, ()>;
	type WeightToFee = WeightToFee;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<BYTE_FEE>>;
	type FeeMultiplierUpdate = ConstFeeMultiplier<FeeMultiplier>;
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = ();
}

/// What a proxy of the type `NonTransfer` must not do. A call of a contract may carry value.
pub fn moves_funds(call: &RuntimeCall) -> bool {
	matches!(call, RuntimeCall::Balances(..) | RuntimeCall::Revive(..))
}
