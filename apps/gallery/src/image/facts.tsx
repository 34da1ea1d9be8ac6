import type { ImageBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { formatBytes, formatDateTime, formatDimensions } from '../ui/format.ts';

export function Facts({ image }: { image: ImageBody }) {
  const t = useTexts();
  const { width, height } = image;
  return (
    <section aria-labelledby="facts-heading">
      <h2 className="visually-hidden" id="facts-heading">
        {t.image.facts}
      </h2>
      <dl className="facts">
        <Fact name={t.image.file}>{image.original_filename}</Fact>
        {width !== null && height !== null && (
          <Fact name={t.image.dimensions}>{formatDimensions(width, height)}</Fact>
        )}
        <Fact name={t.image.size}>{formatBytes(image.file_size, t.locale)}</Fact>
        <Fact name={t.image.type}>{image.content_type}</Fact>
        <Fact name={t.image.category}>{image.category.name}</Fact>
        <Fact name={t.image.uploaded}>{formatDateTime(image.created_at, t.locale)}</Fact>
        {image.dominant_color !== null && (
          <Fact name={t.image.colour}>
            <span className="swatch" style={{ backgroundColor: image.dominant_color }} />
            {image.dominant_color}
          </Fact>
        )}
        {image.tags.length > 0 && (
          <Fact name={t.image.tags}>
            {image.tags.map((tag) => (
              <span key={tag} className="tag">
                {tag}
              </span>
            ))}
          </Fact>
        )}
      </dl>
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
