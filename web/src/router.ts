// Paths of the app: links stay ordinary links, and this takes over those that lead to a page of the app.
import { computed, signal } from '@preact/signals';

export const path = signal(location.pathname);
export const page = computed(() => path.value.split('/')[1] ?? '');

/** `hash` and the query come along in `to`. */
export function go(to: string): void {
  if (to !== location.pathname + location.search + location.hash) history.pushState(null, '', to);
  const changed = path.value !== location.pathname;
  path.value = location.pathname;
  if (changed) scrollTo(0, 0);
}

function follow(event: MouseEvent): void {
  const anchor = (event.target as Element | null)?.closest?.('a');
  if (!anchor || event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (anchor.origin !== location.origin || anchor.hasAttribute('download') || (anchor.target && anchor.target !== '_self')) return;
  if (anchor.pathname === location.pathname && anchor.hash) return; // within the page
  if (anchor.pathname.startsWith('/api/') || anchor.pathname.includes('.')) return;
  event.preventDefault();
  go(anchor.pathname + anchor.search + anchor.hash);
}

export function startRouter(): void {
  addEventListener('click', follow);
  addEventListener('popstate', () => (path.value = location.pathname));
}
