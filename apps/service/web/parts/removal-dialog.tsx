import { useAction } from '../api/use-action.ts';
import { Dialog } from './dialog.tsx';
import { FailureNotice } from './failure-notice.tsx';

/** Asks before something is taken away for good, and says why it could not be. `remove` does it and what follows. */
export function RemovalDialog(props: {
  title: string;
  /** What that means. */
  text: string;
  submit: string;
  remove: () => Promise<void>;
  close: () => void;
}) {
  const action = useAction();
  return (
    <Dialog
      title={props.title}
      submit={props.submit}
      danger
      busy={action.busy}
      onSubmit={() => void action.run(props.remove)}
      onClose={props.close}
    >
      <p>{props.text}</p>
      <FailureNotice failure={action.failure} />
    </Dialog>
  );
}
