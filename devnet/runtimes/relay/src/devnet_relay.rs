// SPDX-License-Identifier: GPL-3.0-only

//! Stands in for the validators' work on candidates, and for nothing else.
//!
//! On a real relay chain a candidate is backed by signatures, made available by bitfields and then
//! enacted by the inclusion pallet. Here root says that all this has happened
//! ([`Pallet::include_candidate`]); the pallet holds the candidate against the rules of inclusion
//! and enacts it. The rules are the real ones: `inclusion` checks the commitments through the
//! function behind `ParachainHost_check_validation_outputs`, and `paras` notes the head and the
//! code upgrade through its own calls.
//!
//! Sources: `verify_backed_candidate`, `check_validation_outputs` and `enact_candidate` in
//! `polkadot/runtime/parachains/src/inclusion/mod.rs` of polkadot-sdk.

pub use pallet::*;

use alloc::vec::Vec;
use frame_support::{pallet_prelude::*, storage_alias, traits::EnqueueMessage};
use frame_system::{pallet_prelude::*, RawOrigin};
use polkadot_primitives::{
	skip_ump_signals, CandidateCommitments, CandidateDescriptorV2, CandidateReceiptV2, CoreIndex,
	GroupIndex, GroupRotationInfo, Id as ParaId, ValidationCodeHash,
};
use polkadot_runtime_parachains::{
	configuration,
	disputes::DisputesHandler,
	dmp, hrmp,
	inclusion::{self, AggregateMessageOrigin, UmpQueueId},
	initializer, paras,
	runtime_api_impl::v13 as parachain_host,
	schedule_code_upgrade, shared, UpgradeStrategy,
};
use sp_core::H256;
use sp_runtime::{
	traits::{SaturatedConversion, Saturating},
	BoundedSlice,
};

#[frame_support::pallet]
pub mod pallet {
	use super::*;

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<Hash = H256> + initializer::Config {}

	/// The number of blocks in a session. It is set by the genesis and read by the session pallet.
	#[pallet::storage]
	pub type SessionLength<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// The number of blocks in a session.
		pub session_length: BlockNumberFor<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { session_length: 10u32.into() }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.session_length > 0u32.into(), "a session needs a block");
			SessionLength::<T>::put(self.session_length);
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
		/// The stand-in carries no messages between paras.
		HorizontalMessagesUnsupported,
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
				commitments.horizontal_messages.is_empty(),
				Error::<T>::HorizontalMessagesUnsupported,
			);
			ensure!(
				in_context_of::<T, _>(relay_parent_number, || {
					parachain_host::check_validation_outputs::<T>(para, commitments.clone())
				}),
				Error::<T>::InvalidCommitments,
			);

			let receipt =
				Self::receipt(para, core, relay_parent_number, validation_code_hash, &commitments);
			let head = commitments.head_data.clone();
			Self::deposit(inclusion::Event::CandidateBacked(
				receipt.clone(),
				head.clone(),
				core,
				group,
			));
			Self::enact(para, relay_parent_number, commitments)?;
			Self::deposit(inclusion::Event::CandidateIncluded(receipt, head, core, group));
			Ok(())
		}
	}
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

	/// The receipt that a client sees in the events. What only a validator would know of the
	/// candidate — its data, the hash of its inputs — stays zero.
	fn receipt(
		para: ParaId,
		core: CoreIndex,
		relay_parent_number: BlockNumberFor<T>,
		validation_code_hash: ValidationCodeHash,
		commitments: &CandidateCommitments,
	) -> CandidateReceiptV2<T::Hash> {
		let unknown = H256::zero();
		CandidateReceiptV2 {
			descriptor: CandidateDescriptorV2::new(
				para,
				frame_system::Pallet::<T>::block_hash(relay_parent_number),
				core,
				shared::CurrentSessionIndex::<T>::get(),
				unknown,
				unknown,
				unknown,
				commitments.head_data.hash(),
				validation_code_hash,
			),
			commitments_hash: commitments.hash(),
		}
	}

	/// What `enact_candidate` does, step by step and in its order.
	fn enact(
		para: ParaId,
		relay_parent_number: BlockNumberFor<T>,
		commitments: CandidateCommitments,
	) -> DispatchResult {
		if let Some(code) = commitments.new_validation_code {
			// The public function counts the upgrade's delay from a block one delay ahead, as fits
			// a manager's request. For a candidate it counts from the block of inclusion.
			let delay = configuration::ActiveConfig::<T>::get().validation_upgrade_delay;
			let now = frame_system::Pallet::<T>::block_number();
			in_context_of::<T, _>(now.saturating_sub(delay), || {
				schedule_code_upgrade::<T>(para, code, UpgradeStrategy::SetGoAheadSignal)
			})?;
		}
		// Delivery is free here, so that the fee factor, which pruning lowers, has no part.
		dmp::DownwardMessageQueues::<T>::mutate(para, |queue| {
			queue.drain(..commitments.processed_downward_messages as usize);
		});
		Self::receive_upward_messages(para, &commitments.upward_messages);
		// Without messages between paras, pruning their queues comes down to the watermark.
		hrmp::HrmpWatermarks::<T>::insert(
			para,
			BlockNumberFor::<T>::from(commitments.hrmp_watermark),
		);
		in_context_of::<T, _>(relay_parent_number, || {
			paras::Pallet::<T>::force_note_new_head(
				RawOrigin::Root.into(),
				para,
				commitments.head_data,
			)
		})
	}

	/// Queue what `para` sent to the relay chain, but for the signals to the validators.
	fn receive_upward_messages(para: ParaId, messages: &[Vec<u8>]) {
		let messages = skip_ump_signals(messages.iter())
			.map(|message| BoundedSlice::truncate_from(message))
			.collect::<Vec<_>>();
		if messages.is_empty() {
			return;
		}
		let count = messages.len() as u32;
		<T as inclusion::Config>::MessageQueue::enqueue_messages(
			messages.into_iter(),
			AggregateMessageOrigin::Ump(UmpQueueId::Para(para)),
		);
		Self::deposit(inclusion::Event::UpwardMessagesReceived { from: para, count });
	}

	/// Emit an event of the inclusion pallet, whose work this is.
	fn deposit(event: inclusion::Event<T>) {
		let event = <T as inclusion::Config>::RuntimeEvent::from(event);
		frame_system::Pallet::<T>::deposit_event(event);
	}
}

/// The block number, which `frame_system` lets nobody write.
#[storage_alias]
type Number<T: frame_system::Config> =
	StorageValue<frame_system::Pallet<T>, BlockNumberFor<T>, ValueQuery>;

/// Run `f` as if `number` were the current block.
///
/// The public functions of `paras` and `inclusion` take their context from the current block, those
/// that inclusion uses take it as an argument: the relay parent, which is an earlier block. A code
/// upgrade hangs on the difference: enacted for a candidate whose relay parent did not show the
/// go-ahead yet, it would leave the relay and the para with different codes.
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
