// SPDX-License-Identifier: GPL-3.0-only

//! Configuration of the parachain pallets, as on Polkadot where nothing else is said.

use crate::{system::UNIT, weights::Light, *};
use frame_support::{
	parameter_types,
	traits::{
		AsEnsureOriginWithArg, ConstU128, ConstU32, ProcessMessage, ProcessMessageError, Randomness,
	},
	weights::{Weight, WeightMeter},
	PalletId,
};
use frame_system::EnsureRoot;
use polkadot_runtime_parachains::inclusion::{AggregateMessageOrigin, UmpQueueId};
use sp_core::H256;
use sp_runtime::{
	traits::{BlakeTwo256, Hash},
	FixedU128, Perbill, Percent,
};
use staging_xcm::latest::{InteriorLocation, Junction};
use staging_xcm_builder::ProcessXcmMessage;

impl origin::Config for Runtime {}

impl configuration::Config for Runtime {
	type WeightInfo = Light;
}

impl shared::Config for Runtime {
	type DisabledValidators = Session;
}

impl dmp::Config for Runtime {}

impl scheduler::Config for Runtime {}

impl session_info::Config for Runtime {
	type ValidatorSet = Historical;
}

impl inclusion::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type DisputesHandler = ParasDisputes;
	type RewardValidators = ();
	type MessageQueue = MessageQueue;
	type WeightInfo = ();
}

impl disputes::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RewardValidators = ();
	type SlashingHandler = ();
	type WeightInfo = disputes::TestWeightInfo;
}

parameter_types! {
	pub const ParasPriority: u64 = u64::MAX;
}

impl paras::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = Light;
	type UnsignedPriority = ParasPriority;
	type QueueFootprinter = ParaInclusion;
	type NextSessionRotation = system::Sessions;
	type OnNewHead = Registrar;
	type AssignCoretime = ParaScheduler;
	type Fungible = Balances;
	type CooldownRemovalMultiplier = ConstU128<{ UNIT / 1_000 }>;
	type AuthorizeCurrentCodeOrigin = AsEnsureOriginWithArg<EnsureRoot<AccountId>>;
}

/// Stands in for BABE's randomness, which shuffles the validators at a session change.
pub struct ParentHashRandomness;
impl Randomness<H256, BlockNumber> for ParentHashRandomness {
	fn random(subject: &[u8]) -> (H256, BlockNumber) {
		(BlakeTwo256::hash_of(&(subject, System::parent_hash())), System::block_number())
	}
}

impl initializer::Config for Runtime {
	type Randomness = ParentHashRandomness;
	type ForceOrigin = EnsureRoot<AccountId>;
	type WeightInfo = ();
	type CoretimeOnNewSession = ();
}

parameter_types! {
	/// Channels with system chains get all of the size and the capacity that the configuration allows.
	pub const SystemChannelRatio: Percent = Percent::from_percent(100);
}

impl hrmp::Config for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type RuntimeEvent = RuntimeEvent;
	type ChannelManager = EnsureRoot<AccountId>;
	type Currency = Balances;
	type DefaultChannelSizeAndCapacityWithSystem =
		configuration::ActiveConfigHrmpChannelSizeAndCapacityRatio<Runtime, SystemChannelRatio>;
	type VersionWrapper = XcmPallet;
	type WeightInfo = Light;
}

parameter_types! {
	pub const OnDemandPalletId: PalletId = PalletId(*b"py/ondmd");
	pub const OnDemandTraffic: FixedU128 = FixedU128::from_u32(1);
}

impl on_demand::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type WeightInfo = Light;
	type TrafficDefaultValue = OnDemandTraffic;
	type MaxHistoricalRevenue = ConstU32<160>;
	type PalletId = OnDemandPalletId;
}

/// The Coretime chain of Polkadot. The test network has none: root assigns the cores.
const BROKER_ID: u32 = 1005;

parameter_types! {
	pub BrokerPot: InteriorLocation =
		Junction::AccountId32 { network: None, id: [0; 32] }.into();
	pub const CoretimeTransactWeight: Weight = Weight::from_parts(1_000_000_000, 0);
}

impl coretime::Config for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type RuntimeEvent = RuntimeEvent;
	type BrokerId = ConstU32<BROKER_ID>;
	type BrokerPotLocation = BrokerPot;
	type WeightInfo = Light;
	type SendXcm = xcm_config::XcmRouter;
	type AssetTransactor = xcm_config::LocalAssetTransactor;
	type AccountToLocation = ();
	type MaxXcmTransactWeight = CoretimeTransactWeight;
}

impl paras_registrar::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type Currency = Balances;
	type OnSwap = ();
	type ParaDeposit = ConstU128<{ 10 * UNIT }>;
	type DataDepositPerByte = ConstU128<{ UNIT / 10_000_000 }>;
	type WeightInfo = paras_registrar::TestWeightInfo;
}

parameter_types! {
	/// A fifth of a block at most goes to messages before its transactions.
	pub MessageQueueWeight: Option<Weight> =
		Some(Perbill::from_percent(20) * system::RuntimeBlockWeights::get().max_block);
}

/// Executes upward messages in the name of the para that sent them.
pub struct MessageProcessor;
impl ProcessMessage for MessageProcessor {
	type Origin = AggregateMessageOrigin;

	fn process_message(
		message: &[u8],
		origin: Self::Origin,
		meter: &mut WeightMeter,
		id: &mut [u8; 32],
	) -> Result<bool, ProcessMessageError> {
		let AggregateMessageOrigin::Ump(UmpQueueId::Para(para)) = origin;
		ProcessXcmMessage::<Junction, xcm_config::XcmExecutor, RuntimeCall>::process_message(
			message,
			Junction::Parachain(para.into()),
			meter,
			id,
		)
	}
}

impl pallet_message_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Size = u32;
	type WeightInfo = ();
	type MessageProcessor = MessageProcessor;
	type QueueChangeHandler = ParaInclusion;
	type QueuePausedQuery = ();
	type HeapSize = ConstU32<{ 128 * 1024 }>;
	type MaxStale = ConstU32<48>;
	type ServiceWeight = MessageQueueWeight;
	type IdleMaxServiceWeight = MessageQueueWeight;
}

impl devnet_relay::Config for Runtime {}
