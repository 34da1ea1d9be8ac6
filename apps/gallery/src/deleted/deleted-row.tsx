import { DarkroomImage } from '@darkroom/react-uploader';
import { Link } from 'react-router';
import type { ImageSummaryBody } from '@darkroom/contracts';
import { useTexts } from '../texts/texts.ts';
import { formatDateTime } from '../ui/format.ts';

interface DeletedRowProps {
  readonly image: ImageSummaryBody;
  readonly onRestore: () => void;
  readonly onRemove: () => void;
}

export function DeletedRow({ image, onRestore, onRemove }: DeletedRowProps) {
  const t = useTexts();
  const name = image.title || image.original_filename;
  return (
    <li className="deleted__row">
      <span className="deleted__picture">
        {/* Its variants are gone: what is left of it is the ThumbHash. */}
        <DarkroomImage image={image} alt="" aspectRatio={4 / 3} />
      </span>
      <div className="deleted__words">
        <Link className="deleted__name" to={`/images/${image.id}`}>
          {name}
        </Link>
        <p className="quiet">
          {image.category_name} · {t.deleted.uploadedAt(formatDateTime(image.created_at, t.locale))}
        </p>
      </div>
      <div className="deleted__actions">
        <button className="button" type="button" aria-label={t.deleted.restoreName(name)} onClick={onRestore}>
          {t.deleted.restore}
        </button>
        <button
          className="button button--plain"
          type="button"
          aria-label={t.deleted.forGoodName(name)}
          onClick={onRemove}
        >
          {t.deleted.forGood}
        </button>
      </div>
    </li>
  );
}
