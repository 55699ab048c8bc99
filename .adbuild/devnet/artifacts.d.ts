/** The blobs that devnet/runtimes/build.sh makes; committed, so that nobody needs Rust. */
export type ArtifactName = 'relay' | 'para-good' | 'para-broken' | 'para-fixed' | 'para-next';
/**
 * A runtime, compressed as chains store it.
 * @throws RESCUE_DEVNET_FAILED when the package is incomplete.
 */
export declare function readArtifact(name: ArtifactName): Promise<Uint8Array>;
