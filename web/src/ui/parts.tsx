// The small parts that pages share.
import { signal } from '@preact/signals';
import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Tone } from '../core/wording';
import { text } from '../text';
import { Icon, type IconName } from './icon';

const kToneIcons: Record<Tone, IconName> = { good: 'check', caution: 'alert', bad: 'alert', neutral: 'info' };

interface NoticeProps {
  tone: Tone;
  title?: string;
  children?: ComponentChildren;
}

/** A message in the page. What went wrong is announced at once, the rest politely. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={kToneIcons[tone]} />
      <div class="notice-body">
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

export function Empty({ icon, title, detail, children }: { icon: IconName; title: string; detail: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <strong>{title}</strong>
      <p class="quiet">{detail}</p>
      {children}
    </div>
  );
}

/** `share` in [0, 1]. */
export function Bar({ share, label }: { share: number; label: string }) {
  return (
    <div class="bar" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)}>
      <div style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: 'text' | 'email' | 'password' | 'number';
  hint?: string;
  error?: string | null | undefined;
  autocomplete?: string;
  placeholder?: string;
  maxLength?: number;
  inputMode?: 'numeric';
}

export function Field({ label, value, onInput, type = 'text', hint, error, ...rest }: FieldProps) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const isPassword = type === 'password';
  const described = error ? `${id}-error` : hint ? `${id}-hint` : undefined; // the error says it again
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class={isPassword ? 'with-button' : undefined}>
        <input
          id={id}
          class="input"
          type={(isPassword && shown ? 'text' : type) as 'text'}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
          aria-invalid={error ? true : undefined}
          aria-describedby={described}
          {...rest}
        />
        {isPassword && (
          <button type="button" class="button plain icon" aria-pressed={shown} aria-label={shown ? text.auth.hide : text.auth.show} onClick={() => setShown(!shown)}>
            <Icon name="eye" />
          </button>
        )}
      </div>
      {hint && !error && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p class="error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

interface DialogProps {
  title: string;
  onClose: () => void;
  wide?: boolean;
  /** False where closing by accident would lose something: Escape does nothing then. */
  closable?: boolean;
  children: ComponentChildren;
}

/** Shows the dialog as long as the component is there, then gives the focus back to what had it. */
export function useModal(ref: RefObject<HTMLDialogElement | null>): void {
  useEffect(() => {
    const dialog = ref.current!;
    const before = document.activeElement as HTMLElement | null;
    dialog.showModal();
    return () => {
      dialog.close();
      before?.focus(); // the browser does it only while the dialog is still in the page
    };
  }, []);
}

/** Modal: the browser keeps the focus inside. */
export function Dialog({ title, onClose, wide, closable = true, children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useModal(ref);
  return (
    <dialog
      ref={ref}
      class={wide ? 'box wide' : 'box'}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        if (closable) onClose();
      }}
    >
      <div class="stack">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps {
  title: string;
  detail: string;
  action: string;
  onConfirm: () => Promise<void>;
  onClose: () => void;
}

export function Confirm({ title, detail, action, onConfirm, onClose }: ConfirmProps) {
  const task = useTask(onConfirm);
  return (
    <Dialog title={title} onClose={onClose}>
      <p class="quiet">{detail}</p>
      {task.error && <Notice tone="bad">{task.error}</Notice>}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {text.app.cancel}
        </button>
        <button type="button" class="button danger" disabled={task.busy} onClick={() => void task.run().then((ok) => ok && onClose())}>
          {action}
        </button>
      </div>
    </Dialog>
  );
}

/** Something that a click starts, once at a time. `run` resolves to whether it succeeded; `error` is what to show. */
export function useTask(work: () => Promise<void>): { run: () => Promise<boolean>; busy: boolean; error: string | null } {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async () => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : text.errors.unexpected);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, error };
}

export function CopyButton({ value, label = text.app.copy }: { value: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
    } catch {
      copyBySelection(value); // plain http on another machine has no clipboard API
    }
    setCopied(true);
    announce(text.app.copied);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" class="button small" onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'copy'} />
      {copied ? text.app.copied : label}
    </button>
  );
}

function copyBySelection(value: string): void {
  const area = document.createElement('textarea');
  area.value = value;
  // Within an open dialog everything outside it is inert.
  (document.querySelector('dialog[open]') ?? document.body).append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

const announcement = signal('');

/** Says something to screen readers. */
export function announce(message: string): void {
  announcement.value = message;
}

export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {announcement}
    </div>
  );
}

/** The page's heading; it takes the focus when the page changes, so that screen readers say where one is. */
export function PageHead({ title, lead, children }: { title: string; lead?: string; children?: ComponentChildren }) {
  const ref = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${text.app.name}`;
    if (pageChanges++ > 0) ref.current!.focus({ preventScroll: true });
  }, [title]);
  return (
    <div class="page-head">
      <h1 ref={ref} tabIndex={-1}>
        {title}
      </h1>
      {lead && <p class="lead">{lead}</p>}
      {children}
    </div>
  );
}

let pageChanges = 0;

/** Runs `load` once the component is there, and again by `reload`. */
export function useLoaded<T>(load: () => Promise<T>, inputs: unknown[] = []) {
  const [value, setValue] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const reload = async () => {
    try {
      setValue(await load());
      setError(null);
    } catch (failure) {
      setError(failure instanceof Error ? failure.message : text.errors.unexpected);
    }
  };
  useEffect(() => void reload(), inputs);
  return { value, setValue, error, reload };
}

export function LoadError({ error, retry }: { error: string; retry: () => void }) {
  return (
    <Notice tone="bad">
      <span>{error}</span>
      <button type="button" class="button small" onClick={retry}>
        {text.app.retry}
      </button>
    </Notice>
  );
}
