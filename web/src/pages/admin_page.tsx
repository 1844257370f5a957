// The operator's page: how the server is, its accounts, and what failed.
import { useEffect, useState } from 'preact/hooks';
import '../styles/account.css';
import { call } from '../api/client';
import type { AdminAccount, Failure, Overview } from '../api/types';
import { bytes, date, dateTime, relative } from '../core/format';
import { randomId } from '../core/random_id';
import { account, refreshBalance } from '../session';
import { text } from '../text';
import { Dialog, Empty, Field, LoadError, Notice, PageHead, useLoaded, useTask } from '../ui/parts';
import { SignInPage } from './auth_pages';

const kRefreshEvery = 10_000;

export function AdminPage() {
  if (!account.value) return <SignInPage />;
  if (!account.value.isOperator) {
    return (
      <div class="page">
        <PageHead title={text.admin.title} lead={text.admin.forbidden} />
      </div>
    );
  }
  return (
    <div class="page account">
      <PageHead title={text.admin.title} />
      <State />
      <Accounts />
      <Failures />
    </div>
  );
}

function State() {
  const overview = useLoaded(() => call<Overview>('GET', '/api/web/admin/overview'));
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && void overview.reload(), kRefreshEvery);
    return () => clearInterval(timer);
  }, []);
  const state = overview.value;
  if (!state) return overview.error ? <LoadError error={overview.error} retry={() => void overview.reload()} /> : null;
  const tiles: [string, string, string?][] = [
    [text.admin.accounts, String(state.accounts)],
    [text.admin.queue, String(state.queue.waiting)],
    [text.admin.working, String(state.queue.working)],
    [text.admin.workers, String(state.workers.length)],
    [text.admin.disk, bytes(state.disk.freeBytes), text.admin.diskOf(bytes(state.disk.totalBytes))],
  ];
  const sums: [string, number][] = [
    [text.admin.granted, state.ledger.granted],
    [text.admin.charged, state.ledger.charged],
    [text.admin.refunded, state.ledger.refunded],
  ];
  return (
    <>
      {overview.error && <LoadError error={overview.error} retry={() => void overview.reload()} />}
      {state.workers.length === 0 && <Notice tone="caution">{text.admin.noWorkers}</Notice>}
      <dl class="tiles">
        {tiles.map(([label, value, detail]) => (
          <div class="tile" key={label}>
            <dt>{label}</dt>
            <dd class="number">{value}</dd>
            {detail && <dd class="quiet small">{detail}</dd>}
          </div>
        ))}
        {sums.map(([label, value]) => (
          <div class="tile" key={label}>
            <dt>{label}</dt>
            <dd class="number">{text.credits(Math.abs(value))}</dd>
          </div>
        ))}
      </dl>
      <p class="quiet small">{text.admin.version(state.version)}</p>
    </>
  );
}

interface AccountsList {
  accounts: AdminAccount[];
  nextCursor: string | null;
}

