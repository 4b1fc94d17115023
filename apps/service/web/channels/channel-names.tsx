import type { Channel } from '../api/answers.ts';
import { useTexts } from '../texts/use-texts.ts';

/** Who is notified, for those who cannot change it. */
export function ChannelNames({ channels }: { channels: readonly Channel[] }) {
  const { t } = useTexts();
  return (
    <section class="group settings">
      <h2>{t.channels.title}</h2>
      {channels.length === 0 && <p>{t.channels.none}</p>}
      <ul class="plain">
        {channels.map(({ kind, name }) => (
          <li key={`${kind} ${name}`} class="path">
            {name} ({t.channels.kinds[kind] ?? kind})
          </li>
        ))}
      </ul>
    </section>
  );
}
