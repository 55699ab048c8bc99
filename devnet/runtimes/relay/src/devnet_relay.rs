// SPDX-License-Identifier: GPL-3.0-only

//! Stands in for the validators' work on candidates, and for their election, and for nothing else.
//!
//! Nobody stakes here, so root says who validates ([`Pallet::set_validators`]). All else about them is
//! the session pallet's: keys, queueing, the change of GRANDPA's authorities.
//!
//! On a real relay chain a candidate is backed by signatures, made available by bitfields and then
//! enacted by the inclusion pallet. Here root says that all this has happened
//! ([`Pallet::include_candidate`]). Rules and effects are the real ones, reached through functions
//! that serve the runtime API: the one behind `ParachainHost_check_validation_outputs` checks the
//! commitments, and the one behind `ParachainHost_validation_code_hash`, asked to assume that the
//! pending candidate is included, enacts it: code upgrade, messages down, up and sideways, new head.
//!
//! Sources: `process_candidates`, `check_validation_outputs`, `force_enact` and `enact_candidate` in
//! `polkadot/runtime/parachains/src/inclusion/mod.rs` of polkadot-sdk, and `with_assumption` in
//! `runtime_api_impl/`.

pub use pallet::*;

use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame_support::{pallet_prelude::*, storage_alias};
use frame_system::pallet_prelude::*;
use polkadot_primitives::{
	CandidateCommitments, CandidateDescriptorV2, CandidateHash, CandidateReceiptV2, CoreIndex,
	GroupIndex, GroupRotationInfo, Id as ParaId, OccupiedCoreAssumption, SessionIndex,
	ValidationCodeHash,
};
use polkadot_runtime_parachains::{
	disputes::DisputesHandler, inclusion, initializer, paras,
	runtime_api_impl::v13 as parachain_host, shared,
};
use sp_core::H256;
use sp_runtime::traits::SaturatedConversion;

#[frame_support::pallet]
pub mod pallet {
	use super::*;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config:
		frame_system::Config<Hash = H256> + initializer::Config + pallet_session::Config
	{
	}

	/// The number of blocks in a session. It is set by the genesis and read by the session pallet.
	#[pallet::storage]
	pub type SessionLength<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The validators that root has named, until the session pallet queues them.
	#[pallet::storage]
	#[pallet::unbounded]
	pub type NextValidators<T: Config> = StorageValue<_, Vec<T::ValidatorId>, OptionQuery>;

