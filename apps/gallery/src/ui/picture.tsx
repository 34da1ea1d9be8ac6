import { useState, type CSSProperties } from 'react';
import { PictureIcon } from './icons.tsx';
import { ThumbHashCanvas } from './thumbhash-canvas.tsx';
import './picture.css';

interface PictureProps {
  readonly src: string | null;
  readonly srcSet?: string | undefined;
  readonly sizes?: string | undefined;
  readonly alt: string;
  readonly width: number;
  readonly height: number;
  readonly placeholder: string | null;
  readonly eager?: boolean;
  /** Called when the address does not work (any more): signed ones expire. */
  readonly onBroken?: () => void;
}

/** An image that holds its place before it is there: ThumbHash first, then the picture fades in over it. */
export function Picture(props: PictureProps) {
  const { src, srcSet, sizes, alt, width, height, placeholder, eager = false, onBroken } = props;
  const [loaded, setLoaded] = useState(false);
  const [broken, setBroken] = useState<string>();
  const usable = src !== null && broken !== src;
  const shape = { '--ratio': `${width} / ${height}` } as CSSProperties;
  return (
    <span className="picture" style={shape}>
      {placeholder !== null && <ThumbHashCanvas hash={placeholder} />}
      {usable ? (
        <img
          className={loaded ? 'picture__image picture__image--loaded' : 'picture__image'}
          src={src}
          srcSet={srcSet}
          sizes={sizes}
          alt={alt}
          width={width}
          height={height}
          loading={eager ? 'eager' : 'lazy'}
          decoding="async"
          onLoad={() => setLoaded(true)}
          onError={() => {
            setBroken(src);
            onBroken?.();
          }}
        />
      ) : (
        <span className="picture__none" role="img" aria-label={alt}>
          <PictureIcon />
        </span>
      )}
    </span>
  );
}