function Accounts() {
  const load = (cursor: string) => call<AccountsList>('GET', `/api/web/admin/accounts?limit=50${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
  const page = useLoaded(() => load(''));
  const [granting, setGranting] = useState<AdminAccount | null>(null);
  const more = useTask(async () => {
    const next = await load(page.value!.nextCursor!);
    page.setValue({ accounts: [...page.value!.accounts, ...next.accounts], nextCursor: next.nextCursor });
  });
  const granted = (id: string, balance: number) => {
    page.setValue({ ...page.value!, accounts: page.value!.accounts.map((one) => (one.id === id ? { ...one, balance } : one)) });
    void refreshBalance().catch(() => {});
  };
  return (
    <section class="panel stack" aria-labelledby="accounts">
      <h2 id="accounts">{text.admin.accounts}</h2>
      {page.error && <LoadError error={page.error} retry={() => void page.reload()} />}
      {page.value && (
        <div class="table-box" tabIndex={0} role="region" aria-label={text.tableOf(text.admin.accounts)}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text.admin.email}</th>
                <th scope="col" class="wide-cell">{text.admin.plan}</th>
                <th scope="col" class="wide-cell">{text.admin.created}</th>
                <th scope="col" class="end">
                  {text.admin.balance}
                </th>
                <th scope="col">
                  <span class="visually-hidden">{text.admin.grant}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {page.value.accounts.map((one) => (
                <tr key={one.id}>
                  <th scope="row" class="key-name">
                    {one.email}
                    <span class="row account-flags">
                      {one.isOperator && <span class="chip">{text.admin.operator}</span>}
                      {!one.rightsAcceptedAt && <span class="chip">{text.admin.noRights}</span>}
                      {!one.hasPassword && <span class="chip">{text.admin.noPassword}</span>}
                    </span>
                  </th>
                  <td class="wide-cell">{one.plan}</td>
                  <td class="nowrap wide-cell">{date(one.createdAt)}</td>
                  <td class="end number">{one.balance}</td>
                  <td class="end">
                    <button type="button" class="button small" aria-label={text.admin.grantTo(one.email)} onClick={() => setGranting(one)}>
                      {text.admin.grant}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {page.value?.nextCursor && (
        <button type="button" class="button more" disabled={more.busy} onClick={() => void more.run()}>
          {text.app.more}
        </button>
      )}
      {granting && <Grant to={granting} onClose={() => setGranting(null)} onGranted={(balance) => granted(granting.id, balance)} />}
    </section>
  );
}

function Grant({ to, onClose, onGranted }: { to: AdminAccount; onClose: () => void; onGranted: (balance: number) => void }) {
  const [amount, setAmount] = useState('');
  const [reason, setReason] = useState('');
  const [checked, setChecked] = useState(false);
  const [idempotencyKey] = useState(randomId); // a second click, or a retry, grants once
  const good = { amount: /^[1-9]\d{0,8}$/.test(amount.trim()), reason: reason.trim() !== '' };
  const task = useTask(async () => {
    const body = { amount: Number(amount), reason: reason.trim() };
    onGranted((await call<{ balance: number }>('POST', `/api/web/admin/accounts/${to.id}/credits`, { body, idempotencyKey })).balance);
  });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (good.amount && good.reason && (await task.run())) onClose();
  };
  return (
    <Dialog title={text.admin.grantTitle} onClose={onClose}>
      <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
        <p class="quiet">{to.email}</p>
        <Field label={text.admin.amount} inputMode="numeric" value={amount} onInput={setAmount} error={checked && !good.amount ? text.admin.amountNeeded : null} />
        <Field
          label={text.admin.reason}
          value={reason}
          maxLength={200}
          onInput={setReason}
          hint={text.admin.reasonHint}
          error={checked && !good.reason ? text.admin.reasonNeeded : null}
        />
        {task.error && <Notice tone="bad">{task.error}</Notice>}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {text.app.cancel}
          </button>
          <button type="submit" class="button primary" disabled={task.busy}>
            {text.admin.grant}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Failures() {
  const failures = useLoaded(async () => (await call<{ failures: Failure[] }>('GET', '/api/web/admin/failures?limit=50')).failures);
  return (
    <section class="panel stack" aria-labelledby="failures">
      <h2 id="failures">{text.admin.failures}</h2>
      {failures.error && <LoadError error={failures.error} retry={() => void failures.reload()} />}
      {failures.value?.length === 0 && <Empty icon="check" title={text.admin.failuresEmpty} detail="" />}
      {failures.value && failures.value.length > 0 && (
        <div class="table-box" tabIndex={0} role="region" aria-label={text.tableOf(text.admin.failures)}>
          <table>
            <thead>
              <tr>
                <th scope="col">{text.admin.when}</th>
                <th scope="col">{text.admin.why}</th>
                <th scope="col">{text.admin.email}</th>
                <th scope="col" class="wide-cell">{text.admin.image}</th>
              </tr>
            </thead>
            <tbody>
              {failures.value.map((failure) => (
                <tr key={`${failure.jobId}/${failure.imageId}`}>
                  <td class="nowrap" title={dateTime(failure.finishedAt)}>
                    {relative(failure.finishedAt, Date.now())}
                  </td>
                  <td>
                    <code>{failure.code}</code>
                    <span class="quiet small ledger-note">{failure.error}</span>
                  </td>
                  <td>{failure.email ?? '–'}</td>
                  <td class="mono wide-cell">
                    {failure.jobId.slice(0, 8)}/{failure.imageId}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
