import { DarkroomImage } from '@darkroom/react-uploader';
import type { ImageBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';

/** The picture itself, as large as the window allows, in the resolution that fits it. */
export function Stage({ image, onBroken }: { image: ImageBody; onBroken: () => void }) {
  const t = useTexts();
  const shape = (image.width ?? 3) / (image.height ?? 2);
  const style = { '--shape': shape } as React.CSSProperties;
  const pending = image.status === 'completed' && image.processing.variants.state !== 'failed';
  return (
    <div className="stage-frame">
      <div className="stage-frame__fit" style={style}>
        <DarkroomImage
          image={image}
          alt={image.alt_text || image.title || image.original_filename}
          sizes={sizesOf(shape)}
          loading="eager"
          onError={onBroken}
        />
      </div>
      {image.variants.length === 0 && pending && (
        <p className="stage-frame__note" role="status">
          {t.image.developing}
        </p>
      )}
    </div>
  );
}

/** How wide a picture of that shape, width by height, is on the stage (`sizes` of an image): as image-page.css has it. */
function sizesOf(shape: number): string {
  const tallest = `${(76 * shape).toFixed(1)}vh`;
  return `(max-width: 60rem) min(100vw - 2rem, ${tallest}), min(52rem, ${tallest})`;
}
