import { useRef } from 'react';
import { Link, useParams } from 'react-router';
import type { ImageBody } from '@darkroom/contracts';
import { failureText, useTexts } from '../texts/texts.ts';
import { AlertIcon, BackIcon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { usePage } from '../ui/use-page.ts';
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
  return (
    <>
      <Link className="back" to="/">
        <BackIcon />
        {t.image.back}
      </Link>
      <Content key={id} id={id} />
    </>
  );
}

function Content({ id }: { id: string }) {
  const t = useTexts();
  const handle = useImage(id);
  const { image, error, reload } = handle;
  const renewed = useRef(false);
  // Signed addresses run out on a page that stays open: the image, asked for again, brings new ones.
  const renewOnce = () => {
    if (!renewed.current) reload();
    renewed.current = true;
  };
  const title = image ? image.title || image.original_filename : t.image.loading;
  const heading = usePage(title);

  if (image === undefined) {
    if (error === 'gone') {
      return <Notice tone="error" heading="h1" title={t.image.gone.title} text={t.image.gone.text} />;
    }
    if (error === 'failed') {
      const action = { label: t.retry, onPress: reload };
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
      <Stage image={image} onBroken={renewOnce} />
      <div className="image__side">
        <h1 className="image__title" ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {image.description !== '' && <p className="image__description">{image.description}</p>}
        <Trouble image={image} handle={handle} />
        <Actions handle={handle} image={image} />
        <Facts image={image} />
      </div>
      <div className="image__more">
        <Variants image={image} onRebuild={handle.rebuild} />
        <Details image={image} />
        {image.gps !== null && <Position gps={image.gps} />}
        <Timeline timeline={handle.timeline} />
      </div>
    </article>
  );
}

/** Why there is less to see than there should be. */
function Trouble({ image, handle }: { image: ImageBody; handle: ImageHandle }) {
  const t = useTexts();
  if (image.status === 'deleted') {
    return (
      <div className="trouble">
        <AlertIcon />
        <p>
          <strong>{t.image.deletedTitle}.</strong> {t.image.deletedText}{' '}
          <button className="link" type="button" onClick={() => void handle.restore()}>
            {t.image.restore}
          </button>
        </p>
      </div>
    );
  }
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
