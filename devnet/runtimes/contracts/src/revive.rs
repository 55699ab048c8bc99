// SPDX-License-Identifier: GPL-3.0-only

//! Smart contracts, with the parameters of Polkadot's Asset Hub where nothing else is said.

use crate::{
	system::{MILLICENT, UNIT},
	*,
};
use frame_support::{
	parameter_types,
	traits::{ConstBool, ConstU128, ConstU32, ConstU64, OnKilledAccount, OnNewAccount},
};
use frame_system::EnsureSigned;
use pallet_revive::{evm::runtime::EthExtra, AccountId32Mapper, AddressMapper};
use pallet_xcm_precompiles::XcmPrecompile;
use sp_runtime::{generic::Era, FixedU128, Perbill};

/// The deposit for a storage item of the chain; items of a contract cost a hundredth of it.
const ITEM_DEPOSIT: Balance = UNIT / 5;

parameter_types! {
	pub const CodeHashLockupDepositPercent: Perbill = Perbill::from_percent(30);
	pub const MaxEthExtrinsicWeight: FixedU128 = FixedU128::from_rational(9, 10);
}

/// The block's author is not shown to contracts, which see the zero address: it is a key, and owns no account.
impl pallet_revive::Config for Runtime {
	type Time = Timestamp;
	type Balance = Balance;
	type Currency = Balances;
	type OnBurn = ();
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type RuntimeOrigin = RuntimeOrigin;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WeightInfo = pallet_revive::weights::SubstrateWeight<Self>;
	type Precompiles = (XcmPrecompile<Self>,);
	type FindAuthor = ();
	type DepositPerByte = ConstU128<MILLICENT>;
	type DepositPerItem = ConstU128<ITEM_DEPOSIT>;
	type DepositPerChildTrieItem = ConstU128<{ ITEM_DEPOSIT / 100 }>;
	type CodeHashLockupDepositPercent = CodeHashLockupDepositPercent;
	type AddressMapper = AccountId32Mapper<Self>;
	type AllowEVMBytecode = ConstBool<true>;
	type UploadOrigin = EnsureSigned<AccountId>;
	type InstantiateOrigin = EnsureSigned<AccountId>;
	type RuntimeMemory = ConstU32<{ 128 * 1024 * 1024 }>;
	type PVFMemory = ConstU32<{ 512 * 1024 * 1024 }>;
	type ChainId = ConstU64<420_420_999>;
	/// Ether has eighteen decimals, the token ten.
	type NativeToEthRatio = ConstU32<100_000_000>;
	type FeeInfo =
		pallet_revive::evm::fees::Info<MultiAddress<AccountId, ()>, Signature, EthExtraImpl>;
	type MaxEthExtrinsicWeight = MaxEthExtrinsicWeight;
	type DebugEnabled = ConstBool<false>;
	type GasScale = ConstU32<1_000>;
}

/// Gives every new account its Ethereum address, free of deposit, and takes it back with the
/// account. Later versions of the pallet have this as their option `AutoMap`, which Asset Hub sets.
pub struct AutoMap;

impl OnNewAccount<AccountId> for AutoMap {
	fn on_new_account(who: &AccountId) {
		// The only error: the account has an address already.
		let _ = AccountId32Mapper::<Runtime>::map_no_deposit(who);
	}
}

impl OnKilledAccount<AccountId> for AutoMap {
	fn on_killed_account(who: &AccountId) {
		let _ = AccountId32Mapper::<Runtime>::unmap(who);
	}
}

/// The extensions that a transaction of an Ethereum wallet is given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EthExtraImpl;

impl EthExtra for EthExtraImpl {
	type Config = Runtime;
	type Extension = TxExtension;

	fn get_eth_extension(nonce: u32, tip: Balance) -> Self::Extension {
		(
			frame_system::CheckNonZeroSender::new(),
			frame_system::CheckSpecVersion::new(),
			frame_system::CheckTxVersion::new(),
			frame_system::CheckGenesis::new(),
			frame_system::CheckMortality::from(Era::Immortal),
			frame_system::CheckNonce::from(nonce),
			frame_system::CheckWeight::new(),
			pallet_transaction_payment::ChargeTransactionPayment::from(tip),
			pallet_revive::evm::tx_extension::SetOrigin::new_from_eth_transaction(),
		)
	}
}
