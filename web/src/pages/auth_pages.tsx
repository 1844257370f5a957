// Sign in, sign up, a forgotten password and a new one by link, and the terms on rights.
import { useEffect, useState } from 'preact/hooks';
import '../styles/auth.css';
import { ApiError, call } from '../api/client';
import { go, page } from '../router';
import { account, limits, session, signIn, signUp } from '../session';
import { text } from '../text';
import { Field, Notice, PageHead, useTask } from '../ui/parts';
import { workbench } from '../workbench';

const kEmail = /^[^\s@]+@[^\s@]+$/;

/** Once signed in: back to the photos, where some are waiting. A page that asked to sign in just goes on. */
function afterwards(): void {
  if (page.value === 'sign-in' || page.value === 'sign-up') go(workbench.queue.value.photos.length > 0 ? '/' : '/account');
}

function refusalText(error: unknown, byStatus: Record<number, string>): string {
  if (!(error instanceof ApiError)) return text.errors.unexpected;
  if (error.status === 429) return text.auth.slowDown(error.retryAfterSeconds ?? 60);
  return byStatus[error.status] ?? error.message;
}

/** Who is signed in already has no use for these pages. */
function useOnlySignedOut(): void {
  useEffect(() => {
    if (account.value) afterwards();
  }, []);
}

/** Rethrows with the words for a person. */
async function worded(work: Promise<void>, byStatus: Record<number, string>): Promise<void> {
  try {
    await work;
  } catch (error) {
    throw new Error(refusalText(error, byStatus));
  }
}

/** Moves the focus to the first field that is wrong. */
function focusFirstInvalid(form: HTMLFormElement): void {
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
}

export function SignInPage() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(false);
  useOnlySignedOut();
  const task = useTask(() => worded(signIn(email.trim(), password), { 401: text.auth.wrong }));
  const errors = {
    email: checked && !kEmail.test(email.trim()) ? text.auth.emailNeeded : null,
    password: checked && password === '' ? text.auth.passwordNeeded : null,
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!kEmail.test(email.trim()) || password === '') return focusFirstInvalid(event.currentTarget as HTMLFormElement);
    if (await task.run()) afterwards();
  };
  return (
    <div class="page narrow">
      <PageHead title={text.auth.signInTitle} />
      <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={text.auth.email} type="email" autocomplete="username" value={email} onInput={setEmail} error={errors.email} />
        <Field label={text.auth.password} type="password" autocomplete="current-password" value={password} onInput={setPassword} error={errors.password} />
        {task.error && <Notice tone="bad">{task.error}</Notice>}
        <button type="submit" class="button primary large" disabled={task.busy}>
          {text.auth.signIn}
        </button>
        <p class="auth-other">
          <a href="/sign-up">{text.auth.toSignUp}</a>
        </p>
        {session.value?.mailsResetLinks ? (
          <p class="auth-other">
            <a href="/forgot">{text.auth.toForgot}</a>
          </p>
        ) : (
          <p class="quiet small">{text.auth.forgot}</p>
        )}
      </form>
    </div>
  );
}

export function SignUpPage() {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [accepts, setAccepts] = useState(false);
  const [checked, setChecked] = useState(false);
  const least = limits.value.passwordMinChars;
  useOnlySignedOut();
  const task = useTask(() => worded(signUp(email.trim(), password), { 409: text.auth.taken }));
  const good = { email: kEmail.test(email.trim()), password: [...password].length >= least };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!good.email || !good.password || !accepts) return focusFirstInvalid(event.currentTarget as HTMLFormElement);
    if (await task.run()) afterwards();
  };
  return (
    <div class="page narrow">
      <PageHead title={text.auth.signUpTitle} />
      <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={text.auth.email} type="email" autocomplete="username" value={email} onInput={setEmail} error={checked && !good.email ? text.auth.emailNeeded : null} />
        <Field
          label={text.auth.password}
          type="password"
          autocomplete="new-password"
          value={password}
          onInput={setPassword}
          hint={text.auth.passwordHint(least)}
          error={checked && !good.password ? text.auth.passwordShort(least) : null}
        />
        <section class="rights" aria-label={text.auth.rightsTitle}>
          <h2>{text.auth.rightsTitle}</h2>
          <blockquote class="rights-text">{session.value?.rights.text}</blockquote>
          <label class="check">
            <input
              type="checkbox"
              checked={accepts}
              aria-invalid={checked && !accepts ? true : undefined}
              aria-describedby={checked && !accepts ? 'accept-error' : undefined}
              onChange={(event) => setAccepts(event.currentTarget.checked)}
            />
            <span>{text.auth.accept}</span>
          </label>
          {checked && !accepts && (
            <p class="error-text" id="accept-error">
              {text.auth.acceptNeeded}
            </p>
          )}
        </section>
        {task.error && <Notice tone="bad">{task.error}</Notice>}
        <button type="submit" class="button primary large" disabled={task.busy}>
          {text.auth.signUp}
        </button>
        <p class="auth-other">
          <a href="/sign-in">{text.auth.toSignIn}</a>
        </p>
      </form>
    </div>
  );
}

