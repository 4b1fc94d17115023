import type { Role } from '../api/answers.ts';
import { ROLES } from '../api/answers.ts';
import { ChoiceField } from '../parts/choice-field.tsx';
import { useTexts } from '../texts/use-texts.ts';

export function RoleField({ role, change }: { role: Role; change: (role: Role) => void }) {
  const { t } = useTexts();
  return (
    <ChoiceField
      label={t.access.role}
      help={t.roleMeaning[role]}
      value={role}
      choices={t.role}
      change={(value) => change(ROLES.find((known) => known === value) ?? 'viewer')}
    />
  );
}
