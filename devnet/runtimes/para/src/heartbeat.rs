// SPDX-License-Identifier: GPL-3.0-only

//! Counts the blocks of the chain; from version 1001 on, it also measures their pace in windows.
//!
//! Version 1001 brings the bug of the test network, one of the kind that has halted parachains: a
//! value that a migration writes once and that nothing keeps up to date. Its migration opens the
//! first window, but no code ever opens the second. In the block with which the window is over, the
//! division by the blocks that are left fails, and a panic in `on_initialize` fails the block. Since
//! no block can be built, none can change the value either.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;
	#[cfg(any(feature = "broken", feature = "fixed", feature = "next"))]
	use sp_runtime::traits::{SaturatedConversion, Saturating};

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The number of blocks in a window.
		#[pallet::constant]
		type Window: Get<BlockNumberFor<Self>>;
	}

	/// The number of blocks that were built.
	#[pallet::storage]
	pub type Beats<T: Config> = StorageValue<_, u32, ValueQuery>;

	/// The block with which the current window is over. The broken version cannot build it.
	#[pallet::storage]
	pub type WindowEnd<T: Config> = StorageValue<_, BlockNumberFor<T>, ValueQuery>;

	/// The beats for each block that is left in the window.
	#[pallet::storage]
	pub type Pace<T: Config> = StorageValue<_, u32, ValueQuery>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(now: BlockNumberFor<T>) -> Weight {
			let beats = Beats::<T>::mutate(|beats| {
				*beats = beats.saturating_add(1);
				*beats
			});
			Self::measure(now, beats);
			T::DbWeight::get().reads_writes(2, 3)
		}

		/// Opens the first window.
		#[cfg(feature = "broken")]
		fn on_runtime_upgrade() -> Weight {
			let now = frame_system::Pallet::<T>::block_number();
			WindowEnd::<T>::put(now + T::Window::get());
			T::DbWeight::get().writes(1)
		}
	}

	impl<T: Config> Pallet<T> {
		/// Version 1000 only counts.
		#[cfg(not(any(feature = "broken", feature = "fixed", feature = "next")))]
		fn measure(_: BlockNumberFor<T>, _: u32) {}

		#[cfg(feature = "broken")]
		fn measure(now: BlockNumberFor<T>, beats: u32) {
			let left: u32 = WindowEnd::<T>::get().saturating_sub(now).saturated_into();
			let pace = beats
				.checked_div(left)
				.expect("heartbeat: the window ends after the current block; qed");
			Pace::<T>::put(pace);
		}

		/// Opens a window wherever there is none, be it that the last one is over or that there
		/// never was one: this repairs the state of a halted chain in its first block.
		#[cfg(any(feature = "fixed", feature = "next"))]
		fn measure(now: BlockNumberFor<T>, beats: u32) {
			if WindowEnd::<T>::get() <= now {
				WindowEnd::<T>::put(now + T::Window::get());
			}
			let left: u32 = WindowEnd::<T>::get().saturating_sub(now).saturated_into();
			Pace::<T>::put(beats.checked_div(left).unwrap_or_default());
		}
	}
}
