export interface DrillEnd {
  result: 'green' | 'red' | 'stopped';
  error?: unknown;
}
