// The frame of every page, and which page it is.
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { NotFoundPage } from './pages/not_found_page';
import { ToolPage } from './pages/tool_page';
import { page } from './router';
import { account, refreshSession, session, unreached } from './session';
import { text } from './text';
import { Announcer, Notice } from './ui/parts';

// The tool page comes with the first load, the others when they are opened.
const kPages: Record<string, ComponentType> = {
  '': ToolPage,
  account: lazy(async () => (await import('./pages/account_page')).AccountPage),
  'sign-in': lazy(async () => (await import('./pages/auth_pages')).SignInPage),
  'sign-up': lazy(async () => (await import('./pages/auth_pages')).SignUpPage),
  forgot: lazy(async () => (await import('./pages/auth_pages')).ForgotPage),
  reset: lazy(async () => (await import('./pages/auth_pages')).ResetPage),
  terms: lazy(async () => (await import('./pages/auth_pages')).TermsPage),
  docs: lazy(async () => (await import('./pages/docs_page')).DocsPage),
  jobs: lazy(async () => (await import('./pages/jobs_page')).JobsPage),
  admin: lazy(async () => (await import('./pages/admin_page')).AdminPage),
};

function lazy(load: () => Promise<ComponentType>): ComponentType {
  let loaded: ComponentType | null = null;
  return function Lazy() {
    const [Page, setPage] = useState<ComponentType | null>(() => loaded);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded) return;
      load().then(
        (component) => {
          loaded = component;
          setPage(() => component);
        },
        () => setFailed(true),
      );
    }, []);
    if (failed) return <Unreached retry={() => location.reload()} />;
    return Page ? <Page /> : <Loading />;
  };
}

export function App() {
  const Page = kPages[page.value] ?? NotFoundPage;
  return (
    <div class="shell">
      <Top />
      <main id="main" tabIndex={-1}>
        {unreached.value ? <Unreached retry={() => void refreshSession().catch(() => {})} /> : session.value ? <Page key={page.value} /> : <Loading />}
      </main>
      {(session.value || unreached.value) && (
        <footer class="bottom">
          <div class="bottom-inner">
            <span>{text.app.footer}</span>
            <a href="/terms">{text.app.terms}</a>
          </div>
        </footer>
      )}
      <Announcer />
    </div>
  );
}

function Top() {
  const links: [string, string][] = [
    ['', text.app.tool],
    ['jobs', text.app.jobs],
    ['docs', text.app.docs],
    ['account', text.app.account],
  ];
  if (account.value?.isOperator) links.push(['admin', text.app.admin]);
  return (
    <header class="top">
      <a class="skip button" href="#main">
        {text.app.skip}
      </a>
      <div class="top-inner">
        <a class="wordmark" href="/">
          <img src="/icon.svg" width="26" height="26" alt="" />
          {text.app.name}
        </a>
        <nav aria-label={text.app.navigation}>
          {links.map(([to, label]) => (
            <a key={to} href={`/${to}`} aria-current={page.value === to ? 'page' : undefined}>
              {label}
            </a>
          ))}
        </nav>
        {account.value ? (
          <a class="balance number" href="/account">
            {text.app.balance(account.value.balance)}
          </a>
        ) : session.value ? (
          <a class="button small" href="/sign-in">
            {text.app.signIn}
          </a>
        ) : null}
      </div>
    </header>
  );
}

function Loading() {
  return <div class="page quiet" aria-busy="true" />;
}

function Unreached({ retry }: { retry: () => void }) {
  return (
    <div class="page">
      <Notice tone="bad" title={text.app.unreachedTitle}>
        <span>{text.app.unreachedText}</span>
        <button type="button" class="button small" onClick={retry}>
          {text.app.retry}
        </button>
      </Notice>
    </div>
  );
}