	/// Whether every session counts as one with new validators, even if they are the same: then
	/// each begins a new set of GRANDPA's authorities. As on Polkadot at the end of an era, when
	/// the same validators may be elected with other stakes.
	#[pallet::storage]
	pub type ElectEverySession<T: Config> = StorageValue<_, bool, ValueQuery>;

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The number of blocks in a session.
		pub session_length: BlockNumberFor<T>,
		/// Whether each session begins a new set of GRANDPA's authorities.
		pub elect_every_session: bool,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { session_length: 10u32.into(), elect_every_session: false }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.session_length > 0u32.into(), "a session needs a block");
			SessionLength::<T>::put(self.session_length);
			ElectEverySession::<T>::put(self.elect_every_session);
		}
	}

	/// The names follow the errors of the inclusion pallet where it has one for the case.
	#[pallet::error]
	pub enum Error<T> {
		/// A dispute has frozen the chain: it includes nothing (`ParasDisputes.Frozen`).
		Frozen,
		/// The para has no core in the claim queue.
		NoCore,
		/// The relay parent is this block or a later one, or older than the last candidate's.
		DisallowedRelayParent,
		/// The candidate was made with another code than the para's current one.
		InvalidValidationCodeHash,
		/// The commitments break a rule of inclusion: the size of the head or the code, an upgrade
		/// at the wrong time, or the handling of messages.
		InvalidCommitments,
		/// There would be no validator at all.
		NoValidators,
		/// One of them is named twice.
		DuplicateValidator,
		/// One of them has set no session keys.
		NoKeys,
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Include a candidate of `para`, as if it had just been found available.
		///
		/// `validation_code_hash` names the code that the collator built the candidate with, and
		/// `relay_parent_number` the relay block in whose context it did.
		///
		/// Operational: like the inherent that does this on the real chain, it has room in blocks
		/// that take no ordinary transactions, such as the last one of a session.
		#[pallet::call_index(0)]
		#[pallet::weight((Weight::from_parts(1_000_000_000, 0), DispatchClass::Operational))]
		pub fn include_candidate(
			origin: OriginFor<T>,
			para: ParaId,
			relay_parent_number: BlockNumberFor<T>,
			validation_code_hash: ValidationCodeHash,
			commitments: CandidateCommitments,
		) -> DispatchResult {
			ensure_root(origin)?;
			ensure!(!<T as inclusion::Config>::DisputesHandler::is_frozen(), Error::<T>::Frozen);
			let (core, group) = Self::assignment(para).ok_or(Error::<T>::NoCore)?;
			ensure!(
				relay_parent_number < frame_system::Pallet::<T>::block_number()
					&& Some(relay_parent_number) >= paras::MostRecentContext::<T>::get(para),
				Error::<T>::DisallowedRelayParent,
			);
			ensure!(
				paras::CurrentCodeHash::<T>::get(para) == Some(validation_code_hash),
				Error::<T>::InvalidValidationCodeHash,
			);
			ensure!(
				in_context_of::<T, _>(relay_parent_number, || {
					parachain_host::check_validation_outputs::<T>(para, commitments.clone())
				}),
				Error::<T>::InvalidCommitments,
			);

			let descriptor = Self::descriptor(
				para,
				core,
				relay_parent_number,
				validation_code_hash,
				&commitments,
			);
			let receipt = CandidateReceiptV2 {
				descriptor: descriptor.clone(),
				commitments_hash: commitments.hash(),
			};
			let hash = receipt.hash();
			let head = commitments.head_data.clone();
			let backed = inclusion::Event::<T>::CandidateBacked(receipt, head, core, group);
			let backed = <T as inclusion::Config>::RuntimeEvent::from(backed);
			frame_system::Pallet::<T>::deposit_event(backed);

			let candidate = PendingCandidate {
				core,
				hash,
				descriptor,
				commitments,
				availability_votes: Vec::new(),
				backers: Vec::new(),
				relay_parent_number,
				backed_in_number: frame_system::Pallet::<T>::block_number(),
				backing_group: group,
			};
			V1::<T>::insert(para, Vec::from([candidate]));
			parachain_host::validation_code_hash::<T>(para, OccupiedCoreAssumption::Included);
			Ok(())
		}

		/// Name the validators, as an election would. The next session queues them, the one after
		/// that is theirs.
		#[pallet::call_index(1)]
		#[pallet::weight((Weight::from_parts(1_000_000_000, 0), DispatchClass::Operational))]
		pub fn set_validators(
			origin: OriginFor<T>,
			validators: Vec<T::ValidatorId>,
		) -> DispatchResult {
			ensure_root(origin)?;
			ensure!(!validators.is_empty(), Error::<T>::NoValidators);
			for (place, validator) in validators.iter().enumerate() {
				ensure!(!validators[..place].contains(validator), Error::<T>::DuplicateValidator);
				ensure!(
					pallet_session::NextKeys::<T>::contains_key(validator),
					Error::<T>::NoKeys
				);
			}
			NextValidators::<T>::put(validators);
			Ok(())
		}

		/// Let every session from the next but one begin a new set of authorities, or no longer.
		#[pallet::call_index(2)]
		#[pallet::weight((Weight::from_parts(1_000_000_000, 0), DispatchClass::Operational))]
		pub fn set_elect_every_session(origin: OriginFor<T>, on: bool) -> DispatchResult {
			ensure_root(origin)?;
			ElectEverySession::<T>::put(on);
			Ok(())
		}
	}
}

