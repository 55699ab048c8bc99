// SPDX-License-Identifier: GPL-3.0-only

//! The versions of the runtime, one for each cargo feature.
//!
//! | feature  | version | what it is |
//! | -------- | ------- | ---------- |
//! | none     | 1000    | good |
//! | `broken` | 1001    | an upgrade with a bug: from its fourth block on, every block panics |
//! | `fixed`  | 1001    | the bug repaired, without a migration |
//! | `next`   | 1002    | the repaired code as an ordinary upgrade |
//!
//! Broken and fixed share a version: a node uses a chain spec's code substitute only while the code
//! on chain has the version of the substitute (`wasm_substitutes.rs` of the client). The substitute
//! is retired by an upgrade to a higher version, here `next`.

use crate::apis;
use sp_version::RuntimeVersion;

#[cfg(any(
	all(feature = "broken", feature = "fixed"),
	all(feature = "broken", feature = "next"),
	all(feature = "fixed", feature = "next"),
))]
compile_error!("the features `broken`, `fixed` and `next` exclude each other");

/// Declares the version; `runtime_version` copies it into a section of the blob and therefore wants
/// to see numbers. `system_version` 0 lays the state out as a version 0 trie, as older parachains
/// do.
macro_rules! version {
	($spec:tt, $implementation:tt) => {
		#[sp_version::runtime_version]
		pub const VERSION: RuntimeVersion = RuntimeVersion {
			spec_name: alloc::borrow::Cow::Borrowed("pararescue-devnet-para"),
			impl_name: alloc::borrow::Cow::Borrowed("pararescue-devnet-para"),
			authoring_version: 1,
			spec_version: $spec,
			impl_version: $implementation,
			apis: apis::RUNTIME_API_VERSIONS,
			transaction_version: 1,
			system_version: 0,
		};
	};
}

#[cfg(not(any(feature = "broken", feature = "fixed", feature = "next")))]
version!(1000, 0);
#[cfg(feature = "broken")]
version!(1001, 0);
#[cfg(feature = "fixed")]
version!(1001, 1);
#[cfg(feature = "next")]
version!(1002, 0);
