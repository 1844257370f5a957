// Past jobs, and one of them (`/jobs/:jobId`).
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import '../styles/tool.css';
import '../styles/jobs.css';
import { call } from '../api/client';
import { indexOf, isExpired, type Job } from '../api/types';
import { dateTime, relative } from '../core/format';
import { tally } from '../core/wording';
import { go, path } from '../router';
import { account } from '../session';
import { text } from '../text';
import { forgetThumbnails, thumbnailOf } from '../thumbnails';
import { Icon } from '../ui/icon';
import { usePaged } from '../ui/lists';
import { Confirm, Empty, LoadError, PageHead, useLoaded } from '../ui/parts';
import { PhotoGrid } from '../ui/photo_grid';
import { RunPanel } from '../ui/run_panel';
import { useSeen } from '../ui/use_seen';
import { Workbench } from '../workbench';
import { SignInPage } from './auth_pages';

const kThumbnailsMax = 5;

export function JobsPage() {
  const jobId = path.value.split('/')[2];
  if (!account.value) return <SignInPage />;
  return jobId ? <OneJob key={jobId} jobId={jobId} /> : <List />;
}

const whenOf = (job: Job) => (job.createdAt ? dateTime(job.createdAt) : job.id);

function List() {
  const { items, setItems, rest } = usePaged<Job>('/api/web/jobs?limit=20', 'jobs');
  const [deleting, setDeleting] = useState<Job | null>(null);
  return (
    <div class="page">
      <PageHead title={text.jobs.title} lead={text.jobs.lead} />
      {items?.length === 0 && (
        <Empty icon="clock" title={text.jobs.empty} detail={text.jobs.emptyDetail}>
          <a class="button primary" href="/">
            {text.jobs.start}
          </a>
        </Empty>
      )}
      <ul class="jobs">
        {items?.map((job) => (
          <li key={job.id}>
            <JobRow job={job} onDelete={() => setDeleting(job)} />
          </li>
        ))}
      </ul>
      {rest}
      {deleting && <DeleteJob job={deleting} onClose={() => setDeleting(null)} onDeleted={() => setItems(items!.filter(({ id }) => id !== deleting.id))} />}
    </div>
  );
}

function DeleteJob({ job, onClose, onDeleted }: { job: Job; onClose: () => void; onDeleted: () => void }) {
  const remove = async () => {
    await call('DELETE', `/api/web/jobs/${job.id}`);
    await forgetThumbnails(job.id);
    onDeleted();
  };
  return <Confirm title={text.jobs.deleteTitle} detail={text.jobs.deleteDetail} action={text.jobs.delete} onClose={onClose} onConfirm={remove} />;
}

function JobRow({ job, onDelete }: { job: Job; onDelete: () => void }) {
  const sums = tally(job.images);
  const when = whenOf(job);
  const state = job.status === 'processing' ? text.jobs.processing(job.completed, job.total) : job.task === 'detect' ? text.jobs.search : text.tool.tally(sums.charged, sums.refunded);
  const expired = isExpired(job);
  return (
    <article class="job">
      <div class="job-text">
        <h2>
          <a href={`/jobs/${job.id}`}>{when}</a>
        </h2>
        <p class="small">
          {text.images(job.total)} · {state}
          {sums.failed > 0 && <span class="tone-bad"> · {text.tool.failedCount(sums.failed)}</span>}
        </p>
        {job.expiresAt && <p class="quiet small">{expired ? text.jobs.expired : text.jobs.expires(relative(job.expiresAt, Date.now()))}</p>}
      </div>
      <Thumbnails job={job} />
      <div class="row job-actions">
        {!expired && job.task !== 'detect' && job.images.length > sums.failed && <ZipLink job={job} />}
        <button type="button" class="button small icon" aria-label={text.jobs.deleteOf(when)} onClick={onDelete}>
          <Icon name="trash" />
        </button>
      </div>
    </article>
  );
}

function ZipLink({ job }: { job: Job }) {
  return (
    <a class="button small" href={`/api/web/jobs/${job.id}/archive`} download="" aria-label={text.jobs.zipOf(whenOf(job))}>
      <Icon name="download" />
      {text.jobs.zip}
    </a>
  );
}

function Thumbnails({ job }: { job: Job }) {
  const shown = job.images.slice(0, kThumbnailsMax);
  const [urls, setUrls] = useState<ReadonlyMap<number, string>>(new Map());
  const element = useRef<HTMLDivElement>(null);
  const isSeen = useSeen(element);
  useEffect(() => {
    if (!isSeen) return;
    const made: string[] = [];
    let over = false;
    void (async () => {
      for (const image of shown) {
        const blob = await thumbnailOf({ jobId: job.id, index: indexOf(image), which: 'result' }, isExpired(job) ? undefined : (image.url ?? image.originalUrl)).catch(() => null);
        if (over) return;
        if (!blob) continue;
        const url = URL.createObjectURL(blob);
        made.push(url);
        setUrls((known) => new Map(known).set(indexOf(image), url));
      }
    })();
    return () => {
      over = true;
      made.forEach((url) => URL.revokeObjectURL(url));
    };
  }, [job.id, shown.length, isSeen]);
  return (
    <div ref={element} class="job-pictures" aria-hidden="true">
      {shown.map((image) => (
        <span key={image.id} class="job-picture">
          {urls.has(indexOf(image)) ? <img src={urls.get(indexOf(image))} alt="" width="64" height="64" /> : <Icon name="image" />}
        </span>
      ))}
      {job.total > kThumbnailsMax && <span class="job-picture quiet small">{text.jobs.moreImages(job.total - kThumbnailsMax)}</span>}
    </div>
  );
}

function OneJob({ jobId }: { jobId: string }) {
  const workbench = useMemo(() => new Workbench(), []);
  const [deleting, setDeleting] = useState(false);
  const job = useLoaded(async () => {
    const found = await call<Job>('GET', `/api/web/jobs/${jobId}`);
    const photos = Array.from({ length: found.total }, (_, i) => ({ id: i + 1, name: found.images.find((image) => indexOf(image) === i)?.filename ?? '' }));
    await workbench.restore([{ jobId, photos }]);
    return found;
  });
  useEffect(() => () => workbench.clear(), []);
  const title = job.value ? whenOf(job.value) : text.app.loading;
  return (
    <div class="page">
      <div class="spread tool-head">
        <PageHead title={title}>
          {job.value?.expiresAt && (
            <p class="quiet">{isExpired(job.value) ? text.jobs.expired : text.jobs.expires(relative(job.value.expiresAt, Date.now()))}</p>
          )}
        </PageHead>
        <div class="row">
          <a class="button plain" href="/jobs">
            <Icon name="left" />
            {text.jobs.title}
          </a>
          {job.value && (
            <button type="button" class="button" onClick={() => setDeleting(true)}>
              <Icon name="trash" />
              {text.jobs.delete}
            </button>
          )}
        </div>
      </div>
      {job.error && <LoadError error={job.error} retry={() => void job.reload()} />}
      {job.value && <RunPanel workbench={workbench} onRun={() => {}} />}
      {job.value && <PhotoGrid workbench={workbench} />}
      {deleting && job.value && <DeleteJob job={job.value} onClose={() => setDeleting(false)} onDeleted={() => go('/jobs')} />}
    </div>
  );
}
