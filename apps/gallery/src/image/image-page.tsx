import { useDeferredValue, useState } from 'react';
import { Link, useParams } from 'react-router';
import type { ImageBody } from '@darkroom/contracts';
import { useListAddress } from '../grid/list-address.ts';
import { failureText, useTexts } from '../texts/texts.ts';
import { AlertIcon, BackIcon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToast } from '../ui/toast.tsx';
import { useKeepsFocus } from '../ui/use-keeps-focus.ts';
import { usePage } from '../ui/use-page.ts';
import { useSparingly } from '../ui/use-sparingly.ts';
import { Actions } from './actions.tsx';
import { Details } from './details.tsx';
import { Facts } from './facts.tsx';
import { Position } from './position.tsx';
import { Stage } from './stage.tsx';
import { Timeline } from './timeline.tsx';
import { useImage, type ImageHandle } from './use-image.ts';
import { Variants } from './variants.tsx';
import './image-page.css';

export function ImagePage() {
  const t = useTexts();
  const { id = '' } = useParams();
  const list = useListAddress();
  return (
    <>
      <Link className="back" to={list}>
        <BackIcon />
        {list === '/' ? t.image.back : t.image.backToFound}
      </Link>
      <Content key={id} id={id} />
    </>
  );
}

function Content({ id }: { id: string }) {
  const t = useTexts();
  const handle = useImage(id);
  const { image, error, loading, reload } = handle;
  const renewAddresses = useSparingly(reload);
  const title = image ? image.title || image.original_filename : t.image.loading;
  const heading = usePage(title);
  // What stands further down is drawn in small steps, after the picture.
  const further = useDeferredValue(image);

  if (image === undefined) {
    if (error === 'gone') {
      return <Notice tone="error" heading="h1" title={t.image.gone.title} text={t.image.gone.text} />;
    }
    if (error === 'failed') {
      const action = { label: t.retry, onPress: reload, busy: loading };
      const text = failureText(t, { code: 'server' }).advice;
      return <Notice tone="error" heading="h1" title={t.image.failed} text={text} action={action} />;
    }
    return (
      <div className="image image--loading">
        <h1 className="visually-hidden" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <div className="image__blank" />
      </div>
    );
  }
  return (
    <article className="image">
      <Stage image={image} onBroken={renewAddresses} />
      <div className="image__side">
        <h1 className="image__title" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {image.description !== '' && <p className="image__description">{image.description}</p>}
        <Trouble image={image} handle={handle} />
        <Actions handle={handle} image={image} />
        <Facts image={image} />
      </div>
      {further !== undefined && (
        <div className="image__more">
          <Variants image={further} onRebuild={handle.rebuild} />
          <Details image={further} />
          {further.gps !== null && <Position gps={further.gps} />}
          <Timeline timeline={handle.timeline} />
        </div>
      )}
    </article>
  );
}

/** Why there is less to see than there should be. */
function Trouble({ image, handle }: { image: ImageBody; handle: ImageHandle }) {
  const t = useTexts();
  if (image.status === 'deleted') return <Deleted image={image} onRestore={handle.restore} />;
  if (image.status !== 'failed') return null;
  const code = image.failure_code ?? 'rejected';
  const { what, advice } = failureText(t, { code });
  return (
    <div className="trouble">
      <AlertIcon />
      <p>
        <strong>{t.image.refusedTitle}.</strong> {what} {advice}
      </p>
    </div>
  );
}

function Deleted({ image, onRestore }: { image: ImageBody; onRestore: () => Promise<void> }) {
  const t = useTexts();
  const toast = useToast();
  const keepsFocus = useKeepsFocus();
  const [busy, setBusy] = useState(false);
  const restore = async () => {
    setBusy(true);
    try {
      await onRestore();
      toast({ text: t.image.restored(image.title || image.original_filename) });
    } catch {
      toast({ text: t.image.restoreFailed });
    }
    setBusy(false);
  };
  return (
    <div className="trouble">
      <AlertIcon />
      <p>
        <strong>{t.image.deletedTitle}.</strong> {t.image.deletedText}{' '}
        <button
          ref={keepsFocus}
          className="link"
          type="button"
          aria-disabled={busy}
          onClick={busy ? undefined : () => void restore()}
        >
          {busy ? t.image.restoring : t.image.restore}
        </button>
      </p>
    </div>
  );
}
