// The start: choose photos, see what is wrong with them, run, and get the results as they come.
import { useEffect, useRef, useState } from 'preact/hooks';
import '../styles/tool.css';
import { go } from '../router';
import { account, limits, refreshBalance } from '../session';
import { text } from '../text';
import { Example } from '../ui/example';
import { Icon } from '../ui/icon';
import { PhotoGrid } from '../ui/photo_grid';
import { RunPanel } from '../ui/run_panel';
import { useRights } from '../ui/use_rights';
import { restoreWorkbench, workbench } from '../workbench';
import { PageHead } from '../ui/parts';

export function ToolPage() {
  const photos = workbench.queue.value.photos;
  const email = account.value?.email;
  useEffect(() => {
    if (email) void restoreWorkbench();
  }, [email]);
  useFreshBalance();
  const dragging = useDrop();
  usePaste();
  useLeaveWarning();

  const rights = useRights(() => {
    document.querySelector('h1')!.focus(); // the button goes
    void workbench.sendAll();
  });
  return (
    <div class="page tool">
      {photos.length === 0 ? <Welcome /> : <Working onRun={() => (account.value ? rights.run() : go('/sign-up'))} />}
      {dragging && (
        <div class="drop-cover" aria-hidden="true">
          <span>{text.tool.dropHere}</span>
        </div>
      )}
      {rights.dialog}
    </div>
  );
}

function Welcome() {
  const { filesMax, fileMaxBytes } = limits.value;
  return (
    <>
      <div class="welcome">
        <PageHead title={text.tool.title} lead={text.tool.lead} />
        <div class="drop">
          <Icon name="image" />
          <p class="drop-title by-mouse">{text.tool.dropTitle}</p>
          <p class="quiet by-mouse">{text.tool.dropOr}</p>
          <p class="drop-title by-touch">{text.tool.touchTitle}</p>
          <Choose label={text.tool.choose} kind="primary large" />
          <p class="quiet small">{text.tool.hint(filesMax, Math.floor(fileMaxBytes / 1024 / 1024))}</p>
        </div>
      </div>
      <ul class="facts">
        {text.tool.facts.map((fact) => (
          <li key={fact.title}>
            <h2>{fact.title}</h2>
            <p class="quiet">{fact.detail}</p>
          </li>
        ))}
      </ul>
      <Example />
    </>
  );
}

function Working({ onRun }: { onRun: () => void }) {
  return (
    <>
      <div class="spread tool-head">
        <PageHead title={text.tool.photos} />
        <div class="row">
          <Choose label={text.tool.addMore} kind="" />
          <button type="button" class="button plain" disabled={workbench.isBusy.value} onClick={() => workbench.clear()}>
            {text.tool.clear}
          </button>
        </div>
      </div>
      <RunPanel workbench={workbench} onRun={onRun} />
      <PhotoGrid workbench={workbench} />
    </>
  );
}

function Choose({ label, kind }: { label: string; kind: string }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={`button ${kind}`} onClick={() => input.current!.click()}>
        <Icon name="plus" />
        {label}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="image/jpeg,image/png,image/webp"
        onChange={(event) => {
          workbench.add([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}

/** Files dropped anywhere on the page. Returns whether some are held over it. */
function useDrop(): boolean {
  const [dragging, setDragging] = useState(false);
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setDragging(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setDragging(false);
      workbench.add([...event.dataTransfer!.files]);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  return dragging;
}

function usePaste(): void {
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      workbench.add(files);
    };
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, []);
}

/** Only while something is being sent: what the server has is found again. */
function useLeaveWarning(): void {
  const sending = workbench.queue.value.submissions.length > 0;
  useEffect(() => {
    if (!sending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [sending]);
}

/** Credits may have been granted while the page lay in the background. */
function useFreshBalance(): void {
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === 'visible' && account.value) void refreshBalance().catch(() => {});
    };
    addEventListener('visibilitychange', refresh);
    return () => removeEventListener('visibilitychange', refresh);
  }, []);
}
