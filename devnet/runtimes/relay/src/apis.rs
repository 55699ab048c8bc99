// SPDX-License-Identifier: GPL-3.0-only

//! The runtime APIs: what nodes and clients may ask without a transaction.

// `ParachainHost` keeps functions that newer ones replace: clients still call them.
#![allow(deprecated)]

use crate::*;
use alloc::collections::{BTreeMap, VecDeque};
use frame_support::{
	genesis_builder_helper::{build_state, get_preset},
	weights::Weight,
};
use polkadot_primitives::{
	async_backing::{AsyncBackingParams, BackingState, Constraints},
	slashing, ApprovalVotingParams, CandidateCommitments, CandidateEvent, CandidateHash,
	CommittedCandidateReceiptV2 as CommittedCandidateReceipt, CoreIndex, CoreState, DisputeState,
	ExecutorParams, GroupRotationInfo, Hash, Id as ParaId, InboundDownwardMessage,
	InboundHrmpMessage, NodeFeatures, OccupiedCoreAssumption, PersistedValidationData,
	PvfCheckStatement, ScrapedOnChainVotes, SessionIndex, SessionInfo, ValidationCode,
	ValidationCodeHash, ValidatorId, ValidatorIndex, ValidatorSignature,
};
use polkadot_runtime_parachains::runtime_api_impl::v13 as parachain_host;
use sp_core::OpaqueMetadata;
use sp_runtime::{
	traits::Block as BlockT,
	transaction_validity::{TransactionSource, TransactionValidity},
	ApplyExtrinsicResult, ExtrinsicInclusionMode,
};
use staging_xcm::{VersionedAssetId, VersionedAssets, VersionedLocation, VersionedXcm};
use xcm_runtime_apis::{
	conversions::{Error as LocationToAccountError, LocationToAccountHelper},
	dry_run::{CallDryRunEffects, Error as XcmDryRunError, XcmDryRunEffects},
	fees::Error as XcmPaymentError,
};

