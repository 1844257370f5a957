// Above the photos: what happens next, how far it is, what it cost, and what was refused.
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api/types';
import { allResults, filesOf, isSendable, overallProgress, type Photo } from '../core/queue';
import { tally } from '../core/wording';
import { account } from '../session';
import { text } from '../text';
import type { Workbench } from '../workbench';
import { Icon } from './icon';
import { announce, Bar, Notice } from './parts';

export function RunPanel({ workbench, onRun }: { workbench: Workbench; onRun: () => void }) {
  const { photos, refusal } = workbench.queue.value;
  const skipped = photos.filter((photo) => photo.problem).length;
  return (
    <div class="run-panel">
      <Next photos={photos} onRun={onRun} />
      <Running workbench={workbench} />
      {skipped > 0 && <p class="quiet small">{text.tool.skipped(skipped)}</p>}
      {refusal && <Refusal problem={refusal} />}
    </div>
  );
}

function Next({ photos, onRun }: { photos: Photo[]; onRun: () => void }) {
  const count = photos.filter(isSendable).length;
  if (count === 0) return null;
  const who = account.value;
  const isShort = who !== null && who.balance < count;
  const label = !who ? text.tool.signUpToRun : text.tool.run(count);
  return (
    <div class="run-next">
      <div>
        <p class="run-count">{text.tool.chosen(count)}</p>
        {!isShort && <p class="quiet small">{who ? text.tool.runCost(count, who.balance) : text.tool.runFree}</p>}
      </div>
      <button type="button" class="button primary large" disabled={isShort} onClick={onRun}>
        {label}
      </button>
      {isShort && <NoCredits required={count} balance={who.balance} />}
    </div>
  );
}

function NoCredits({ required, balance }: { required: number; balance: number }) {
  return (
    <Notice tone="caution" title={text.tool.noCreditsTitle}>
      <span>{text.tool.noCredits(required, balance)}</span>
      <a href="/account">{text.tool.noCreditsAccount}</a>
    </Notice>
  );
}

function Running({ workbench }: { workbench: Workbench }) {
  const { photos, submissions } = workbench.queue.value;
  const run = photos.filter((photo) => photo.stage !== 'chosen' && photo.stage !== 'gone');
  const sending = run.filter((photo) => photo.stage === 'sending');
  const finished = run.filter((photo) => photo.stage === 'finished');
  const isDone = run.length > 0 && finished.length === run.length;
  const message = isDone
    ? text.tool.status.done(run.length)
    : sending.length > 0
      ? text.tool.status.sending(sending.filter((photo) => photo.sentBytes >= photo.sizeBytes).length, sending.length)
      : text.tool.status.working(finished.length, run.length);
  useEffect(() => {
    if (finished.length > 0) announce(text.tool.announceDone(finished.length, run.length));
  }, [finished.length]);
  if (run.length === 0) return null;

  const sums = tally(allResults(run));
  const failed = finished.filter((photo) => !photo.image?.ok).length;
  const retryAt = submissions.find((submission) => submission.retryAt !== null)?.retryAt ?? null;
  return (
    <div class="run-status">
      <div class="spread">
        <div class="row">
          <strong class="number">{message}</strong>
          {finished.length > 0 && <span class="quiet small number">{text.tool.tally(sums.charged, sums.refunded)}</span>}
          {failed > 0 && <span class="tone-bad small">{text.tool.failedCount(failed)}</span>}
        </div>
        {isDone && <DownloadAll photos={run} />}
      </div>
      {!isDone && <Bar share={overallProgress(photos)} label={text.tool.progress} />}
      {retryAt !== null && <Retrying at={retryAt} />}
    </div>
  );
}

/** One ZIP a job; photos run again by hand are in jobs of their own. */
function DownloadAll({ photos }: { photos: Photo[] }) {
  const delivered = photos.filter((photo) => filesOf(photo).url);
  const jobs = [...new Set(delivered.flatMap((photo) => photo.job?.id ?? []))];
  if (delivered.length < 2) return null;
  const download = () => {
    for (const job of jobs) {
      const link = document.createElement('a');
      link.href = `/api/web/jobs/${job}/archive`;
      link.download = '';
      link.click();
    }
  };
  return (
    <button type="button" class="button primary" onClick={download}>
      <Icon name="download" />
      {text.tool.downloadAll}
    </button>
  );
}

function Retrying({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return <Notice tone="caution">{text.tool.retrying(Math.max(0, Math.ceil((at - now) / 1000)))}</Notice>;
}

function Refusal({ problem }: { problem: Problem }) {
  if (problem.code === 'insufficient_credits') return <NoCredits required={problem.required ?? 1} balance={problem.balance ?? 0} />;
  return (
    <Notice tone="bad" title={text.tool.refusedTitle}>
      <span>
        {problem.error} {text.tool.refusedNothing}
      </span>
    </Notice>
  );
}
