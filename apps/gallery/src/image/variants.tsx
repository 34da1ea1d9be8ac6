import { DarkroomImage } from '@darkroom/react-uploader';
import { useState } from 'react';
import type { ImageBody, VariantBody } from '@darkroom/contracts';
import { failureText, useTexts, wordFor } from '../texts/texts.ts';
import { formatBytes, formatDimensions, formatPercent } from '../ui/format.ts';

/** The variants side by side: how large each is, and what it saves against the original. */
export function Variants({ image, onRebuild }: { image: ImageBody; onRebuild: () => Promise<void> }) {
  const t = useTexts();
  const state = image.processing.variants.state;
  if (image.status !== 'completed') return null;
  const variants = image.variants.toSorted((a, b) => a.width * a.height - b.width * b.height);
  return (
    <section className="panel" aria-labelledby="variants-heading">
      <div className="panel__head">
        <h2 id="variants-heading">{t.image.variants}</h2>
        <p className="quiet">{t.image.variantsIntro(formatBytes(image.file_size, t.locale))}</p>
      </div>
      {state === 'failed' && <VariantsFailed onRebuild={onRebuild} />}
      {state !== 'failed' && variants.length === 0 && <p className="quiet">{t.image.developing}</p>}
      <ul className="variants">
        {variants.map((variant) => (
          <Variant key={variant.variant_type} variant={variant} image={image} />
        ))}
      </ul>
    </section>
  );
}

/** What stands in for a variant that would be many times too large for its tile; the link leads to itself. */
function pictureOf(variant: VariantBody, image: ImageBody): VariantBody {
  const isLarge = ({ width, height }: VariantBody) => Math.max(width, height) > 1200;
  if (!isLarge(variant)) return variant;
  const fitting = image.variants.filter((other) => !isLarge(other));
  return fitting.toSorted((a, b) => b.width - a.width)[0] ?? variant;
}

function Variant({ variant, image }: { variant: VariantBody; image: ImageBody }) {
  const t = useTexts();
  const name = wordFor(t.image.variantNames, variant.variant_type);
  const saved = 1 - variant.file_size / image.file_size;
  const picture = pictureOf(variant, image);
  const percent = formatPercent(Math.abs(saved), t.locale);
  return (
    <li>
      <a
        className="variant"
        href={variant.url}
        target="_blank"
        rel="noreferrer"
        aria-label={t.image.openVariant(name)}
      >
        <span
          className="variant__mat"
          style={{ '--shape': picture.width / picture.height } as React.CSSProperties}
        >
          <DarkroomImage image={{ ...picture, placeholder: image.placeholder, variants: [picture] }} alt="" />
        </span>
      </a>
      <p className="variant__name">{name}</p>
      <p className="variant__facts">
        {formatDimensions(variant.width, variant.height)} · {variant.content_type.replace('image/', '')}
      </p>
      <p className="variant__facts">
        {formatBytes(variant.file_size, t.locale)} ·{' '}
        <span className={saved >= 0 ? 'variant__saved' : ''}>
          {saved >= 0 ? t.image.saved(percent) : t.image.larger(percent)}
        </span>
      </p>
    </li>
  );
}

function VariantsFailed({ onRebuild }: { onRebuild: () => Promise<void> }) {
  const t = useTexts();
  const [failed, setFailed] = useState(false);
  return (
    <p role="alert">
      {failed ? failureText(t, { code: 'server' }).what : t.image.variantsFailed}{' '}
      <button className="link" type="button" onClick={() => void onRebuild().catch(() => setFailed(true))}>
        {t.image.rebuild}
      </button>
    </p>
  );
}
