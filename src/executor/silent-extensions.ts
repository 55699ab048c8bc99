/**
 * Transaction extensions that @polkadot/types does not know and that add no byte to an extrinsic or to what is signed. pallet-revive
 * marks Ethereum's transactions with the first: its metadata shows a field, but its codec skips it.
 */
export const SILENT_EXTENSIONS = {
  EthSetOrigin: { extrinsic: {}, payload: {} },
  AuthorizeCall: { extrinsic: {}, payload: {} },
};
