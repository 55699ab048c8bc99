// SPDX-License-Identifier: GPL-3.0-only

//! The origins that referenda give besides root, under the names of Polkadot's Asset Hub.
//!
//! Source: `system-parachains/asset-hubs/asset-hub-polkadot/src/governance/origins.rs` of
//! polkadot-fellows/runtimes.

pub use pallet::*;

#[frame_support::pallet]
pub mod pallet {
	use frame_support::{pallet_prelude::*, traits::OriginTrait};

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[derive(
		Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
	)]
	#[pallet::origin]
	pub enum Origin {
		/// May dispatch a call as root that the Fellowship has whitelisted.
		WhitelistedCaller,
		/// May cancel referenda.
		ReferendumCanceller,
		/// The Fellowship's members of rank 3 and above. On Polkadot they speak from another chain.
		Fellows,
	}

	macro_rules! ensure {
		($($name:ident)*) => {
			$(
				pub struct $name;
				impl<O: OriginTrait + From<Origin>> EnsureOrigin<O> for $name
				where
					for<'a> &'a O::PalletsOrigin: TryInto<&'a Origin>,
				{
					type Success = ();
					fn try_origin(origin: O) -> Result<(), O> {
						let is_it = matches!(origin.caller().try_into(), Ok(Origin::$name));
						if is_it {
							Ok(())
						} else {
							Err(origin)
						}
					}
				}
			)*
		};
	}

	ensure! { WhitelistedCaller ReferendumCanceller Fellows }
}
