// SPDX-License-Identifier: GPL-3.0-only

//! Configuration of the pallets that every chain has, and of the sessions.

use crate::*;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU128, ConstU16, ConstU32, ConstU64, ConstU8, InstanceFilter, VariantCountOf},
	weights::{constants::WEIGHT_REF_TIME_PER_SECOND, ConstantMultiplier, IdentityFee, Weight},
};
use frame_system::limits::{BlockLength, BlockWeights};
use scale_info::TypeInfo;
use sp_runtime::{
	impl_opaque_keys,
	traits::{Convert, ConvertInto, OpaqueKeys},
	Perbill,
};

/// One token, `UNIT`: ten decimals like DOT.
pub const UNIT: Balance = 10_000_000_000;
/// Polkadot's existential deposit is a hundredth of its token.
pub const EXISTENTIAL_DEPOSIT: Balance = UNIT / 100;
/// A runtime of one megabyte costs a tenth of a token to submit.
pub const BYTE_FEE: Balance = 1_000;

const NORMAL_RATIO: Perbill = Perbill::from_percent(75);

parameter_types! {
	pub const Version: RuntimeVersion = VERSION;
	/// Two seconds of computation, as on Polkadot.
	pub RuntimeBlockWeights: BlockWeights = BlockWeights::with_sensible_defaults(
		Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX),
		NORMAL_RATIO,
	);
	/// Large enough for `sudo(include_candidate)` with a new runtime of several megabytes.
	pub RuntimeBlockLength: BlockLength = BlockLength::builder()
		.max_length(10 * 1024 * 1024)
		.modify_max_length_for_class(frame_support::dispatch::DispatchClass::Normal, |length| {
			*length = NORMAL_RATIO * *length
		})
		.build();
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type Block = Block;
	type AccountId = AccountId;
	type AccountData = pallet_balances::AccountData<Balance>;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type Version = Version;
	type SS58Prefix = ConstU16<42>;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}

/// The network builds blocks as fast as a test wants them: a millisecond must do.
impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = ();
	type MinimumPeriod = ConstU64<1>;
	type WeightInfo = ();
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

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = pallet_transaction_payment::FungibleAdapter<Balances, ()>;
	type WeightToFee = IdentityFee<Balance>;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<BYTE_FEE>>;
	type FeeMultiplierUpdate = ();
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = ();
}

impl pallet_sudo::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WeightInfo = ();
}

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = OriginCaller;
	type WeightInfo = ();
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = ConstU128<UNIT>;
	type DepositFactor = ConstU128<{ UNIT / 10 }>;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = ();
	type BlockNumberProvider = System;
}

/// What a proxy may do: those of Polkadot's types that a parachain team uses, under its indices.
#[derive(
	Copy,
	Clone,
	Debug,
	Default,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum ProxyType {
	#[codec(index = 0)]
	#[default]
	Any,
	#[codec(index = 1)]
	NonTransfer,
	#[codec(index = 9)]
	ParaRegistration,
}

impl InstanceFilter<RuntimeCall> for ProxyType {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			Self::Any => true,
			Self::NonTransfer => !matches!(call, RuntimeCall::Balances(..)),
			Self::ParaRegistration => matches!(
				call,
				RuntimeCall::Registrar(
					paras_registrar::Call::reserve { .. } | paras_registrar::Call::register { .. },
				) | RuntimeCall::Utility(
					pallet_utility::Call::batch { .. } | pallet_utility::Call::batch_all { .. },
				) | RuntimeCall::Proxy(pallet_proxy::Call::remove_proxy { .. }),
			),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		self == &Self::Any || self == other
	}
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type ProxyType = ProxyType;
	type ProxyDepositBase = ConstU128<UNIT>;
	type ProxyDepositFactor = ConstU128<{ UNIT / 10 }>;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = ();
	type MaxPending = ConstU32<32>;
	type CallHasher = BlakeTwo256;
	type AnnouncementDepositBase = ConstU128<UNIT>;
	type AnnouncementDepositFactor = ConstU128<{ UNIT / 10 }>;
	type BlockNumberProvider = System;
}

impl_opaque_keys! {
	/// Polkadot's session keys, less those of BABE and BEEFY. That of the parachain validators comes
	/// last, because its pallet starts session 0 at genesis and reads the others' then.
	pub struct SessionKeys {
		pub grandpa: Grandpa,
		pub para_assignment: ParaSessionInfo,
		pub authority_discovery: AuthorityDiscovery,
		pub para_validator: Initializer,
	}
}

parameter_types! {
	pub SessionLength: BlockNumber = devnet_relay::SessionLength::<Runtime>::get();
	pub const NoOffset: BlockNumber = 0;
}

/// Sessions of the length that the genesis sets: PVF votes and lifecycle actions, which wait for
/// session boundaries, take seconds instead of hours.
pub type Sessions = pallet_session::PeriodicSessions<SessionLength, NoOffset>;

/// The validators of the genesis stay until root names others: [`devnet_relay`] manages the sessions.
/// New keys of a validator (`Session.set_keys`) count from the second session after, as on Polkadot.
impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Sessions;
	type NextSessionRotation = Sessions;
	type SessionManager = DevnetRelay;
	type SessionHandler = <SessionKeys as OpaqueKeys>::KeyTypeIdProviders;
	type Keys = SessionKeys;
	type DisablingStrategy = ();
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ConstU128<0>;
}

/// There is no staking: nothing but the account identifies a validator.
pub struct NoExposure;
impl Convert<AccountId, Option<()>> for NoExposure {
	fn convert(_: AccountId) -> Option<()> {
		Some(())
	}
}

impl pallet_session::historical::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type FullIdentification = ();
	type FullIdentificationOf = NoExposure;
}

impl pallet_authority_discovery::Config for Runtime {
	type MaxAuthorities = ConstU32<100>;
}
