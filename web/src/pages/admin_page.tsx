// The operator's page: how the server is, its accounts, and what failed.
import { useEffect, useState } from 'preact/hooks';
import '../styles/account.css';
import { call } from '../api/client';
import type { AdminAccount, Failure, Overview } from '../api/types';
import { bytes, date, dateTime, relative } from '../core/format';
import { randomId } from '../core/random_id';
import { account, refreshBalance } from '../session';
import { text } from '../text';
import { Section, Table, Tile, usePaged } from '../ui/lists';
import { Dialog, Field, LoadError, Notice, PageHead, useLoaded, useTask } from '../ui/parts';
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
  const credits = (amount: number) => text.credits(Math.abs(amount));
  return (
    <>
      {overview.error && <LoadError error={overview.error} retry={() => void overview.reload()} />}
      {state.workers.length === 0 && <Notice tone="caution">{text.admin.noWorkers}</Notice>}
      <dl class="tiles">
        <Tile label={text.admin.queue} value={String(state.queue.waiting)} />
        <Tile label={text.admin.working} value={String(state.queue.working)} />
        <Tile label={text.admin.workers} value={String(state.workers.length)} />
        <Tile label={text.admin.disk} value={text.admin.diskOf(bytes(state.disk.freeBytes), bytes(state.disk.totalBytes))} />
        <Tile label={text.admin.accounts} value={String(state.accounts)} />
        <Tile label={text.admin.granted} value={credits(state.ledger.granted)} />
        <Tile label={text.admin.charged} value={credits(state.ledger.charged)} />
        <Tile label={text.admin.refunded} value={credits(state.ledger.refunded)} />
      </dl>
      <p class="quiet small">{text.admin.version(state.version)}</p>
    </>
  );
}

function Accounts() {
  const { items, setItems, rest } = usePaged<AdminAccount>('/api/web/admin/accounts?limit=50', 'accounts');
  const [granting, setGranting] = useState<AdminAccount | null>(null);
  const granted = (id: string, balance: number) => {
    setItems(items!.map((one) => (one.id === id ? { ...one, balance } : one)));
    void refreshBalance().catch(() => {});
  };
  return (
    <Section id="accounts" title={text.admin.accounts}>
      {items && (
        <Table
          label={text.admin.accounts}
          columns={[
            { title: text.admin.email },
            { title: text.admin.plan, kind: 'wide-cell' },
            { title: text.admin.created, kind: 'wide-cell' },
            { title: text.admin.balance, kind: 'end' },
            { title: text.admin.grant, kind: 'read-only' },
          ]}
        >
          {items.map((one) => (
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
        </Table>
      )}
      {rest}
      {granting && <Grant to={granting} onClose={() => setGranting(null)} onGranted={(balance) => granted(granting.id, balance)} />}
    </Section>
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

const whose = ({ email, jobId }: Failure) => `${email ?? '–'} · ${jobId.slice(0, 8)}`;

function Failures() {
  const failures = useLoaded(async () => (await call<{ failures: Failure[] }>('GET', '/api/web/admin/failures?limit=50')).failures);
  return (
    <Section id="failures" title={text.admin.failures}>
      {failures.error && <LoadError error={failures.error} retry={() => void failures.reload()} />}
      {failures.value?.length === 0 && <p class="quiet">{text.admin.failuresEmpty}</p>}
      {failures.value && failures.value.length > 0 && (
        <Table label={text.admin.failures} columns={[{ title: text.admin.why }, { title: text.admin.image, kind: 'wide-cell' }, { title: text.admin.when, kind: 'end' }]}>
          {failures.value.map((failure) => (
            <tr key={`${failure.jobId}/${failure.imageId}`}>
              <td>
                <code>{failure.code}</code>
                <span class="quiet small cell-detail">{failure.error}</span>
                <span class="quiet small cell-detail narrow-cell breaks">
                  {failure.imageId} · {whose(failure)}
                </span>
              </td>
              <td class="wide-cell breaks">
                {failure.imageId}
                <span class="quiet small cell-detail">{whose(failure)}</span>
              </td>
              <td class="end" title={dateTime(failure.finishedAt)}>
                {relative(failure.finishedAt, Date.now())}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </Section>
  );
}
