import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Token } from '../../src/domain/amount.ts';
import type { ConditionName } from '../../src/domain/chain/condition.ts';
import { voterWarnings } from '../../src/domain/views/voter-warnings.ts';
import { amount, exactAmount, short } from './format.ts';
import type { Loaded } from './load.ts';
import { isFocusFree, linkTo } from './router.ts';
import { CONDITION, text } from './strings.ts';

/** What a colour says; a word always says it too. */
export type Tone = 'good' | 'bad' | 'warn' | 'quiet';

const TONES: Readonly<Record<ConditionName, Tone>> = {
  healthy: 'good',
  idle: 'quiet',
  'never-started': 'quiet',
  unknown: 'warn',
  stalled: 'bad',
  'no-core': 'bad',
  'not-live': 'bad',
  'not-registered': 'bad',
};

export const toneOf = (condition: ConditionName): Tone => TONES[condition];

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

export function ConditionBadge({ is }: { readonly is: ConditionName }) {
  return <Badge tone={toneOf(is)}>{CONDITION[is]}</Badge>;
}

/** The way from the overview to here; with a para, by way of its view. */
export function Crumbs({ para }: { readonly para?: { readonly paraId: number; readonly name: string } }) {
  return (
    <nav class="crumbs" aria-label={text.path}>
      <a href={linkTo.overview}>{text.overview}</a>
      {para && (
        <>
          <span aria-hidden="true">/</span>
          <a href={linkTo.para(para.paraId)}>{para.name}</a>
        </>
      )}
    </nav>
  );
}

/** What whoever votes must know before. */
export function VoterWarnings({ of }: { readonly of: Parameters<typeof voterWarnings>[0] }) {
  return voterWarnings(of).map((warning) => (
    <div class="note warn" key={warning}>
      <p>{warning}</p>
    </div>
  ));
}

/** Sets the title of the window, and gives the heading the focus when the place is another one. */
export function PageTitle({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${text.brand}`;
  }, [title]);
  useEffect(() => {
    if (isFocusFree()) heading.current?.focus();
  }, []);
  return (
    <div class="title">
      <h1 tabIndex={-1} id="title" ref={heading}>
        {title}
      </h1>
      {children}
    </div>
  );
}

export function Section(props: {
  readonly title: string;
  /** Among the first where there is room for one column only. */
  readonly early?: boolean;
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={props.early ? 'panel early' : 'panel'}>
      <header>
        <h2>{props.title}</h2>
        {props.note}
      </header>
      {props.children}
    </section>
  );
}

/** Names and values; a value that is null is left out. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ComponentChildren])[] }) {
  return (
    <dl class="facts">
      {of
        .filter(([, value]) => value !== null && value !== undefined && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A hash or an address, cut in the middle, with a button that copies the whole of it. */
export function Hash({
  value,
  what,
  whole,
}: {
  readonly value: string;
  readonly what: string;
  readonly whole?: boolean;
}) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    void navigator.clipboard?.writeText(value).then(
      () => setCopied(true),
      () => undefined,
    );
  return (
    <span class="hash">
      <code title={value}>{whole ? value : short(value)}</code>
      <button
        type="button"
        class="copy"
        aria-label={copied ? text.copied : text.copy(what)}
        title={text.copy(what)}
        onClick={copy}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          {copied ? <path d="M3 8.5l3.2 3.2L13 4.8" /> : <path d="M5.5 5.5h7v8h-7zM3.5 10.5v-8h7" />}
        </svg>
      </button>
    </span>
  );
}

export function Amount({ planck, token }: { readonly planck: bigint; readonly token: Token | null }) {
  return (
    <span class="amount" title={exactAmount(planck, token)}>
      {amount(planck, token)}
    </span>
  );
}

/** What was asked for, or that it is on its way, or why it is not there. */
export function Show<T>(props: {
  readonly of: Loaded<T>;
  readonly children: (data: T) => ComponentChildren;
}) {
  const { data, error } = props.of;
  if (error === null && data === null) return <p class="quiet">{text.loading}</p>;
  return (
    <>
      {error !== null && <ErrorNote message={error.message} />}
      {data !== null && props.children(data)}
    </>
  );
}

export function ErrorNote({ message }: { readonly message: string }) {
  return (
    <div class="note bad" role="alert">
      <strong>{text.failed}</strong>
      <p>{message}</p>
    </div>
  );
}

export function Lines({ of }: { readonly of: readonly string[] }) {
  return (
    <ul class="lines">
      {of.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
