/** Milliseconds in words, never less than they are: `0.3 seconds`, `42 seconds`, `4 minutes`, `2 h 10 min`. */
export function longTime(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  if (milliseconds < 10_000) return `${(Math.ceil(milliseconds / 100) / 10).toFixed(1)} seconds`;
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