impl<T: Config> pallet_session::SessionManager<T::ValidatorId> for Pallet<T> {
	fn new_session(_: SessionIndex) -> Option<Vec<T::ValidatorId>> {
		NextValidators::<T>::take().or_else(|| {
			ElectEverySession::<T>::get().then(pallet_session::Validators::<T>::get)
		})
	}

	/// The validators of the first two sessions are those whose keys the genesis has.
	fn new_session_genesis(_: SessionIndex) -> Option<Vec<T::ValidatorId>> {
		None
	}

	fn start_session(_: SessionIndex) {}

	fn end_session(_: SessionIndex) {}
}

impl<T: Config> Pallet<T> {
	/// The core that the claim queue gives to `para`, with the validators assigned to it.
	fn assignment(para: ParaId) -> Option<(CoreIndex, GroupIndex)> {
		let (core, _) = parachain_host::claim_queue::<T>()
			.into_iter()
			.find(|(_, claims)| claims.contains(&para))?;
		let (groups, rotation) = parachain_host::validator_groups::<T>();
		let rotation = GroupRotationInfo::<u32> {
			session_start_block: rotation.session_start_block.saturated_into(),
			group_rotation_frequency: rotation.group_rotation_frequency.saturated_into(),
			now: rotation.now.saturated_into(),
		};
		Some((core, rotation.group_for_core(core, groups.len())))
	}

	/// The descriptor that a client sees in the events. What only a validator would know of the
	/// candidate — its data, the hash of its inputs — stays zero.
	fn descriptor(
		para: ParaId,
		core: CoreIndex,
		relay_parent_number: BlockNumberFor<T>,
		validation_code_hash: ValidationCodeHash,
		commitments: &CandidateCommitments,
	) -> CandidateDescriptorV2<T::Hash> {
		let unknown = H256::zero();
		CandidateDescriptorV2::new(
			para,
			frame_system::Pallet::<T>::block_hash(relay_parent_number),
			core,
			shared::CurrentSessionIndex::<T>::get(),
			unknown,
			unknown,
			unknown,
			commitments.head_data.hash(),
			validation_code_hash,
		)
	}
}

/// A candidate between backing and inclusion, field by field as `CandidatePendingAvailability`,
/// which nobody else can make.
#[derive(Encode, Decode)]
pub struct PendingCandidate<H: AsRef<[u8]>, N> {
	core: CoreIndex,
	hash: CandidateHash,
	descriptor: CandidateDescriptorV2<H>,
	commitments: CandidateCommitments,
	/// Who votes and who backs matters to rewards only, of which there are none. The real fields
	/// have a bit for each validator; without any, they are encoded as these are.
	availability_votes: Vec<bool>,
	backers: Vec<bool>,
	relay_parent_number: N,
	backed_in_number: N,
	backing_group: GroupIndex,
}

/// The inclusion pallet's `PendingAvailability`, whose prefix is `V1`: the candidates of each para,
/// all of which it enacts when it is asked to assume them included.
#[storage_alias]
type V1<T: inclusion::Config> = StorageMap<
	inclusion::Pallet<T>,
	Twox64Concat,
	ParaId,
	Vec<PendingCandidate<<T as frame_system::Config>::Hash, BlockNumberFor<T>>>,
>;

/// The block number, which `frame_system` lets nobody write.
#[storage_alias]
type Number<T: frame_system::Config> =
	StorageValue<frame_system::Pallet<T>, BlockNumberFor<T>, ValueQuery>;

/// Run `f` as if `number` were the current block.
///
/// The runtime API checks commitments in the context of the current block, inclusion in that of the
/// relay parent, which is an earlier one.
fn in_context_of<T: frame_system::Config, R>(
	number: BlockNumberFor<T>,
	f: impl FnOnce() -> R,
) -> R {
	let now = Number::<T>::get();
	Number::<T>::put(number);
	let result = f();
	Number::<T>::put(now);
	result
}
