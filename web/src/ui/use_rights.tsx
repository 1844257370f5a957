// What needs the terms accepted: done at once where they are, else after asking.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { acceptRights, account, session } from '../session';
import { text } from '../text';
import { Dialog, Notice, useTask } from './parts';

/** `dialog` belongs into the page; it is null while nothing is asked. */
export function useRights(action: () => void): { run: () => void; dialog: ComponentChildren } {
  const [asks, setAsks] = useState(false);
  const accepted = () => {
    setAsks(false);
    action();
  };
  return {
    run: () => (account.value?.rights ? action() : setAsks(true)),
    dialog: asks ? <RightsDialog onAccepted={accepted} onClose={() => setAsks(false)} /> : null,
  };
}

function RightsDialog({ onAccepted, onClose }: { onAccepted: () => void; onClose: () => void }) {
  const [accepts, setAccepts] = useState(false);
  const task = useTask(acceptRights);
  return (
    <Dialog title={text.auth.rightsNeeded} onClose={onClose}>
      <p class="quiet">{text.auth.rightsLead}</p>
      <blockquote class="rights-text">{session.value?.rights.text}</blockquote>
      <label class="check">
        <input type="checkbox" checked={accepts} onChange={(event) => setAccepts(event.currentTarget.checked)} />
        <span>{text.auth.accept}</span>
      </label>
      {task.error && <Notice tone="bad">{task.error}</Notice>}
      <div class="dialog-actions">
        <button type="button" class="button" onClick={onClose}>
          {text.app.cancel}
        </button>
        <button type="button" class="button primary" disabled={!accepts || task.busy} onClick={() => void task.run().then((ok) => ok && onAccepted())}>
          {text.auth.acceptGo}
        </button>
      </div>
    </Dialog>
  );
}
