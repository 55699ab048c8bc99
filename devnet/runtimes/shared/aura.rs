// SPDX-License-Identifier: GPL-3.0-only

//! Who makes blocks, and when: configuration of the clock and of Aura. Both parachains include this
//! file by its path.

use crate::*;
use frame_support::traits::{ConstBool, ConstU32, ConstU64};
use sp_consensus_aura::sr25519::AuthorityId;

/// Milliseconds of a slot. The network builds blocks as fast as a test wants them, each in a slot of
/// its own.
pub const SLOT_DURATION: u64 = 1;

impl pallet_timestamp::Config for Runtime {
	type Moment = u64;
	type OnTimestampSet = Aura;
	type MinimumPeriod = ConstU64<1>;
	type WeightInfo = ();
}

impl pallet_aura::Config for Runtime {
	type AuthorityId = AuthorityId;
	type DisabledValidators = ();
	type MaxAuthorities = ConstU32<32>;
	type AllowMultipleBlocksPerSlot = ConstBool<false>;
	type SlotDuration = ConstU64<SLOT_DURATION>;
}

/// Validators check the author's seal. Slots are not held against the relay chain's, which has none.
impl cumulus_pallet_aura_ext::Config for Runtime {}
