import { DarkroomImage } from '@darkroom/react-uploader';
import { useState } from 'react';
import type { ImageBody, VariantBody } from '@darkroom/contracts';
import { useTexts, wordFor } from '../texts/texts.ts';
import { formatBytes, formatDimensions, formatPercent } from '../ui/format.ts';
import { useKeepsFocus } from '../ui/use-keeps-focus.ts';

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
  const saved = image.file_size - variant.file_size;
  const picture = pictureOf(variant, image);
  const percent = formatPercent(Math.abs(saved) / image.file_size, t.locale);
  const bytes = formatBytes(Math.abs(saved), t.locale);
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
      <p className="variant__facts">{formatBytes(variant.file_size, t.locale)}</p>
      <p className={saved >= 0 ? 'variant__facts variant__saved' : 'variant__facts'}>
        {saved >= 0 ? t.image.saved(bytes, percent) : t.image.larger(bytes, percent)}
      </p>
    </li>
  );
}

function VariantsFailed({ onRebuild }: { onRebuild: () => Promise<void> }) {
  const t = useTexts();
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const keepsFocus = useKeepsFocus();
  const rebuild = () => {
    setState('busy'); // until the image is another one, and this is gone
    onRebuild().catch(() => setState('failed'));
  };
  return (
    <p role="alert">
      {state === 'failed' ? t.image.rebuildFailed : t.image.variantsFailed}{' '}
      <button
        ref={keepsFocus}
        className="link"
        type="button"
        aria-disabled={state === 'busy'}
        onClick={state === 'busy' ? undefined : rebuild}
      >
        {state === 'busy' ? t.loading : t.image.rebuild}
      </button>
    </p>
  );
}
