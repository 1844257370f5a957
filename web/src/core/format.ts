// Numbers and times as people read them.

const kUnits = ['B', 'KB', 'MB', 'GB', 'TB'];

export function bytes(count: number): string {
  let unit = 0;
  while (count >= 1024 && unit + 1 < kUnits.length) {
    count /= 1024;
    ++unit;
  }
  return `${count >= 100 || unit === 0 ? Math.round(count) : Number(count.toFixed(1))} ${kUnits[unit]}`;
}

export function dateTime(time: string): string {
  return new Date(time).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}

export function date(time: string): string {
  return new Date(time).toLocaleDateString(undefined, { dateStyle: 'medium' });
}

/** "in 5 hours", "3 days ago"; to the largest unit that is at least one. */
export function relative(time: string, now: number): string {
  const seconds = (Date.parse(time) - now) / 1000;
  const format = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [['day', 86_400], ['hour', 3600], ['minute', 60]];
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(Math.trunc(seconds), 'second');
}

export function percent(fraction: number): string {
  return fraction > 0 && fraction < 0.001 ? '<0.1%' : `${Number((fraction * 100).toFixed(fraction < 0.1 ? 1 : 0))}%`;
}
