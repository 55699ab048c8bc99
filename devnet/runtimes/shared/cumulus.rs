// SPDX-License-Identifier: GPL-3.0-only

//! Configuration of the pallets that connect a parachain to its relay chain and to other chains.
//! Both parachains include this file by its path.

use crate::*;
use cumulus_pallet_parachain_system::{
	consensus_hook::ExpectParentIncluded, RelayNumberMonotonicallyIncreases,
};
use cumulus_primitives_core::AggregateMessageOrigin;
use frame_support::{
	parameter_types,
	traits::{ConstU32, EnqueueWithOrigin, TransformOrigin},
	weights::Weight,
};
use frame_system::EnsureRoot;
use parachains_common::message_queue::{NarrowOriginToSibling, ParaIdToSibling};
use sp_runtime::Perbill;
use staging_xcm_builder::ProcessXcmMessage;

parameter_types! {
	pub ReservedWeight: Weight =
		Perbill::from_percent(25) * system::RuntimeBlockWeights::get().max_block;
	pub MessageQueueWeight: Option<Weight> =
		Some(Perbill::from_percent(35) * system::RuntimeBlockWeights::get().max_block);
	pub const RelayOrigin: AggregateMessageOrigin = AggregateMessageOrigin::Parent;
}

impl staging_parachain_info::Config for Runtime {}

/// The network includes every block before it builds the next one, on whatever relay block is the
/// newest: nothing more than that is asked of an author.
impl cumulus_pallet_parachain_system::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnSystemEvent = ();
	type SelfParaId = staging_parachain_info::Pallet<Runtime>;
	type OutboundXcmpMessageSource = XcmpQueue;
	type DmpQueue = EnqueueWithOrigin<MessageQueue, RelayOrigin>;
	type ReservedDmpWeight = ReservedWeight;
	type XcmpMessageHandler = XcmpQueue;
	type ReservedXcmpWeight = ReservedWeight;
	type CheckAssociatedRelayNumber = RelayNumberMonotonicallyIncreases;
	type WeightInfo = ();
	type ConsensusHook = ExpectParentIncluded;
	type RelayParentOffset = ConstU32<0>;
}

impl cumulus_pallet_xcmp_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ChannelInfo = ParachainSystem;
	type VersionWrapper = PolkadotXcm;
	type XcmpQueue = TransformOrigin<MessageQueue, AggregateMessageOrigin, ParaId, ParaIdToSibling>;
	type MaxInboundSuspended = ConstU32<1_000>;
	type MaxActiveOutboundChannels = ConstU32<128>;
	type MaxPageSize = ConstU32<{ 103 * 1024 }>;
	type ControllerOrigin = EnsureRoot<AccountId>;
	type ControllerOriginConverter = xcm_config::OriginConverter;
	type PriceForSiblingDelivery = xcm_config::PriceForSiblingDelivery;
	type WeightInfo = ();
}

impl cumulus_pallet_xcm::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type XcmExecutor = xcm_config::XcmExecutor;
}

impl pallet_message_queue::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MessageProcessor =
		ProcessXcmMessage<AggregateMessageOrigin, xcm_config::XcmExecutor, RuntimeCall>;
	type Size = u32;
	type QueueChangeHandler = NarrowOriginToSibling<XcmpQueue>;
	type QueuePausedQuery = NarrowOriginToSibling<XcmpQueue>;
	type HeapSize = ConstU32<{ 103 * 1024 }>;
	type MaxStale = ConstU32<8>;
	type ServiceWeight = MessageQueueWeight;
	type IdleMaxServiceWeight = ();
}
