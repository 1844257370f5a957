// What a result is called, what it cost, and what to do about it: the decisions; the words are text.ts's.
import type { JobImage } from '../api/types';
import { text } from '../text';

export type Tone = 'good' | 'caution' | 'neutral' | 'bad';

export interface Wording {
  tone: Tone;
  /** A few words for a label. */
  title: string;
  /** What it means, and what to do. */
  detail: string;
  cost: string;
}

export function wordingOf(image: JobImage): Wording {
  const cost = image.creditRefunded ? text.verdict.refunded : text.verdict.charged;
  if (!image.ok) {
    const known = text.failure as Record<string, string>;
    const detail = known[image.code ?? ''] ?? image.error ?? text.failure.engine_failure;
    return { tone: 'bad', title: text.verdict.failed, detail, cost };
  }
  if (!image.url) return { tone: 'neutral', ...text.verdict.found(image.findings?.length ?? 0), cost: text.verdict.free }; // of a search
  switch (image.verdict) {
    case 'residual':
      return { tone: 'caution', ...text.verdict.residual, cost };
    case 'no_overlay_found':
      return { tone: 'neutral', ...text.verdict.nothing, cost };
    default:
      return { tone: 'good', ...text.verdict.clean, cost };
  }
}

export interface Tally {
  failed: number;
  charged: number;
  refunded: number;
}

export function tally(images: JobImage[]): Tally {
  return {
    failed: images.filter((image) => !image.ok).length,
    charged: images.filter((image) => image.ok && image.url && !image.creditRefunded).length,
    refunded: images.filter((image) => image.creditRefunded).length,
  };
}
