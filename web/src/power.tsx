import type { Token } from '../../src/domain/amount.ts';
import { type Policy, policyHash } from '../../src/domain/policy/policy.ts';
import type { AccountHex, Hex } from '../../src/domain/units.ts';
import { checkPowerInWorker } from './ask-worker.ts';
import { number, percent, share } from './format.ts';
import { useLoaded } from './load.ts';
import { Amount, Badge, Hash, Show } from './parts.tsx';
import { client } from './service.ts';
import { text } from './strings.ts';

/** The power of an account, proven here from the storage at the last head, and not taken from the service. */
export function PowerLine(props: {
  readonly paraId: number;
  readonly account: AccountHex;
  readonly policy: Policy;
  readonly token: Token | null;
  /** Hash of the head that the round rests on. */
  readonly anchor: Hex;
}) {
  const { paraId, account, policy, token, anchor } = props;
  const proven = useLoaded(
    async () => {
      const proof = await client.accountProof(paraId, account);
      if (proof.account !== account || proof.anchor.head.hash !== anchor) throw new Error(text.otherProof);
      return { ...(await checkPowerInWorker({ paraId, policy, proof })), relay: proof.anchor.relay };
    },
    `power ${account} ${policyHash(policy)} ${anchor}`,
  );
  const excluded = policy.excluded.find((one) => one.account === account)?.reason ?? null;
  return (
    <Show of={proven}>
      {({ power, electorate, collator, relay }) => (
        <div class="power">
          <p>
            {collator?.alone !== true && (
              <>
                {text.yourPower}{' '}
                <b class="big">
                  <Amount planck={power} token={token} />
                </b>{' '}
                <span class="quiet">{percent(share(power, electorate))}</span>{' '}
              </>
            )}
            <Badge tone="good">{text.provenHere}</Badge>
          </p>
          {collator?.member && <p>{text.voiceOf(collator.size)}</p>}
          {collator?.alone && !collator.member && <p class="warn-text">{text.noVoice(collator.size)}</p>}
          {excluded !== null && <p class="warn-text">{text.excluded(excluded)}</p>}
          {power === 0n && excluded === null && !collator?.member && !collator?.alone && (
            <p class="warn-text">{text.noPower}</p>
          )}
          <p class="quiet">
            {text.provenUnder(number(relay.number))} <Hash value={relay.hash} what={text.relayBlockHash} />
          </p>
        </div>
      )}
    </Show>
  );
}
