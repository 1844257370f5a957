import { useState } from 'preact/hooks';
import { acceptRights, session } from '../session';
import { text } from '../text';
import { Dialog, Notice, useTask } from './parts';

/** Asks an account that has not accepted the statement in force. */
export function RightsDialog({ onAccepted, onClose }: { onAccepted: () => void; onClose: () => void }) {
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
          {text.auth.accept}
        </button>
      </div>
    </Dialog>
  );
}
