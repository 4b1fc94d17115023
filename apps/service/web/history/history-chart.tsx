import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { HistoryEntry } from '../api/answers.ts';
import type { Formats } from '../texts/formats.ts';
import { useTexts } from '../texts/use-texts.ts';

const HEIGHT = 260;
/** In seconds. */
const DAY = 86_400;

/** Size and duration over time. A picture: who cannot see it has the table below. */
export function HistoryChart({ backups }: { backups: readonly HistoryEntry[] }) {
  const { t, formats } = useTexts();
  const place = useRef<HTMLDivElement>(null);
  const dark = useDark();
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const names = { time: t.history.time, size: t.history.size, duration: t.history.duration };
    const chart = new uPlot(chartOptions(element, names, formats), dataOf(backups), element);
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
    // Its colours are drawn: another scheme is another drawing.
  }, [backups, t, formats, dark]);
  return (
    <figure class="chart" role="img" aria-label={t.history.chart}>
      <div ref={place} aria-hidden="true" />
    </figure>
  );
}

function useDark(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const changed = () => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return dark;
}

/** Oldest first. Where there is no size, there is a gap. */
function dataOf(backups: readonly HistoryEntry[]): uPlot.AlignedData {
  const rising = backups.toSorted((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  return [
    rising.map(({ startedAt }) => Date.parse(startedAt) / 1000),
    rising.map(({ bytes }) => bytes),
    rising.map(({ durationMs }) => durationMs),
  ];
}

function chartOptions(
  element: HTMLElement,
  names: { time: string; size: string; duration: string },
  formats: Formats,
): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const text = colour('--pico-color');
  const grid = { stroke: colour('--pico-muted-border-color'), width: 1 };
  const font = '12px system-ui, sans-serif';
  const axis = { stroke: text, font, grid, ticks: grid };
  const shown = (way: (value: number) => string) => (_: uPlot, value: number | null) =>
    value === null ? '–' : way(value);
  return {
    width: element.clientWidth,
    height: HEIGHT,
    scales: {
      bytes: { range: (_, __, most) => [0, most * 1.1 || 1] },
      ms: { range: (_, __, most) => [0, most * 1.1 || 1] },
    },
    series: [
      { label: names.time, value: shown((value) => formats.dateTime(new Date(value * 1000).toISOString())) },
      {
        label: names.size,
        scale: 'bytes',
        stroke: colour('--size-colour'),
        width: 2,
        points: { show: true, size: 6 },
        value: shown(formats.bytes),
      },
      {
        label: names.duration,
        scale: 'ms',
        stroke: colour('--duration-colour'),
        width: 2,
        dash: [6, 4],
        points: { show: true, size: 6 },
        value: shown(formats.duration),
      },
    ],
    axes: [
      {
        ...axis,
        // Marks less than a day apart would all have the same date.
        values: (_, splits, __, ___, apart) =>
          splits.map((value) => formats[apart < DAY ? 'time' : 'date'](new Date(value * 1000).toISOString())),
        space: 90,
      },
      { ...axis, scale: 'bytes', size: 70, values: (_, splits) => splits.map(formats.bytes) },
      {
        ...axis,
        scale: 'ms',
        side: 1,
        size: 70,
        grid: { show: false },
        values: (_, splits) => splits.map(formats.duration),
      },
    ],
  };
}
