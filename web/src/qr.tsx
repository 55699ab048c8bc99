import { useEffect, useState } from 'preact/hooks';
import { text } from './strings.ts';

/** What a QR code is of, and what it is good for. */
export interface CodeOf {
  readonly content: Uint8Array;
  readonly says: string;
}

/** QR codes that are made when somebody wants to see them. */
export function QrCodes({ of }: { readonly of: readonly CodeOf[] }) {
  const [shown, setShown] = useState(false);
  return (
    <details onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>{text.qrCodes}</summary>
      {shown && (
        <div class="qr-codes">
          {of.map(({ content, says }) => (
            <figure key={says}>
              <QrCode of={content} label={says} />
              <figcaption>{says}</figcaption>
            </figure>
          ))}
        </div>
      )}
    </details>
  );
}

/** A QR code, dark on light in both looks of the page: that is what scanners read. What makes it is loaded when the first one is shown. */
function QrCode({ of, label }: { readonly of: Uint8Array; readonly label: string }) {
  const [path, setPath] = useState<{ readonly size: number; readonly dark: string } | null | undefined>();
  useEffect(() => {
    let late = false;
    import('../../src/bytes/qr-code.ts').then(
      ({ qrModules }) => {
        if (!late) setPath(drawn(qrModules(of)));
      },
      () => {
        if (!late) setPath(null);
      },
    );
    return () => {
      late = true;
    };
  }, [of]);
  if (path === undefined) return <p class="quiet">{text.loading}</p>;
  if (path === null) return <p class="quiet">{text.qrTooLong}</p>;
  return (
    <svg
      class="qr"
      viewBox={`0 0 ${path.size} ${path.size}`}
      shape-rendering="crispEdges"
      role="img"
      aria-label={label}
    >
      <path d={path.dark} />
    </svg>
  );
}

/** Each run of dark modules of a row as a rectangle. */
function drawn(modules: readonly (readonly boolean[])[] | null) {
  if (modules === null) return null;
  const runs = modules.flatMap((row, y) =>
    [
      ...row
        .map((dark) => (dark ? '1' : '0'))
        .join('')
        .matchAll(/1+/g),
    ].map(({ index, 0: run }) => `M${index} ${y}h${run.length}v1h-${run.length}z`),
  );
  return { size: modules.length, dark: runs.join('') };
}
