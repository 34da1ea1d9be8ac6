import type { ImageBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { Picture } from '../ui/picture.tsx';

const shown = ['thumbnail', 'small', 'medium', 'large', 'webp'];

/** The picture itself, as large as the window allows, in the resolution that fits it. */
export function Stage({ image }: { image: ImageBody }) {
  const t = useTexts();
  const variants = image.variants.filter(({ variant_type }) => shown.includes(variant_type));
  const bySize = variants.toSorted((a, b) => a.width - b.width);
  const best = bySize.findLast(({ width, height }) => Math.max(width, height) <= 1200) ?? bySize[0];
  const width = image.width ?? 3;
  const height = image.height ?? 2;
  const style = { '--shape': width / height } as React.CSSProperties;
  const pending = image.status === 'completed' && image.processing.variants.state !== 'failed';
  return (
    <div className="stage-frame">
      <div className="stage-frame__fit" style={style}>
        <Picture
          src={best?.url ?? null}
          srcSet={bySize.map((v) => `${v.url} ${v.width}w`).join(', ') || undefined}
          sizes="(max-width: 60rem) 100vw, 52rem"
          alt={image.alt_text || image.title || image.original_filename}
          width={width}
          height={height}
          placeholder={image.placeholder}
          eager
        />
      </div>
      {best === undefined && pending && (
        <p className="stage-frame__note" role="status">
          {t.image.developing}
        </p>
      )}
    </div>
  );
}
