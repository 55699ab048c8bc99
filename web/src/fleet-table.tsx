import { useState } from 'preact/hooks';
import { troublesFirst } from '../../src/domain/fleet/row.ts';
import { duration, number } from './format.ts';
import { useNow } from './live.ts';
import { useLoaded } from './load.ts';
import { ConditionBadge, Section, Show, toneOf } from './parts.tsx';
import { linkTo } from './router.ts';
import { client } from './service.ts';
import { CAUSE, text } from './strings.ts';

const SHOWN = 50;
/** Relay blocks between two readings of the list. */
const BLOCKS = 10;

/** All paras of the relay chain, troubles first. */
export function FleetTable() {
  const now = useNow();
  const fleet = useLoaded(() => client.fleet(), 'fleet', Math.floor((now ?? 0) / BLOCKS));
  const [wanted, setWanted] = useState('');
  const [troubled, setTroubled] = useState(false);
  const [all, setAll] = useState(false);
  return (
    <Section title={text.fleet}>
      <Show of={fleet}>
        {({ rows, paras, block, proven, troubles }) => {
          const words = wanted.trim().toLowerCase();
          const fitting = troublesFirst(rows).filter(
            ({ paraId, name, condition }) =>
              (words === '' || `${paraId} ${name ?? ''}`.toLowerCase().includes(words)) &&
              (!troubled || toneOf(condition) === 'bad' || toneOf(condition) === 'warn'),
          );
          const shown = all ? fitting : fitting.slice(0, SHOWN);
          return (
            <>
              <p class="quiet">
                {text.fleetOf(number(paras), block === null ? text.unknown : number(block))}
                {!proven && ` ${text.fleetUnproven}`}
              </p>
              {troubles.map(({ cause, sentence }) => (
                <div class="note bad" key={cause}>
                  <p>{sentence}</p>
                </div>
              ))}
              <div class="filters">
                <label>
                  {text.search}
                  <input
                    type="search"
                    value={wanted}
                    onInput={(event) => setWanted(event.currentTarget.value)}
                  />
                </label>
                <label class="check">
                  <input
                    type="checkbox"
                    checked={troubled}
                    onChange={(event) => setTroubled(event.currentTarget.checked)}
                  />
                  {text.onlyTroubled}
                </label>
              </div>
              {shown.length === 0 ? (
                <p class="quiet">{text.noMatch}</p>
              ) : (
                <div class="scroll">
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">{text.para}</th>
                        <th scope="col">{text.name}</th>
                        <th scope="col">{text.condition}</th>
                        <th scope="col">{text.lastHead}</th>
                        <th scope="col">{text.cause}</th>
                      </tr>
                    </thead>
                    <tbody>
                      {shown.map(({ paraId, name, condition, age, cause, configured }) => (
                        <tr key={paraId}>
                          <td>{configured ? <a href={linkTo.para(paraId)}>{paraId}</a> : paraId}</td>
                          <td>{name ?? ''}</td>
                          <td>
                            <ConditionBadge is={condition} />
                          </td>
                          <td>{age === null ? text.unknown : text.ago(duration(age))}</td>
                          <td>{cause === null ? '' : CAUSE[cause]}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
              {fitting.length > shown.length && (
                <button type="button" onClick={() => setAll(true)}>
                  {text.showAll(fitting.length)}
                </button>
              )}
            </>
          );
        }}
      </Show>
    </Section>
  );
}
