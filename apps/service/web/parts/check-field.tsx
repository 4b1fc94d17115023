/** Something that is so or not. */
export function CheckField(props: {
  label: string;
  checked: boolean;
  change: (checked: boolean) => void;
  /** Shown as a switch: it says how things stand, not what is chosen. */
  isSwitch?: boolean;
  disabled?: boolean | undefined;
}) {
  return (
    <label class="check">
      <input
        type="checkbox"
        role={props.isSwitch ? 'switch' : undefined}
        checked={props.checked}
        disabled={props.disabled}
        onChange={(event) => props.change(event.currentTarget.checked)}
      />
      {props.label}
    </label>
  );
}
