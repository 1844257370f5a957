// The photos as cards, and the viewer that opens from one.
import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import '../styles/viewer.css'; // with the page, not with the viewer: a style sheet that failed to load once is not asked for again
import { bytes } from '../core/format';
import { type FileProblem, filesOf, isBusy, type Photo } from '../core/queue';
import { type Wording, wordingOf } from '../core/wording';
import { limits } from '../session';
import { text } from '../text';
import { thumbnailOf } from '../thumbnails';
import type { ViewerProps } from '../viewer/viewer';
import type { Workbench } from '../workbench';
import { Icon } from './icon';
import { Bar, Dialog, LoadError } from './parts';
import { useSeen } from './use_seen';

type Mode = ViewerProps['initialMode'];

export function PhotoGrid({ workbench }: { workbench: Workbench }) {
  const { photos } = workbench.queue.value;
  const [open, setOpen] = useState<{ id: number; mode: Mode } | null>(null);
  const { Viewer, failed, load } = useViewer();
  useEffect(() => {
    if (open && failed) load();
  }, [open !== null]);
  return (
    <>
      <ul class="photos">
        {photos.map((photo) => (
          <li key={photo.id}>
            <Card photo={photo} workbench={workbench} onOpen={(mode) => setOpen({ id: photo.id, mode })} />
          </li>
        ))}
      </ul>
      {open && Viewer && (
        <Viewer workbench={workbench} photoId={open.id} initialMode={open.mode} onMove={(id) => setOpen({ id, mode: 'compare' })} onClose={() => setOpen(null)} />
      )}
      {open && failed && (
        <Dialog title={text.viewer.notLoaded} onClose={() => setOpen(null)}>
          <LoadError error={text.errors.unreachable} retry={load} />
          <div class="dialog-actions">
            <button type="button" class="button" onClick={() => setOpen(null)}>
              {text.app.close}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}

/** The viewer and the editor are loaded with the first photo. */
function useViewer(): { Viewer: ComponentType<ViewerProps> | null; failed: boolean; load: () => void } {
  const [Viewer, setViewer] = useState<ComponentType<ViewerProps> | null>(null);
  const [failed, setFailed] = useState(false);
  const load = () => {
    setFailed(false);
    import('../viewer/viewer').then(
      (module) => setViewer(() => module.Viewer),
      () => setFailed(true),
    );
  };
  useEffect(load, []);
  return { Viewer, failed, load };
}

export function problemText(problem: FileProblem): string {
  const { fileMaxBytes, filesMax, pixelsMax } = limits.value;
  switch (problem) {
    case 'too_large':
      return text.tool.problems.too_large(Math.floor(fileMaxBytes / 1024 / 1024));
    case 'too_many':
      return text.tool.problems.too_many(filesMax);
    case 'too_many_pixels':
      return text.tool.problems.too_many_pixels(Math.floor(pixelsMax / 1e6));
    default:
      return text.tool.problems[problem];
  }
}

interface CardProps {
  photo: Photo;
  workbench: Workbench;
  onOpen: (mode: Mode) => void;
}

function Card({ photo, workbench, onOpen }: CardProps) {
  const element = useRef<HTMLElement>(null);
  const thumbnail = useThumbnail(photo, workbench, useSeen(element));
  const wording = photo.image && !isBusy(photo) ? wordingOf(photo.image) : null;
  const hasOriginal = workbench.hasOriginal(photo);
  const canOpen = !photo.problem && !photo.unshowable && photo.stage !== 'gone' && (hasOriginal || filesOf(photo).url !== undefined);
  const picture = thumbnail ? <img src={thumbnail} alt="" width="240" height="180" loading="lazy" decoding="async" /> : <Icon name="image" />;
  return (
    <article ref={element} class={`card ${photo.problem ? 'has-problem' : ''}`} data-stage={photo.stage}>
      <div class="card-picture">
        {canOpen ? (
          <button type="button" class="card-open" aria-label={text.tool.open(photo.name)} onClick={() => onOpen(photo.stage === 'chosen' ? 'edit' : 'compare')}>
            {picture}
          </button>
        ) : (
          picture
        )}
        {photo.stage === 'chosen' && (
          <button type="button" class="card-remove" aria-label={text.tool.remove(photo.name)} onClick={() => workbench.remove(photo.id)}>
            <Icon name="cross" />
          </button>
        )}
        {photo.stage === 'chosen' && photo.hasMask && <span class="chip">{text.tool.masked}</span>}
        {photo.stage === 'sending' && <Bar share={sentShare(photo)} label={text.tool.progressOf(photo.name)} />}
      </div>
      <div class="card-text">
        <h2 class="card-name" title={photo.name}>
          {photo.name}
        </h2>
        <div class="card-status">
          <CardStatus photo={photo} wording={wording} />
        </div>
      </div>
      <CardActions photo={photo} canPaint={canOpen && hasOriginal && !isBusy(photo)} onOpen={onOpen} onRetry={hasOriginal ? () => void workbench.retry(photo.id) : null} />
    </article>
  );
}

const sentShare = (photo: Photo) => (photo.sizeBytes > 0 ? photo.sentBytes / photo.sizeBytes : 0);

// As high whatever the stage, so that a result moves nothing on the page; only what went wrong takes more.
function CardStatus({ photo, wording }: { photo: Photo; wording: Wording | null }) {
  if (photo.problem) return <p class="tone-bad small">{problemText(photo.problem)}</p>;
  switch (photo.stage) {
    case 'chosen':
      return (
        <p class="quiet small number">
          {photo.unshowable ? text.tool.unshowable : bytes(photo.sizeBytes)}
          {photo.size && <span class="cell-detail">{text.viewer.size(photo.size.width, photo.size.height)}</span>}
        </p>
      );
    case 'sending':
      return <p class="quiet small number">{text.tool.sending(Math.floor(sentShare(photo) * 100))}</p>;
    case 'working':
      return (
        <p class="quiet small working">
          <span class="spinner" aria-hidden="true" />
          {text.tool.working}
        </p>
      );
    case 'gone':
      return <p class="quiet small">{text.tool.gone}</p>;
    case 'finished':
      return (
        wording && (
          <>
            <p class="card-verdict small number">
              <strong class={`tone-${wording.tone}`}>{wording.title}</strong>
              <span class="quiet">{wording.cost}</span>
            </p>
            {wording.tone === 'bad' && <p class="quiet small">{wording.detail}</p>}
            {photo.filesGone && wording.tone !== 'bad' && <p class="quiet small">{text.tool.gone}</p>}
          </>
        )
      );
  }
}

// Failures that another try may not have.
const kPassing = ['timeout', 'engine_failure'];

interface CardActionsProps {
  photo: Photo;
  canPaint: boolean;
  onOpen: (mode: Mode) => void;
  onRetry: (() => void) | null;
}

function CardActions({ photo, canPaint, onOpen, onRetry }: CardActionsProps) {
  const url = photo.stage === 'finished' ? filesOf(photo).url : undefined;
  const canRetry = onRetry && photo.stage === 'finished' && kPassing.includes(photo.image?.code ?? '');
  return (
    <div class="card-actions">
      {canPaint && !canRetry && (
        <button type="button" class="button small" aria-label={text.tool.paintOf(photo.name)} onClick={() => onOpen('edit')}>
          <Icon name="brush" />
          {text.tool.paint}
        </button>
      )}
      {canRetry && (
        <button type="button" class="button small" onClick={onRetry}>
          {text.app.retry}
        </button>
      )}
      {url && (
        <a class="button small icon" href={url} download="" aria-label={text.tool.downloadOf(photo.name)}>
          <Icon name="download" />
        </a>
      )}
    </div>
  );
}

/** Of the result, once there is one and the card is seen; before that, of the photo as it was sent. */
function useThumbnail(photo: Photo, workbench: Workbench, isSeen: boolean): string | undefined {
  const own = workbench.thumbnails.value.get(photo.id);
  const [found, setFound] = useState<string | undefined>();
  const { job } = photo;
  const files = filesOf(photo);
  const which = photo.stage === 'finished' && photo.image?.ok ? 'result' : 'sent';
  const url = (which === 'result' ? files.url : undefined) ?? files.originalUrl; // a search has no result of its own
  useEffect(() => {
    if (!isSeen || !job || (which === 'sent' && own)) return;
    let made: string | undefined;
    let over = false;
    void thumbnailOf({ jobId: job.id, index: job.index, which }, url)
      .then((blob) => {
        if (!blob || over) return;
        made = URL.createObjectURL(blob);
        setFound(made);
      })
      .catch(() => {}); // without a picture the card still says all
    return () => {
      over = true;
      setFound(undefined);
      if (made) URL.revokeObjectURL(made);
    };
  }, [isSeen, job?.id, which, url]);
  return found ?? own;
}
