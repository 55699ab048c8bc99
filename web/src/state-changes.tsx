import type { Token } from '../../src/domain/amount.ts';
import type { ItemDifference, StateDifference, SumChange } from '../../src/domain/trial/difference.ts';
import { Amount, Facts } from './parts.tsx';
import { text } from './strings.ts';

/** What the code changes in the state of the para, the most important first. */
export function StateChanges({ of, token }: { readonly of: StateDifference; readonly token: Token | null }) {
  const { issuance, accounts, first, once, routine, hidden } = of;
  return (
    <>
      <h3>{text.stateDifference}</h3>
      <Facts
        of={[
          [
            text.issuance,
            issuance === null ? text.unread : <Change key="issuance" of={issuance} token={token} />,
          ],
          [
            text.balances,
            accounts === null ? text.unread : <Change key="accounts" of={accounts} token={token} />,
          ],
        ]}
      />
      {first.length === 0 && once.length === 0 && <p>{text.nothingChanges}</p>}
      <Items title={text.lookFirst} of={first} open />
      <Items title={text.changesOnce} of={once} />
      {routine.length > 0 && (
        <details>
          <summary>{text.everyBlock}</summary>
          <p class="quiet">{routine.map(({ name, keys }) => `${name} (${keys})`).join(', ')}</p>
        </details>
      )}
      {hidden > 0 && <p class="warn-text">{text.hidden(hidden)}</p>}
    </>
  );
}

function Change({ of: { before, after }, token }: { readonly of: SumChange; readonly token: Token | null }) {
  if (before === after) {
    return (
      <>
        <Amount planck={before} token={token} />, {text.unchanged}
      </>
    );
  }
  return (
    <>
      <Amount planck={before} token={token} /> → <Amount planck={after} token={token} />
    </>
  );
}

function Items(props: {
  readonly title: string;
  readonly of: readonly ItemDifference[];
  readonly open?: boolean;
}) {
  const { title, of, open = false } = props;
  if (of.length === 0) return null;
  return (
    <details open={open}>
      <summary>{title}</summary>
      {of.map((item) => (
        <Item key={item.name} of={item} />
      ))}
    </details>
  );
}

function Item({ of: { name, added, changed, removed, entries } }: { readonly of: ItemDifference }) {
  const more = added + changed + removed - entries.length;
  return (
    <div class="change">
      <p>
        <b>{name}</b> <span class="quiet">{text.counts(added, changed, removed)}</span>
      </p>
      <ul class="plain">
        {entries.map(({ key, of, before, after }) => (
          <li key={key}>
            {of.length > 0 && <span class="quiet">{of.join(', ')}: </span>}
            <del>{before ?? text.nothing}</del> → <ins>{after ?? text.nothing}</ins>
          </li>
        ))}
      </ul>
      {more > 0 && <p class="quiet">{text.more(more)}</p>}
    </div>
  );
}
