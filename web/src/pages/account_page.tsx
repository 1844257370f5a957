// The account: balance, keys, ledger, password, terms.
import { useEffect, useState } from 'preact/hooks';
import '../styles/account.css';
import { ApiError, call } from '../api/client';
import type { ApiKey, LedgerEntry } from '../api/types';
import { date, dateTime, relative } from '../core/format';
import { go } from '../router';
import { account, limits, refreshBalance, session, signOut } from '../session';
import { text } from '../text';
import { forgetThumbnails } from '../thumbnails';
import { Icon } from '../ui/icon';
import { Confirm, CopyButton, Dialog, Empty, Field, LoadError, Notice, PageHead, useLoaded, useTask } from '../ui/parts';
import { Section, Table, Tile, usePaged } from '../ui/lists';
import { useRights } from '../ui/use_rights';
import { workbench } from '../workbench';
import { SignInPage } from './auth_pages';

export function AccountPage() {
  const who = account.value;
  useEffect(() => {
    if (who) void refreshBalance().catch(() => {});
  }, []);
  if (!who) return <SignInPage />;
  return (
    <div class="page account">
      <div class="spread">
        <PageHead title={text.account.title} lead={who.email} />
        <SignOut />
      </div>
      <dl class="tiles">
        <Tile label={text.account.balance} value={text.credits(who.balance)} details={[who.balance === 0 ? text.account.creditsHelp : null]} />
        <Tile
          label={text.account.plan}
          value={who.plan}
          details={[
            who.creditsPerMonth > 0 ? text.account.perMonth(text.credits(who.creditsPerMonth), who.price ?? '') : null,
            who.renewsAt ? `${text.account.renews} ${date(who.renewsAt)}` : text.account.neverRenews,
          ]}
        />
        <Tile label={text.account.since} value={date(who.createdAt)} />
      </dl>
      <Keys />
      <Ledger />
      <Password />
      <Rights />
    </div>
  );
}

function SignOut() {
  const task = useTask(async () => {
    await signOut();
    workbench.clear();
    await forgetThumbnails();
    go('/');
  });
  return (
    <button type="button" class="button" disabled={task.busy} onClick={() => void task.run()}>
      {text.account.signOut}
    </button>
  );
}

function Keys() {
  const keys = useLoaded(async () => (await call<{ keys: ApiKey[] }>('GET', '/api/web/keys')).keys);
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const create = useTask(async () => {
    const { text: key } = await call<{ text: string }>('POST', '/api/web/keys', { body: { name: name.trim() } });
    setMade(key);
    setName('');
    await keys.reload();
  });
  const rights = useRights(() => void create.run());
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    rights.run();
  };
  return (
    <Section id="keys" title={text.account.keys} lead={text.account.keysLead}>
      <form class="key-form" onSubmit={submit}>
        <Field label={text.account.keyName} placeholder={text.account.keyNamePlaceholder} value={name} maxLength={100} onInput={setName} autocomplete="off" />
        <button type="submit" class="button primary" disabled={create.busy}>
          <Icon name="plus" />
          {text.account.createKey}
        </button>
      </form>
      {create.error && <Notice tone="bad">{create.error}</Notice>}
      {keys.error && <LoadError error={keys.error} retry={() => void keys.reload()} />}
      {keys.value?.length === 0 && <Empty icon="key" title={text.account.keysEmpty} detail={text.account.keysEmptyDetail} />}
      {keys.value && keys.value.length > 0 && <KeyTable keys={keys.value} onRevoke={setRevoking} />}
      {made && <NewKey value={made} onClose={() => setMade(null)} />}
      {revoking && (
        <Confirm
          title={text.account.revokeTitle(revoking.name || revoking.prefix)}
          detail={text.account.revokeDetail}
          action={text.account.revoke}
          onClose={() => setRevoking(null)}
          onConfirm={async () => {
            await call('DELETE', `/api/web/keys/${revoking.id}`);
            await keys.reload();
          }}
        />
      )}
      {rights.dialog}
    </Section>
  );
}

