// Where an image stands in the viewer: geometry alone. Image coordinates are native pixels, view coordinates CSS pixels
// from the stage's upper left corner; view = image * scale + (x, y).

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface View extends Point {
  scale: number;
}

/** Half-open: [x0, x1) by [y0, y1). */
export interface Rect {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** At most 16 CSS pixels to an image pixel. */
export const kMaxScale = 16;
const kMargin = 16;

export const toImage = (view: View, p: Point): Point => ({ x: (p.x - view.x) / view.scale, y: (p.y - view.y) / view.scale });
export const toView = (view: View, p: Point): Point => ({ x: p.x * view.scale + view.x, y: p.y * view.scale + view.y });

/** The whole image, centred, with a margin; small images are not enlarged beyond their native pixels. */
export function fit(image: Size, stage: Size, nativeScale: number): View {
  const room = { width: Math.max(1, stage.width - 2 * kMargin), height: Math.max(1, stage.height - 2 * kMargin) };
  const scale = Math.min(room.width / image.width, room.height / image.height, nativeScale);
  return { scale, x: (stage.width - image.width * scale) / 2, y: (stage.height - image.height * scale) / 2 };
}

/** The image can't be lost: along each axis it is centred where it fits, and otherwise covers the stage. */
export function keepInside(view: View, image: Size, stage: Size): View {
  const along = (offset: number, length: number, room: number) =>
    length <= room ? (room - length) / 2 : Math.min(0, Math.max(room - length, offset));
  return {
    scale: view.scale,
    x: along(view.x, image.width * view.scale, stage.width),
    y: along(view.y, image.height * view.scale, stage.height),
  };
}

/** Zoomed to `scale`, held within its bounds, so that what is under `anchor` (view coordinates) stays there. */
export function zoomTo(view: View, scale: number, anchor: Point, image: Size, stage: Size, nativeScale: number): View {
  const least = Math.min(fit(image, stage, nativeScale).scale, nativeScale);
  const next = Math.min(Math.max(scale, least), Math.max(kMaxScale, least));
  const fixed = toImage(view, anchor);
  return keepInside({ scale: next, x: anchor.x - fixed.x * next, y: anchor.y - fixed.y * next }, image, stage);
}

export function panBy(view: View, dx: number, dy: number, image: Size, stage: Size): View {
  return keepInside({ ...view, x: view.x + dx, y: view.y + dy }, image, stage);
}