/** Says the same whether or not there is such an account, as the server does. */
export function ForgotPage() {
  const [email, setEmail] = useState('');
  const [checked, setChecked] = useState(false);
  const [done, setDone] = useState(false);
  useOnlySignedOut();
  const ask = () => call<void>('POST', '/api/web/password-forgotten', { body: { email: email.trim() } });
  const task = useTask(() => worded(ask(), { 400: text.auth.emailNeeded }));
  const isWrong = !kEmail.test(email.trim());
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isWrong) return focusFirstInvalid(event.currentTarget as HTMLFormElement);
    setDone(await task.run());
  };
  if (!session.value?.mailsResetLinks) {
    return (
      <div class="page narrow">
        <PageHead title={text.auth.forgotTitle} />
        <p>{text.auth.forgot}</p>
      </div>
    );
  }
  return (
    <div class="page narrow">
      <PageHead title={text.auth.forgotTitle} lead={done ? undefined : text.auth.forgotLead} />
      {done ? (
        <Notice tone="good">{text.auth.forgotDone}</Notice>
      ) : (
        <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
          <Field label={text.auth.email} type="email" autocomplete="username" value={email} onInput={setEmail} error={checked && isWrong ? text.auth.emailNeeded : null} />
          {task.error && <Notice tone="bad">{task.error}</Notice>}
          <button type="submit" class="button primary large" disabled={task.busy}>
            {text.auth.forgotSubmit}
          </button>
        </form>
      )}
    </div>
  );
}

/** The link's token stands behind '#'. It leaves the address bar at once, and is kept here only. */
export function ResetPage() {
  const [token] = useState(() => location.hash.slice(1));
  const [password, setPassword] = useState('');
  const [checked, setChecked] = useState(false);
  const [done, setDone] = useState(false);
  const least = limits.value.passwordMinChars;
  const reset = () => call<void>('POST', '/api/web/password-reset', { body: { token, password } });
  const task = useTask(() => worded(reset(), { 410: text.auth.resetGone }));
  useEffect(() => history.replaceState(null, '', '/reset'), []);
  const isShort = [...password].length < least;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setChecked(true);
    if (isShort) return focusFirstInvalid(event.currentTarget as HTMLFormElement);
    setDone(await task.run());
  };
  return (
    <div class="page narrow">
      <PageHead title={text.auth.resetTitle} />
      {token === '' ? (
        <Notice tone="caution">{text.auth.resetNoLink}</Notice>
      ) : done ? (
        <Notice tone="good">
          <span>{text.auth.resetDone}</span>
          <a href="/sign-in">{text.auth.signIn}</a>
        </Notice>
      ) : (
        <form class="stack" noValidate onSubmit={(event) => void submit(event)}>
          <Field
            label={text.auth.newPassword}
            type="password"
            autocomplete="new-password"
            value={password}
            onInput={setPassword}
            hint={text.auth.passwordHint(least)}
            error={checked && isShort ? text.auth.passwordShort(least) : null}
          />
          {task.error && <Notice tone="bad">{task.error}</Notice>}
          <button type="submit" class="button primary large" disabled={task.busy}>
            {text.auth.resetSubmit}
          </button>
        </form>
      )}
    </div>
  );
}

export function TermsPage() {
  const accepted = account.value?.rights;
  return (
    <div class="page">
      <PageHead title={text.app.terms} lead={text.auth.rightsLead} />
      <div class="stack">
        <blockquote class="rights-text">{session.value?.rights.text}</blockquote>
        {accepted && <p class="quiet small">{text.account.accepted(new Date(accepted.acceptedAt).toLocaleDateString(undefined, { dateStyle: 'long' }), accepted.version)}</p>}
      </div>
    </div>
  );
}
