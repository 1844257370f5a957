// The photos as cards, and the viewer that opens from one.
import type { ComponentType, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { bytes } from '../core/format';
import { type FileProblem, isBusy, type Photo } from '../core/queue';
import { type Wording, wordingOf } from '../core/wording';
import { limits } from '../session';
import { text } from '../text';
import { thumbnailOf } from '../thumbnails';
import type { ViewerProps } from '../viewer/viewer';
import type { Workbench } from '../workbench';
import { Icon } from './icon';
import { Bar } from './parts';

type Mode = ViewerProps['initialMode'];

export function PhotoGrid({ workbench }: { workbench: Workbench }) {
  const { photos } = workbench.queue.value;
  const [open, setOpen] = useState<{ id: number; mode: Mode } | null>(null);
  const Viewer = useViewer(open !== null);
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
    </>
  );
}

/** The viewer and the editor are loaded with the first photo. */
function useViewer(wanted: boolean): ComponentType<ViewerProps> | null {
  const [Viewer, setViewer] = useState<ComponentType<ViewerProps> | null>(null);
  useEffect(() => {
    // Where the server is away just now, it is asked again when a photo is opened.
    import('../viewer/viewer').then(
      (module) => setViewer(() => module.Viewer),
      () => {},
    );
  }, [wanted]);
  return Viewer;
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
  const canOpen = !photo.problem && photo.stage !== 'gone' && (photo.stage !== 'finished' || photo.image?.ok === true || thumbnail !== undefined);
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
      </div>
      <div class="card-text">
        <h2 class="card-name" title={photo.name}>
          {photo.name}
        </h2>
        <CardStatus photo={photo} wording={wording} />
      </div>
      <CardActions photo={photo} onOpen={onOpen} onRetry={workbench.hasOriginal(photo) ? () => void workbench.retry(photo.id) : null} />
    </article>
  );
}

function CardStatus({ photo, wording }: { photo: Photo; wording: Wording | null }) {
  if (photo.problem) return <p class="tone-bad small">{problemText(photo.problem)}</p>;
  switch (photo.stage) {
    case 'chosen':
      return (
        <p class="quiet small number">
          {bytes(photo.sizeBytes)}
          {photo.hasMask && <span class="chip">{text.tool.masked}</span>}
        </p>
      );
    case 'sending': {
      const share = photo.sizeBytes > 0 ? photo.sentBytes / photo.sizeBytes : 0;
      return (
        <>
          <p class="quiet small number">{text.tool.sending(Math.floor(share * 100))}</p>
          <Bar share={share} label={text.tool.progress} />
        </>
      );
    }
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
            <p class="small number">
              <strong class={`tone-${wording.tone}`}>{wording.title}</strong> <span class="quiet">· {wording.cost}</span>
            </p>
            {wording.tone !== 'good' && <p class="quiet small">{wording.detail}</p>}
          </>
        )
      );
  }
}

// Failures that another try may not have.
const kPassing = ['timeout', 'engine_failure'];

function CardActions({ photo, onOpen, onRetry }: { photo: Photo; onOpen: (mode: Mode) => void; onRetry: (() => void) | null }) {
  const canPaint = (photo.stage === 'chosen' && !photo.problem) || (photo.stage === 'finished' && photo.image?.originalUrl);
  const url = photo.stage === 'finished' && photo.image?.ok ? photo.image.url : undefined;
  const canRetry = onRetry && photo.stage === 'finished' && kPassing.includes(photo.image?.code ?? '');
  if (!canPaint && !url && !canRetry) return null;
  return (
    <div class="card-actions">
      {canPaint && (
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
  const { job, image } = photo;
  const result = photo.stage === 'finished' && image?.ok ? image.url : undefined;
  const url = result ?? (own ? undefined : image?.originalUrl);
  useEffect(() => {
    if (!isSeen || !job || !url) return;
    let made: string | undefined;
    let over = false;
    void thumbnailOf({ jobId: job.id, index: job.index, which: result ? 'result' : 'sent' }, url)
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
  }, [isSeen, url]);
  return found ?? own;
}

/** Whether the element has been in the window, or nearly. */
function useSeen(element: RefObject<Element | null>): boolean {
  const [isSeen, setSeen] = useState(false);
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && setSeen(true), { rootMargin: '200px' });
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return isSeen;
}
