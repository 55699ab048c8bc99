// SPDX-License-Identifier: GPL-3.0-only

//! Weights of the parachain pallets' calls.
//!
//! The published crates hold none but test weights, which fill a block and more, so that no
//! transaction could carry such a call. Measured weights belong to the machines of a real network:
//! here every call weighs the same.

use frame_support::weights::Weight;
use polkadot_runtime_parachains::{configuration, coretime, hrmp, on_demand, paras};

/// A thousandth of a block's normal share or less, whatever the call.
pub struct Light;

const LIGHT: Weight = Weight::from_parts(1_000_000_000, 0);

/// Answers every question of a pallet's weight trait with [`LIGHT`].
macro_rules! light {
	($pallet:ident: $($call:ident($($parameter:ident),*))*) => {
		impl $pallet::WeightInfo for Light {
			$(
				fn $call($($parameter: u32),*) -> Weight {
					$(let _ = $parameter;)*
					LIGHT
				}
			)*
		}
	};
}

light! { configuration:
	set_config_with_block_number()
	set_config_with_u32()
	set_config_with_option_u32()
	set_config_with_balance()
	set_hrmp_open_request_ttl()
	set_config_with_executor_params()
	set_config_with_perbill()
	set_node_feature()
	set_config_with_scheduler_params()
}

light! { paras:
	force_set_current_code(c)
	force_set_current_head(s)
	force_set_most_recent_context()
	force_schedule_code_upgrade(c)
	force_note_new_head(s)
	force_queue_action()
	add_trusted_validation_code(c)
	poke_unused_validation_code()
	remove_upgrade_cooldown()
	include_pvf_check_statement_finalize_upgrade_accept()
	include_pvf_check_statement_finalize_upgrade_reject()
	include_pvf_check_statement_finalize_onboarding_accept()
	include_pvf_check_statement_finalize_onboarding_reject()
	include_pvf_check_statement()
	authorize_force_set_current_code_hash()
	apply_authorized_force_set_current_code(c)
}

light! { hrmp:
	hrmp_init_open_channel()
	hrmp_accept_open_channel()
	hrmp_close_channel()
	force_clean_hrmp(i, e)
	force_process_hrmp_open(c)
	force_process_hrmp_close(c)
	hrmp_cancel_open_request(c)
	clean_open_channel_requests(c)
	force_open_hrmp_channel(c)
	establish_system_channel()
	poke_channel_deposits()
	establish_channel_with_system()
}

light! { on_demand:
	place_order_allow_death()
	place_order_keep_alive()
	place_order_with_credits()
}

light! { coretime:
	request_core_count()
	request_revenue_at()
	credit_account()
	assign_core(s)
}