function KeyTable({ keys, onRevoke }: { keys: ApiKey[]; onRevoke: (key: ApiKey) => void }) {
  const order = [...keys].reverse().sort((a, b) => Number(a.revokedAt !== null) - Number(b.revokedAt !== null));
  return (
    <Table
      label={text.account.keys}
      columns={[
        { title: text.account.name },
        { title: text.account.created, kind: 'wide-cell' },
        { title: text.account.lastUsed },
        { title: text.account.revoke, kind: 'read-only' },
      ]}
    >
      {order.map((key) => (
        <tr key={key.id} class={key.revokedAt ? 'quiet' : ''}>
          <th scope="row" class="key-name">
            {key.name || text.account.unnamed}
            <code class="quiet key-prefix">{key.prefix}…</code>
          </th>
          <td class="nowrap wide-cell">{date(key.createdAt)}</td>
          <td class="nowrap">{key.lastUsedAt ? relative(key.lastUsedAt, Date.now()) : text.account.never}</td>
          <td class="end">
            {key.revokedAt ? (
              <span class="chip">{text.account.revoked}</span>
            ) : (
              <button type="button" class="button small danger" aria-label={text.account.revokeOf(key.name || key.prefix)} onClick={() => onRevoke(key)}>
                {text.account.revoke}
              </button>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function NewKey({ value, onClose }: { value: string; onClose: () => void }) {
  const curl = `curl -H 'Authorization: Bearer ${value}' -F files=@photo.jpg ${location.origin}/api/v1/remove`;
  return (
    <Dialog title={text.account.keyNew} onClose={onClose} wide closable={false}>
      <p class="quiet">{text.account.keyOnce}</p>
      <div class="copy-line">
        <code data-testid="new-key">{value}</code>
        <CopyButton value={value} />
      </div>
      <h3>{text.account.keyTry}</h3>
      <div class="copy-line">
        <code>{curl}</code>
        <CopyButton value={curl} />
      </div>
      <div class="dialog-actions">
        <button type="button" class="button primary" onClick={onClose}>
          {text.account.keyDone}
        </button>
      </div>
    </Dialog>
  );
}

function Ledger() {
  // The balance of another place may have changed what is listed: load again with it.
  const { items, rest } = usePaged<LedgerEntry>('/api/web/account/ledger?limit=20', 'entries', [account.value?.balance]);
  return (
    <Section id="ledger" title={text.account.ledger} lead={text.account.ledgerLead}>
      {items?.length === 0 && <Empty icon="clock" title={text.account.ledgerEmpty} detail={text.account.ledgerEmptyDetail} />}
      {items && items.length > 0 && (
        <Table
          label={text.account.ledger}
          columns={[{ title: text.account.what }, { title: text.account.when, kind: 'wide-cell' }, { title: text.account.amount, kind: 'end' }]}
        >
          {items.map((entry) => (
            <tr key={entry.id}>
              <td>
                {text.account.reasons[entry.reason](entry.amount)}
                <span class="quiet small cell-detail narrow-cell">{dateTime(entry.createdAt)}</span>
                {entry.jobId && (
                  <span class="quiet small cell-detail">
                    <a href={`/jobs/${entry.jobId}`}>{text.account.inJob(entry.jobId.slice(0, 8))}</a>
                    {entry.imageIndex !== null && `, ${text.account.image(entry.imageIndex)}`}
                    {entry.note && `: ${noteOf(entry.note)}`}
                  </span>
                )}
                {entry.note && !entry.jobId && <span class="quiet small cell-detail">{entry.note}</span>}
              </td>
              <td class="nowrap quiet wide-cell">{dateTime(entry.createdAt)}</td>
              <td class={`end number ${entry.amount > 0 ? 'tone-good' : ''}`}>{entry.amount > 0 ? `+${entry.amount}` : `−${-entry.amount}`}</td>
            </tr>
          ))}
        </Table>
      )}
      {rest}
    </Section>
  );
}

/** Of a refund: the code of what failed, in words. */
const noteOf = (note: string) => (text.account.refundNotes as Record<string, string>)[note] ?? note;

function Password() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [checked, setChecked] = useState(false);
  const [done, setDone] = useState(false);
  const least = limits.value.passwordMinChars;
  const task = useTask(async () => {
    try {
      await call('POST', '/api/web/password', { body: { currentPassword: current, newPassword: next } });
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) throw new Error(text.account.currentWrong);
      if (error instanceof ApiError && error.status === 429) throw new Error(text.auth.slowDown(error.retryAfterSeconds ?? 60));
      throw error;
    }
  });
  const isShort = [...next].length < least;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    setDone(false);
    if (current === '' || isShort || !(await task.run())) return;
    setDone(true);
    setChecked(false);
    setCurrent('');
    setNext('');
  };
  return (
    <Section id="password" title={text.account.security}>
      <form class="password-form" noValidate onSubmit={(event) => void submit(event)}>
        <input type="email" autocomplete="username" value={account.value?.email} readOnly hidden />
        <Field
          label={text.account.currentPassword}
          type="password"
          autocomplete="current-password"
          value={current}
          onInput={setCurrent}
          error={checked && current === '' ? text.auth.passwordNeeded : null}
        />
        <Field
          label={text.account.newPassword}
          type="password"
          autocomplete="new-password"
          value={next}
          onInput={setNext}
          hint={text.auth.passwordHint(least)}
          error={checked && isShort ? text.auth.passwordShort(least) : null}
        />
        <button type="submit" class="button" disabled={task.busy}>
          {text.account.change}
        </button>
      </form>
      {task.error && <Notice tone="bad">{task.error}</Notice>}
      {done && <Notice tone="good">{text.account.changed}</Notice>}
    </Section>
  );
}

function Rights() {
  const accepted = account.value?.rights;
  return (
    <Section id="rights" title={text.account.rights}>
      <blockquote class="rights-text">{session.value?.rights.text}</blockquote>
      {accepted && <p class="quiet small">{text.account.accepted(date(accepted.acceptedAt), accepted.version)}</p>}
    </Section>
  );
}
