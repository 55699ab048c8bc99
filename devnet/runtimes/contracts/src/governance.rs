// SPDX-License-Identifier: GPL-3.0-only

//! Governance as on Polkadot's Asset Hub: referenda by conviction voting, the whitelist and the
//! Fellowship, with all times in relay chain blocks. What root sends upwards, the relay chain takes
//! for its own root's.
//!
//! Source: `system-parachains/asset-hubs/asset-hub-polkadot/src/governance/mod.rs` of
//! polkadot-fellows/runtimes. The Fellowship sits on this chain, as it sat beside the referenda before
//! it got a chain of its own: it whitelists by its origin, without a message.

use crate::{
	system::{CENT, MILLICENT, UNIT},
	tracks::{FellowshipTracks, PublicTracks},
	*,
};
use cumulus_pallet_parachain_system::RelaychainDataProvider;
use frame_support::{
	parameter_types,
	traits::{
		fungible::HoldConsideration, tokens::currency::ActiveIssuanceOf, ConstU128, ConstU16,
		ConstU32, EitherOf, EqualPrivilegeOnly, LinearStoragePrice,
	},
	weights::Weight,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess, EnsureSigned};
use sp_runtime::{traits::Identity, Perbill};

type Collective = pallet_ranked_collective::Instance1;
type FellowshipPolls = pallet_referenda::Instance2;
type AnyRank = EnsureRootWithSuccess<AccountId, ConstU16<65535>>;

parameter_types! {
	pub PreimageHoldReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
	pub const PreimageBaseDeposit: Balance = 10 * CENT;
	pub const PreimageByteDeposit: Balance = MILLICENT;
	pub MaximumSchedulerWeight: Weight =
		Perbill::from_percent(80) * system::RuntimeBlockWeights::get().max_block;
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		PreimageHoldReason,
		LinearStoragePrice<PreimageBaseDeposit, PreimageByteDeposit, Balance>,
	>;
	type WeightInfo = ();
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaximumSchedulerWeight;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<50>;
	type WeightInfo = ();
	type Preimages = Preimage;
	type BlockNumberProvider = RelaychainDataProvider<Runtime>;
}

impl pallet_conviction_voting::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type Polls = Referenda;
	type MaxTurnout = ActiveIssuanceOf<Balances, AccountId>;
	type MaxVotes = ConstU32<512>;
	type VoteLockingPeriod = ConstU32<20>;
	type BlockNumberProvider = RelaychainDataProvider<Runtime>;
	type VotingHooks = ();
	type WeightInfo = ();
}

impl origins::Config for Runtime {}

impl pallet_whitelist::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type WhitelistOrigin = EitherOf<EnsureRoot<AccountId>, origins::Fellows>;
	type DispatchWhitelistedOrigin = EitherOf<EnsureRoot<AccountId>, origins::WhitelistedCaller>;
	type Preimages = Preimage;
	type WeightInfo = ();
}

impl pallet_referenda::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type Scheduler = Scheduler;
	type Currency = Balances;
	type SubmitOrigin = frame_support::traits::AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type CancelOrigin = EitherOf<EnsureRoot<AccountId>, origins::ReferendumCanceller>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Slash = ();
	type Votes = Balance;
	type Tally = pallet_conviction_voting::TallyOf<Runtime>;
	type SubmissionDeposit = ConstU128<UNIT>;
	type MaxQueued = ConstU32<100>;
	type UndecidingTimeout = ConstU32<200>;
	type AlarmInterval = ConstU32<1>;
	type Tracks = PublicTracks;
	type Preimages = Preimage;
	type BlockNumberProvider = RelaychainDataProvider<Runtime>;
	type WeightInfo = ();
}

/// Root admits and promotes: what the Fellowship itself does about its members, no rescue needs.
impl pallet_ranked_collective::Config<Collective> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type AddOrigin = EnsureRoot<AccountId>;
	type RemoveOrigin = AnyRank;
	type PromoteOrigin = AnyRank;
	type DemoteOrigin = AnyRank;
	type ExchangeOrigin = EnsureRoot<AccountId>;
	type Polls = FellowshipReferenda;
	type MinRankOfClass = Identity;
	type MemberSwappedHandler = ();
	type VoteWeight = pallet_ranked_collective::Geometric;
	type MaxMemberCount = ();
	type WeightInfo = ();
}

impl pallet_referenda::Config<FellowshipPolls> for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type Scheduler = Scheduler;
	type Currency = Balances;
	type SubmitOrigin = pallet_ranked_collective::EnsureMember<Runtime, Collective, 3>;
	type CancelOrigin = EnsureRoot<AccountId>;
	type KillOrigin = EnsureRoot<AccountId>;
	type Slash = ();
	type Votes = pallet_ranked_collective::Votes;
	type Tally = pallet_ranked_collective::TallyOf<Runtime, Collective>;
	type SubmissionDeposit = ConstU128<CENT>;
	type MaxQueued = ConstU32<100>;
	type UndecidingTimeout = ConstU32<200>;
	type AlarmInterval = ConstU32<1>;
	type Tracks = FellowshipTracks;
	type Preimages = Preimage;
	type BlockNumberProvider = RelaychainDataProvider<Runtime>;
	type WeightInfo = ();
}
