import { ChoiceField } from '../parts/choice-field.tsx';
import { TextField } from '../parts/text-field.tsx';
import { useTexts } from '../texts/use-texts.ts';
import type { WatchDraft } from './watch-draft.ts';

/** When the alarm is raised; the age only where it counts. */
export function WatchFields(props: {
  draft: WatchDraft;
  change: (change: Partial<WatchDraft>) => void;
  error: string | undefined;
}) {
  const texts = useTexts().t.channels;
  const { draft, change, error } = props;
  const isAge = draft.when === 'age';
  return (
    <>
      <ChoiceField
        label={texts.alarm}
        value={draft.when}
        choices={texts.whens}
        error={isAge ? undefined : error}
        change={(when) => change({ when: when as WatchDraft['when'] })}
      />
      {isAge && (
        <div class="pair">
          <TextField
            numeric
            label={texts.age}
            help={texts.ageHelp}
            value={draft.count}
            error={error}
            change={(count) => change({ count })}
          />
          <ChoiceField
            label={texts.ageUnit}
            value={draft.unit}
            choices={texts.ageUnits}
            change={(unit) => change({ unit })}
          />
        </div>
      )}
    </>
  );
}
