import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { useTexts } from '../texts/use-texts.ts';

/**
 * A question before something is done. The browser's own modal dialog: it keeps the focus inside, Escape closes it,
 * and the focus goes back to where it came from.
 */
export function Dialog(props: {
  title: string;
  submit: string;
  danger?: boolean;
  busy?: boolean;
  disabled?: boolean;
  /** Without it there is nothing to cancel, only to close. */
  onSubmit?: () => void;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { t } = useTexts();
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const open = dialog.current;
    open?.showModal();
  }, []);
  // It is closed before it is taken away: so the focus goes back.
  const close = () => dialog.current?.close();
  const submit = (event: Event) => {
    event.preventDefault();
    if (props.onSubmit === undefined) close();
    else if (!props.busy && !props.disabled) props.onSubmit();
  };
  return (
    <dialog ref={dialog} aria-labelledby={titleId} onClose={props.onClose}>
      <article>
        <form onSubmit={submit} noValidate>
          <h2 id={titleId}>{props.title}</h2>
          {props.children}
          <footer class="answers">
            {props.onSubmit !== undefined && (
              <button type="button" class="secondary" onClick={close}>
                {t.page.cancel}
              </button>
            )}
            <button
              type="submit"
              class={props.danger ? 'danger' : undefined}
              disabled={props.disabled}
              aria-busy={props.busy}
            >
              {props.submit}
            </button>
          </footer>
        </form>
      </article>
    </dialog>
  );
}
