import type { Canary } from './drill-parts.ts';
import type { DrillCanary } from './drill-report.ts';

export function describeCanary({
  name,
  of,
  query,
  wanted,
}: Canary): Pick<DrillCanary, 'name' | 'of' | 'query' | 'wanted'> {
  return { name, of, query, wanted: 'expect' in wanted ? wanted.expect : `at least ${wanted.atLeast}` };
}
