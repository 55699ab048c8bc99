import { tokenOnce } from '../chain/nodes/token.ts';
import { createParaReader } from '../chain/para/para-reader.ts';
import type { RelaySession } from '../chain/relay/session.ts';
import type { Acting, MultisigAccount } from '../domain/chain/acting.ts';
import { RescueError } from '../domain/errors.ts';
import type { HashedPolicy } from '../domain/policy/policy.ts';
import { warning } from '../domain/readiness/finding.ts';
import { mergeChecks } from '../domain/readiness/merge-checks.ts';
import { type FoundOn, type Readiness, readinessOf } from '../domain/readiness/readiness.ts';
import { releaseFindings } from '../domain/readiness/release-finding.ts';
import type { Hex } from '../domain/units.ts';
import { createParaLook } from '../readiness/look-at-para.ts';
import { createRoutesLook } from '../readiness/look-at-routes.ts';
import { contractFindings, type SeenContract } from '../routes/contract/findings.ts';
import { registrarFindings } from '../routes/registrar/findings.ts';

export interface Examination {
  /** Nodes of the para. */
  readonly urls: readonly string[];
  /** Null where none is known: then only what needs none is looked at. */
  readonly policy: HashedPolicy | null;
  /** Nodes of the chain of the policy's rescue contract. */
  readonly contracts: readonly string[];
  /** Of which the signer is a signatory, if it is one. */
  readonly multisig?: MultisigAccount | null;
  readonly onTrouble: (trouble: RescueError) => void;
}

/** What only a service can know. */
const NO_SERVICE = warning(
  'opt-in',
  'no service was asked, so whether the para has opted in is not known here',
  'ask the service: "pararescue doctor" without --relay and --config',
);

/** Looks once whether the para could be rescued today, straight at the chains, as a service does again and again. */
export async function examinePara(
  session: Pick<RelaySession, 'endpoints' | 'reader' | 'submitter' | 'observation' | 'signer'>,
  examination: Examination,
): Promise<Readiness> {
  const { endpoints, reader: relay, submitter, observation, signer } = session;
  const acting: Acting = { signer: signer.account, multisig: examination.multisig ?? null };
  const { urls, onTrouble } = examination;
  const policy = examination.policy && { rules: examination.policy.policy, hash: examination.policy.hash };
  const closers: (() => Promise<void>)[] = [];
  const open = (nodes: readonly string[]) => {
    const para = createParaReader({ urls: nodes, onTrouble });
    closers.push(() => para.close());
    return para;
  };
  try {
    const contract = await openContract(session, examination, closers);
    const contracts = new Map(contract ? [[observation.paraId, contract]] : []);
    const lookAtRoutes = createRoutesLook({
      relay,
      token: tokenOnce(endpoints),
      routes: new Map([
        ['registrar', { examine: (look) => registrarFindings(look, acting, submitter.signer()) }],
        [
          'contract',
          { examine: (look) => contractFindings({ relay, submitter, contracts, peers: [] }, look) },
        ],
      ]),
    });
    const lookAtPara = createParaLook({ reader: open(urls), nodes: urls.map((url) => open([url])) });
    const [routes, para] = await Promise.all([
      lookAtRoutes(policy, observation),
      lookAtPara(policy, observation),
    ]);
    const general = [NO_SERVICE, ...releaseFindings(policy?.rules ?? null), ...para.findings];
    const found: FoundOn[] = [{ route: null, findings: general }, ...routes];
    const { checks } = mergeChecks(found, [], observation.relay.number);
    return readinessOf(
      checks,
      routes.flatMap(({ route }) => route ?? []),
      { isAsked: true },
    );
  } finally {
    await Promise.all(closers.map((close) => close()));
  }
}

/** The rescue contract that the policy names; null without one, or where nobody named a node of its chain. */
export async function openContract(
  { reader }: Pick<RelaySession, 'reader'>,
  { policy, contracts: urls, onTrouble }: Pick<Examination, 'policy' | 'contracts' | 'onTrouble'>,
  closers: (() => Promise<void>)[],
): Promise<SeenContract | null> {
  const terms = policy?.policy.contract;
  if (!terms || urls.length === 0) return null;
  const { connectLater, openContractsChain } = await import('../contract/index.ts');
  const included = async () => {
    const head = await reader.includedHead(terms.chain);
    if (head) return head;
    throw new RescueError('RESCUE_CHAIN_REFUSES', `The relay chain includes no head of para ${terms.chain}.`);
  };
  const chain = openContractsChain({ urls, paraId: terms.chain, included, onTrouble });
  chain.catch(() => undefined);
  closers.push(async () => (await chain.catch(() => null))?.close());
  const contract = connectLater(() => chain, terms.address as Hex);
  return { contract, self: null, refresh: contract.state };
}