sp_api::impl_runtime_apis! {
	impl sp_api::Core<Block> for Runtime {
		fn version() -> RuntimeVersion {
			VERSION
		}

		fn execute_block(block: <Block as BlockT>::LazyBlock) {
			Executive::execute_block(block);
		}

		fn initialize_block(header: &Header) -> ExtrinsicInclusionMode {
			Executive::initialize_block(header)
		}
	}

	impl sp_api::Metadata<Block> for Runtime {
		fn metadata() -> OpaqueMetadata {
			OpaqueMetadata::new(Runtime::metadata().into())
		}

		fn metadata_at_version(version: u32) -> Option<OpaqueMetadata> {
			Runtime::metadata_at_version(version)
		}

		fn metadata_versions() -> Vec<u32> {
			Runtime::metadata_versions()
		}
	}

	impl sp_block_builder::BlockBuilder<Block> for Runtime {
		fn apply_extrinsic(extrinsic: <Block as BlockT>::Extrinsic) -> ApplyExtrinsicResult {
			Executive::apply_extrinsic(extrinsic)
		}

		fn finalize_block() -> Header {
			Executive::finalize_block()
		}

		fn inherent_extrinsics(
			data: sp_inherents::InherentData,
		) -> Vec<<Block as BlockT>::Extrinsic> {
			data.create_extrinsics()
		}

		fn check_inherents(
			block: <Block as BlockT>::LazyBlock,
			data: sp_inherents::InherentData,
		) -> sp_inherents::CheckInherentsResult {
			data.check_extrinsics(&block)
		}
	}

	impl sp_transaction_pool::runtime_api::TaggedTransactionQueue<Block> for Runtime {
		fn validate_transaction(
			source: TransactionSource,
			transaction: <Block as BlockT>::Extrinsic,
			block_hash: <Block as BlockT>::Hash,
		) -> TransactionValidity {
			Executive::validate_transaction(source, transaction, block_hash)
		}
	}

	impl sp_consensus_grandpa::GrandpaApi<Block> for Runtime {
		fn grandpa_authorities() -> sp_consensus_grandpa::AuthorityList {
			Grandpa::grandpa_authorities()
		}

		fn current_set_id() -> sp_consensus_grandpa::SetId {
			Grandpa::current_set_id()
		}

		// Nobody can be punished for an equivocation: none is reported.
		fn submit_report_equivocation_unsigned_extrinsic(
			_: sp_consensus_grandpa::EquivocationProof<Hash, BlockNumber>,
			_: sp_consensus_grandpa::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			None
		}

		fn generate_key_ownership_proof(
			_: sp_consensus_grandpa::SetId,
			_: sp_consensus_grandpa::AuthorityId,
		) -> Option<sp_consensus_grandpa::OpaqueKeyOwnershipProof> {
			None
		}
	}

	impl frame_system_rpc_runtime_api::AccountNonceApi<Block, AccountId, u32> for Runtime {
		fn account_nonce(account: AccountId) -> u32 {
			System::account_nonce(account)
		}
	}

	impl pallet_transaction_payment_rpc_runtime_api::TransactionPaymentApi<Block, Balance>
		for Runtime
	{
		fn query_info(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> pallet_transaction_payment::RuntimeDispatchInfo<Balance> {
			TransactionPayment::query_info(extrinsic, length)
		}

		fn query_fee_details(
			extrinsic: <Block as BlockT>::Extrinsic,
			length: u32,
		) -> pallet_transaction_payment::FeeDetails<Balance> {
			TransactionPayment::query_fee_details(extrinsic, length)
		}

		fn query_weight_to_fee(weight: Weight) -> Balance {
			TransactionPayment::weight_to_fee(weight)
		}

		fn query_length_to_fee(length: u32) -> Balance {
			TransactionPayment::length_to_fee(length)
		}
	}

	impl sp_genesis_builder::GenesisBuilder<Block> for Runtime {
		fn build_state(config: Vec<u8>) -> sp_genesis_builder::Result {
			build_state::<RuntimeGenesisConfig>(config)
		}

		fn get_preset(id: &Option<sp_genesis_builder::PresetId>) -> Option<Vec<u8>> {
			get_preset::<RuntimeGenesisConfig>(id, |_| None)
		}

		fn preset_names() -> Vec<sp_genesis_builder::PresetId> {
			Vec::new()
		}
	}

	impl xcm_runtime_apis::fees::XcmPaymentApi<Block> for Runtime {
		fn query_acceptable_payment_assets(
			xcm_version: staging_xcm::Version,
		) -> Result<Vec<VersionedAssetId>, XcmPaymentError> {
			XcmPallet::query_acceptable_payment_assets(
				xcm_version,
				[xcm_config::TokenLocation::get().into()].into(),
			)
		}

		fn query_xcm_weight(message: VersionedXcm<()>) -> Result<Weight, XcmPaymentError> {
			XcmPallet::query_xcm_weight(message)
		}

		fn query_weight_to_asset_fee(
			weight: Weight,
			asset: VersionedAssetId,
		) -> Result<u128, XcmPaymentError> {
			type Trader = <xcm_config::XcmConfig as staging_xcm_executor::Config>::Trader;
			XcmPallet::query_weight_to_asset_fee::<Trader>(weight, asset)
		}

		fn query_delivery_fees(
			destination: VersionedLocation,
			message: VersionedXcm<()>,
			asset: VersionedAssetId,
		) -> Result<VersionedAssets, XcmPaymentError> {
			XcmPallet::query_delivery_fees::<()>(destination, message, asset)
		}
	}

	impl xcm_runtime_apis::dry_run::DryRunApi<Block, RuntimeCall, RuntimeEvent, OriginCaller>
		for Runtime
	{
		fn dry_run_call(
			origin: OriginCaller,
			call: RuntimeCall,
			result_xcms_version: staging_xcm::Version,
		) -> Result<CallDryRunEffects<RuntimeEvent>, XcmDryRunError> {
			XcmPallet::dry_run_call::<Runtime, xcm_config::XcmRouter, OriginCaller, RuntimeCall>(
				origin,
				call,
				result_xcms_version,
			)
		}

		fn dry_run_xcm(
			origin_location: VersionedLocation,
			xcm: VersionedXcm<RuntimeCall>,
		) -> Result<XcmDryRunEffects<RuntimeEvent>, XcmDryRunError> {
			XcmPallet::dry_run_xcm::<xcm_config::XcmRouter>(origin_location, xcm)
		}
	}

	impl xcm_runtime_apis::conversions::LocationToAccountApi<Block, AccountId> for Runtime {
		fn convert_location(
			location: VersionedLocation,
		) -> Result<AccountId, LocationToAccountError> {
			LocationToAccountHelper::<AccountId, xcm_config::SovereignAccountOf>::convert_location(
				location,
			)
		}
	}

	#[api_version(13)]
	impl polkadot_primitives::runtime_api::ParachainHost<Block> for Runtime {
		fn validators() -> Vec<ValidatorId> {
			parachain_host::validators::<Runtime>()
		}

		fn validator_groups() -> (Vec<Vec<ValidatorIndex>>, GroupRotationInfo<BlockNumber>) {
			parachain_host::validator_groups::<Runtime>()
		}

		fn availability_cores() -> Vec<CoreState<Hash, BlockNumber>> {
			parachain_host::availability_cores::<Runtime>()
		}

		fn persisted_validation_data(
			para: ParaId,
			assumption: OccupiedCoreAssumption,
		) -> Option<PersistedValidationData<Hash, BlockNumber>> {
			parachain_host::persisted_validation_data::<Runtime>(para, assumption)
		}

		fn assumed_validation_data(
			para: ParaId,
			expected_hash: Hash,
		) -> Option<(PersistedValidationData<Hash, BlockNumber>, ValidationCodeHash)> {
			parachain_host::assumed_validation_data::<Runtime>(para, expected_hash)
		}

		fn check_validation_outputs(para: ParaId, outputs: CandidateCommitments) -> bool {
			parachain_host::check_validation_outputs::<Runtime>(para, outputs)
		}

		fn session_index_for_child() -> SessionIndex {
			parachain_host::session_index_for_child::<Runtime>()
		}

		fn validation_code(
			para: ParaId,
			assumption: OccupiedCoreAssumption,
		) -> Option<ValidationCode> {
			parachain_host::validation_code::<Runtime>(para, assumption)
		}

		fn candidate_pending_availability(
			para: ParaId,
		) -> Option<CommittedCandidateReceipt<Hash>> {
			parachain_host::candidate_pending_availability::<Runtime>(para)
		}

		fn candidate_events() -> Vec<CandidateEvent<Hash>> {
			parachain_host::candidate_events::<Runtime, _>(|event| match event {
				RuntimeEvent::ParaInclusion(event) => Some(event),
				_ => None,
			})
		}

		fn dmq_contents(para: ParaId) -> Vec<InboundDownwardMessage<BlockNumber>> {
			parachain_host::dmq_contents::<Runtime>(para)
		}

		fn inbound_hrmp_channels_contents(
			para: ParaId,
		) -> BTreeMap<ParaId, Vec<InboundHrmpMessage<BlockNumber>>> {
			parachain_host::inbound_hrmp_channels_contents::<Runtime>(para)
		}

		fn validation_code_by_hash(hash: ValidationCodeHash) -> Option<ValidationCode> {
			parachain_host::validation_code_by_hash::<Runtime>(hash)
		}

		// Votes come with the parachains inherent, slashes with staking: this chain has neither.
		fn on_chain_votes() -> Option<ScrapedOnChainVotes<Hash>> {
			None
		}

		fn session_info(index: SessionIndex) -> Option<SessionInfo> {
			parachain_host::session_info::<Runtime>(index)
		}

		fn submit_pvf_check_statement(
			statement: PvfCheckStatement,
			signature: ValidatorSignature,
		) {
			parachain_host::submit_pvf_check_statement::<Runtime>(statement, signature)
		}

		fn pvfs_require_precheck() -> Vec<ValidationCodeHash> {
			parachain_host::pvfs_require_precheck::<Runtime>()
		}

		fn validation_code_hash(
			para: ParaId,
			assumption: OccupiedCoreAssumption,
		) -> Option<ValidationCodeHash> {
			parachain_host::validation_code_hash::<Runtime>(para, assumption)
		}

		fn disputes() -> Vec<(SessionIndex, CandidateHash, DisputeState<BlockNumber>)> {
			parachain_host::get_session_disputes::<Runtime>()
		}

		fn session_executor_params(session: SessionIndex) -> Option<ExecutorParams> {
			parachain_host::session_executor_params::<Runtime>(session)
		}

		fn unapplied_slashes(
		) -> Vec<(SessionIndex, CandidateHash, slashing::LegacyPendingSlashes)> {
			Vec::new()
		}

		fn key_ownership_proof(_: ValidatorId) -> Option<slashing::OpaqueKeyOwnershipProof> {
			None
		}

		fn submit_report_dispute_lost(
			_: slashing::DisputeProof,
			_: slashing::OpaqueKeyOwnershipProof,
		) -> Option<()> {
			None
		}

		fn minimum_backing_votes() -> u32 {
			parachain_host::minimum_backing_votes::<Runtime>()
		}

		fn para_backing_state(para: ParaId) -> Option<BackingState<Hash, BlockNumber>> {
			parachain_host::backing_state::<Runtime>(para)
		}

		fn async_backing_params() -> AsyncBackingParams {
			parachain_host::async_backing_params::<Runtime>()
		}

		fn disabled_validators() -> Vec<ValidatorIndex> {
			parachain_host::disabled_validators::<Runtime>()
		}

		fn node_features() -> NodeFeatures {
			parachain_host::node_features::<Runtime>()
		}

		fn approval_voting_params() -> ApprovalVotingParams {
			parachain_host::approval_voting_params::<Runtime>()
		}

		fn claim_queue() -> BTreeMap<CoreIndex, VecDeque<ParaId>> {
			parachain_host::claim_queue::<Runtime>()
		}

		fn candidates_pending_availability(
			para: ParaId,
		) -> Vec<CommittedCandidateReceipt<Hash>> {
			parachain_host::candidates_pending_availability::<Runtime>(para)
		}

		fn validation_code_bomb_limit() -> u32 {
			parachain_host::validation_code_bomb_limit::<Runtime>()
		}

		fn backing_constraints(para: ParaId) -> Option<Constraints> {
			parachain_host::backing_constraints::<Runtime>(para)
		}

		fn scheduling_lookahead() -> u32 {
			parachain_host::scheduling_lookahead::<Runtime>()
		}
	}
}
