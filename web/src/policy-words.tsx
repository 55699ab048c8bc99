import type { Token } from '../../src/domain/amount.ts';
import type { ParaStatus } from '../../src/domain/views/status.ts';
import { addressOf } from './address.ts';
import { number } from './format.ts';
import { useLoaded } from './load.ts';
import { Facts, Hash, Lines, Section, Show } from './parts.tsx';
import { policySentences } from './policy-sentences.ts';
import { client } from './service.ts';
import { text } from './strings.ts';

export function PolicyWords(props: {
  readonly paraId: number;
  readonly optIn: ParaStatus['optIn'];
  readonly token: Token | null;
}) {
  const { paraId, optIn, token } = props;
  return (
    <Section title={text.policy}>
      {optIn === null ? (
        <p class="quiet">{text.noPolicy}</p>
      ) : (
        <Policy paraId={paraId} optIn={optIn} token={token} />
      )}
    </Section>
  );
}

function Policy(props: {
  readonly paraId: number;
  readonly optIn: NonNullable<ParaStatus['optIn']>;
  readonly token: Token | null;
}) {
  const { paraId, optIn, token } = props;
  const policy = useLoaded(() => client.policy(paraId), `policy ${optIn.policy}`);
  return (
    <Show of={policy}>
      {(found) => (
        <>
          {found && <Lines of={policySentences(found, token)} />}
          <Facts
            of={[
              [
                text.optedIn,
                <>
                  {optIn.by === 'manager' ? text.byManager : text.byContract}{' '}
                  <Hash value={addressOf(optIn.account)} what={text.manager} />
                </>,
              ],
              [text.policyHash, <Hash key="hash" value={optIn.policy} what={text.policyHash} />],
            ]}
          />
          {optIn.whileStopped !== undefined && (
            <p class="quiet">{text.lateOptIn(number(optIn.whileStopped))}</p>
          )}
        </>
      )}
    </Show>
  );
}
