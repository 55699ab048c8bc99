// SPDX-License-Identifier: GPL-3.0-only

//! The tracks of referenda: ids, names, origins and curves of Polkadot's Asset Hub, with periods short
//! enough for a test and deposits that the dev accounts own.
//!
//! Source: `system-parachains/asset-hubs/asset-hub-polkadot/src/governance/tracks.rs` of
//! polkadot-fellows/runtimes. Periods are relay chain blocks.

use crate::{
	system::{CENT, UNIT},
	*,
};
use alloc::borrow::Cow;
use frame_support::traits::OriginTrait;
use pallet_referenda::{Curve, Track, TrackInfo};
use sp_runtime::{str_array as name, FixedI64};

const fn percent(x: i32) -> FixedI64 {
	FixedI64::from_rational(x as u128, 100)
}

const APPROVAL_ROOT: Curve = Curve::make_reciprocal(4, 28, percent(80), percent(50), percent(100));
const SUPPORT_ROOT: Curve = Curve::make_linear(28, 28, percent(0), percent(50));
const APPROVAL_WHITELISTED: Curve =
	Curve::make_reciprocal(16, 28 * 24, percent(96), percent(50), percent(100));
const SUPPORT_WHITELISTED: Curve =
	Curve::make_reciprocal(1, 28, percent(20), percent(5), percent(50));
const APPROVAL_CANCELLER: Curve = Curve::make_linear(17, 28, percent(50), percent(100));
const SUPPORT_CANCELLER: Curve =
	Curve::make_reciprocal(12, 28, percent(1), percent(0), percent(50));
const APPROVAL_FELLOWS: Curve = Curve::make_linear(28, 28, percent(50), percent(100));
const SUPPORT_FELLOWS: Curve = Curve::make_linear(28, 28, percent(0), percent(50));

const ROOT: u16 = 0;
const WHITELISTED_CALLER: u16 = 1;
const REFERENDUM_CANCELLER: u16 = 20;
/// Members need the rank of the track's id.
const FELLOWS: u16 = 3;

const PUBLIC: [Track<u16, Balance, BlockNumber>; 3] = [
	Track {
		id: ROOT,
		info: TrackInfo {
			name: name("root"),
			max_deciding: 1,
			decision_deposit: 100 * UNIT,
			prepare_period: 4,
			decision_period: 60,
			confirm_period: 4,
			min_enactment_period: 4,
			min_approval: APPROVAL_ROOT,
			min_support: SUPPORT_ROOT,
		},
	},
	Track {
		id: WHITELISTED_CALLER,
		info: TrackInfo {
			name: name("whitelisted_caller"),
			max_deciding: 100,
			decision_deposit: 10 * UNIT,
			prepare_period: 2,
			decision_period: 60,
			confirm_period: 2,
			min_enactment_period: 2,
			min_approval: APPROVAL_WHITELISTED,
			min_support: SUPPORT_WHITELISTED,
		},
	},
	Track {
		id: REFERENDUM_CANCELLER,
		info: TrackInfo {
			name: name("referendum_canceller"),
			max_deciding: 1_000,
			decision_deposit: 10 * UNIT,
			prepare_period: 1,
			decision_period: 30,
			confirm_period: 1,
			min_enactment_period: 1,
			min_approval: APPROVAL_CANCELLER,
			min_support: SUPPORT_CANCELLER,
		},
	},
];

const FELLOWSHIP: [Track<u16, Balance, BlockNumber>; 1] = [Track {
	id: FELLOWS,
	info: TrackInfo {
		name: name("fellows"),
		max_deciding: 10,
		decision_deposit: 5 * CENT,
		prepare_period: 1,
		decision_period: 30,
		confirm_period: 1,
		min_enactment_period: 1,
		min_approval: APPROVAL_FELLOWS,
		min_support: SUPPORT_FELLOWS,
	},
}];

type PalletsOrigin = <RuntimeOrigin as OriginTrait>::PalletsOrigin;

/// Of the referenda that all holders of the token decide.
pub struct PublicTracks;

impl pallet_referenda::TracksInfo<Balance, BlockNumber> for PublicTracks {
	type Id = u16;
	type RuntimeOrigin = PalletsOrigin;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<u16, Balance, BlockNumber>>> {
		PUBLIC.iter().map(Cow::Borrowed)
	}

	fn track_for(origin: &PalletsOrigin) -> Result<u16, ()> {
		match origin {
			OriginCaller::system(frame_system::RawOrigin::Root) => Ok(ROOT),
			OriginCaller::Origins(origins::Origin::WhitelistedCaller) => Ok(WHITELISTED_CALLER),
			OriginCaller::Origins(origins::Origin::ReferendumCanceller) => Ok(REFERENDUM_CANCELLER),
			_ => Err(()),
		}
	}
}

/// Of the referenda that the Fellowship decides.
pub struct FellowshipTracks;

impl pallet_referenda::TracksInfo<Balance, BlockNumber> for FellowshipTracks {
	type Id = u16;
	type RuntimeOrigin = PalletsOrigin;

	fn tracks() -> impl Iterator<Item = Cow<'static, Track<u16, Balance, BlockNumber>>> {
		FELLOWSHIP.iter().map(Cow::Borrowed)
	}

	fn track_for(origin: &PalletsOrigin) -> Result<u16, ()> {
		match origin {
			OriginCaller::Origins(origins::Origin::Fellows) => Ok(FELLOWS),
			_ => Err(()),
		}
	}
}
