import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.tsx';
import { useTexts } from '../texts/use-texts.ts';

/** A secret that is shown this once. */
export function SecretDialog(props: { title: string; text: string; secret: string; close: () => void }) {
  const { t } = useTexts();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(props.secret);
    setCopied(true);
  };
  return (
    <Dialog title={props.title} submit={t.page.close} onClose={props.close}>
      <p>{props.text}</p>
      <pre class="secret">{props.secret}</pre>
      {/* Browsers give the clipboard to pages over TLS or of this machine only. */}
      {navigator.clipboard !== undefined && (
        <button type="button" class="small outline" onClick={() => void copy()}>
          {copied ? t.access.copied : t.access.copy}
        </button>
      )}
    </Dialog>
  );
}
