// What the tools paint, as runs of pixels: a stroke's segment (a capsule) and a rectangle. A pixel belongs to a shape
// where its centre (x + 0.5, y + 0.5) lies within.
import type { Point, Rect } from '../view';

export interface Shape {
  /** Holds every pixel of the shape; whole numbers. */
  bounds: Rect;
  /** The pixels of row `y`, half-open [from, to); empty where from >= to. Every shape here is convex, so a row is one run. */
  run(y: number): [from: number, to: number];
}

const firstCentreFrom = (x: number) => Math.ceil(x - 0.5);
const afterLastCentre = (x: number) => Math.floor(x - 0.5) + 1;

/** All points within `radius` of the line from `a` to `b`; a dot where they are one. */
export function capsule(a: Point, b: Point, radius: number): Shape {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  // The straight part: the rectangle between the two caps, its corners in order.
  const nx = length > 0 ? (-(b.y - a.y) / length) * radius : 0;
  const ny = length > 0 ? ((b.x - a.x) / length) * radius : 0;
  const corners: Point[] = [
    { x: a.x + nx, y: a.y + ny },
    { x: b.x + nx, y: b.y + ny },
    { x: b.x - nx, y: b.y - ny },
    { x: a.x - nx, y: a.y - ny },
  ];
  return {
    bounds: {
      x0: Math.floor(Math.min(a.x, b.x) - radius),
      y0: Math.floor(Math.min(a.y, b.y) - radius),
      x1: Math.ceil(Math.max(a.x, b.x) + radius) + 1,
      y1: Math.ceil(Math.max(a.y, b.y) + radius) + 1,
    },
    run(row) {
      const y = row + 0.5;
      let from = Infinity;
      let to = -Infinity;
      const take = (x: number) => {
        from = Math.min(from, x);
        to = Math.max(to, x);
      };
      for (const cap of [a, b]) {
        const half = Math.sqrt(radius * radius - (y - cap.y) ** 2);
        if (half >= 0) {
          take(cap.x - half);
          take(cap.x + half);
        }
      }
      for (let i = 0; i < 4; ++i) {
        const p = corners[i]!;
        const q = corners[(i + 1) % 4]!;
        if (p.y !== q.y && y >= Math.min(p.y, q.y) && y <= Math.max(p.y, q.y)) take(p.x + ((y - p.y) / (q.y - p.y)) * (q.x - p.x));
      }
      return from <= to ? [firstCentreFrom(from), afterLastCentre(to)] : [0, 0];
    },
  };
}

/** The rectangle between two opposite corners, in any order. */
export function box(a: Point, b: Point): Shape {
  const bounds = {
    x0: firstCentreFrom(Math.min(a.x, b.x)),
    y0: firstCentreFrom(Math.min(a.y, b.y)),
    x1: afterLastCentre(Math.max(a.x, b.x)),
    y1: afterLastCentre(Math.max(a.y, b.y)),
  };
  return { bounds, run: (y) => (y >= bounds.y0 && y < bounds.y1 ? [bounds.x0, bounds.x1] : [0, 0]) };
}
