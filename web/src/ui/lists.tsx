// Lists as the pages show them: tables, and what comes page by page.
import type { ComponentChildren } from 'preact';
import { call } from '../api/client';
import { text } from '../text';
import { LoadError, Notice, useLoaded, useTask } from './parts';

export interface Column {
  title: string;
  /** `end`: set to the right; `wide-cell`: left out on a phone; `read-only`: its title is for screen readers. */
  kind?: 'end' | 'wide-cell' | 'read-only';
}

/** `children` are the rows. Wider than its place, it scrolls by itself. */
export function Table({ label, columns, children }: { label: string; columns?: Column[]; children: ComponentChildren }) {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={text.tableOf(label)}>
      <table>
        {columns && (
          <thead>
            <tr>
              {columns.map(({ title, kind }) => (
                <th key={title} scope="col" class={kind}>
                  {kind === 'read-only' ? <span class="visually-hidden">{title}</span> : title}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export interface Paged<T> {
  /** Null until the first page is there. */
  items: T[] | null;
  setItems: (items: T[]) => void;
  /** What went wrong, and the button for the next page where there is one. */
  rest: ComponentChildren;
}

/** A list that the server gives by cursor, under `member` of its answer. It is loaded anew when `inputs` change. */
export function usePaged<T>(path: string, member: string, inputs: unknown[] = []): Paged<T> {
  const load = async (cursor: string) => {
    const answer = await call<Record<string, unknown>>('GET', path + (cursor && `&cursor=${encodeURIComponent(cursor)}`));
    return { items: answer[member] as T[], cursor: answer['nextCursor'] as string | null };
  };
  const { value, setValue, error, reload } = useLoaded(() => load(''), inputs);
  const more = useTask(async () => {
    const next = await load(value!.cursor!);
    setValue({ items: [...value!.items, ...next.items], cursor: next.cursor });
  });
  return {
    items: value?.items ?? null,
    setItems: (items) => setValue({ items, cursor: value?.cursor ?? null }),
    rest: (
      <>
        {error && <LoadError error={error} retry={() => void reload()} />}
        {value?.cursor && (
          <button type="button" class="button more" disabled={more.busy} onClick={() => void more.run()}>
            {text.app.more}
          </button>
        )}
        {more.error && <Notice tone="bad">{more.error}</Notice>}
      </>
    ),
  };
}

/** A part of a page with a heading of its own. */
export function Section({ id, title, lead, children }: { id: string; title: string; lead?: string; children: ComponentChildren }) {
  return (
    <section class="panel stack" aria-labelledby={id}>
      <div class="section-head">
        <h2 id={id}>{title}</h2>
        {lead && <p class="quiet">{lead}</p>}
      </div>
      {children}
    </section>
  );
}

/** A figure or a fact, and what it is. */
export function Tile({ label, value, details = [] }: { label: string; value: string; details?: (string | null)[] }) {
  return (
    <div class="tile">
      <dt>{label}</dt>
      <dd class="number">{value}</dd>
      {details.filter(Boolean).map((detail) => (
        <dd key={detail} class="quiet small">
          {detail}
        </dd>
      ))}
    </div>
  );
}
