// Durations as pictures, reports and the live page say them. A module of its own, which a browser can load.

const DAY = 24 * 60;

/** A duration as people say it: `340 ms`, `1.2 s`, `2 min 5 s`, `1 h 3 min`, `2 d 4 h`. */
export function duration(ms: number): string {
  const [tenths, seconds, minutes] = [Math.round(ms / 100), Math.round(ms / 1000), Math.round(ms / 60_000)] as const;
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (minutes < DAY) return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
