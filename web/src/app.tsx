import { shownAge } from '../../src/domain/chain/sight.ts';
import { number } from './format.ts';
import { type Live, LiveContext, useLiveStream } from './live.ts';
import { Operator } from './operator.tsx';
import { Overview } from './overview.tsx';
import { Para } from './para.tsx';
import { PageTitle } from './parts.tsx';
import { Proposal } from './proposal.tsx';
import { linkTo, type Place, usePlace } from './router.ts';
import { text } from './strings.ts';
import { Verify } from './verify.tsx';

export function App() {
  const live = useLiveStream();
  const place = usePlace();
  return (
    <LiveContext.Provider value={live}>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        {text.skip}
      </button>
      <header class="top">
        <a class="brand" href={linkTo.overview}>
          <svg viewBox="0 0 16 16" aria-hidden="true">
            <circle cx="8" cy="8" r="7" />
            <path d="M8 4v8M4 8h8" />
          </svg>
          {text.brand}
        </a>
        <nav aria-label={text.menu}>
          <a href={linkTo.verify()}>{text.verify}</a>
        </nav>
        <Connection live={live} />
      </header>
      <main id="main" tabIndex={-1}>
        {live.status?.blind != null && (
          <div class="note bad" role="alert">
            <strong>{text.blind}</strong>
            <p>{live.status.blind}</p>
          </div>
        )}
        <View place={place} />
      </main>
      <footer class="bottom">{text.footer}</footer>
    </LiveContext.Provider>
  );
}

function Connection({ live: { status, lostAt } }: { readonly live: Live }) {
  const finalized = status?.relay?.finalized;
  return (
    <div class="connection">
      {finalized !== undefined && <span class="block">{text.relay(number(finalized))}</span>}
      <span role="status">
        {lostAt !== null ? (
          <span class="dot warn">{text.lost(shownAge(Date.now() - lostAt))}</span>
        ) : status === null ? (
          <span class="dot">{text.connecting}</span>
        ) : (
          <span class="dot good">{text.live}</span>
        )}
      </span>
    </div>
  );
}

function View({ place }: { readonly place: Place }) {
  switch (place.view) {
    case 'overview':
      return <Overview />;
    case 'para':
      return <Para paraId={place.paraId} key={place.paraId} />;
    case 'proposal':
      return <Proposal paraId={place.paraId} hash={place.hash} key={place.hash} />;
    case 'verify':
      return <Verify paraId={place.paraId} />;
    case 'operator':
      return <Operator paraId={place.paraId} key={place.paraId} />;
    case 'unknown':
      return (
        <>
          <PageTitle title={text.notFound} />
          <p>{text.notFoundHelp}</p>
        </>
      );
  }
}
