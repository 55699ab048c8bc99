import type { Target } from './campaign.ts';
import { evidenceTarget } from './evidence.ts';
import { httpTarget } from './http-bodies.ts';
import { policyTarget } from './policies.ts';
import { proofTarget } from './proofs.ts';
import { rpcTarget } from './rpc.ts';
import { voteTarget } from './votes.ts';

/** Everything that reads what strangers send, and the mutations of a full campaign and of a small one. */
export const TARGETS: Readonly<
  Record<
    string,
    { readonly open: () => Target | Promise<Target>; readonly full: number; readonly small?: number }
  >
> = {
  proofs: { open: proofTarget, full: 1_000_000 },
  evidence: { open: evidenceTarget, full: 100_000 },
  votes: { open: voteTarget, full: 100_000 },
  http: { open: httpTarget, full: 100_000 },
  rpc: { open: rpcTarget, full: 100_000, small: 100 },
  policies: { open: policyTarget, full: 100_000 },
};
