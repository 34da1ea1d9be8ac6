'use client';
import { useState, useSyncExternalStore } from 'react';
import { PictureIcon } from './icons.tsx';
import { imageSources, type ImageSource, type ImageSources } from './image-sources.ts';
import { ThumbHashCanvas } from './thumbhash-canvas.tsx';

export interface DarkroomImageProps {
  readonly image: ImageSource;
  /** What the picture shows, for people who cannot see it; empty for one that only decorates. */
  readonly alt: string;
  /** How wide it is shown, as in HTML. By default the browser measures that for a lazy one; else `100vw`. */
  readonly sizes?: string | undefined;
  /** `eager` for what is seen first. */
  readonly loading?: 'lazy' | 'eager' | undefined;
  /** Width by height, where it is to have another shape than its own: what is over is cut off. */
  readonly aspectRatio?: number | undefined;
  readonly className?: string | undefined;
  /** Its address does not work, or does no more: signed ones expire. With a fresh `image` it is tried again. */
  readonly onError?: (() => void) | undefined;
}

/**
 * An image that holds its place before it is there: ThumbHash first, then the picture in the resolution that fits.
 * It is as wide as its container lets it be.
 */
export function DarkroomImage(props: DarkroomImageProps) {
  const { image, aspectRatio, className } = props;
  const sources = imageSources(image);
  const [loaded, setLoaded] = useState<string>();
  const [broken, setBroken] = useState<string>();
  const hydrated = useSyncExternalStore(never, yes, no);
  const [width, height] = image.width && image.height ? [image.width, image.height] : [3, 2];

  const { src } = sources;
  // What was shown once stays until its fresh address has loaded: signed ones change with each answer of the API.
  const address = src?.split('?', 1)[0];
  const isLoaded = loaded !== undefined && loaded === address;
  const state = src === undefined ? 'none' : broken === src ? 'broken' : isLoaded ? 'loaded' : 'loading';
  const style = {
    aspectRatio: aspectRatio ?? `${width} / ${height}`,
    ...(image.dominant_color ? { backgroundColor: image.dominant_color } : {}),
  };
  return (
    <span
      className={className === undefined ? 'darkroom-image' : `darkroom-image ${className}`}
      data-state={state === 'loading' && !hydrated ? 'unhydrated' : state}
      style={style}
    >
      {image.placeholder !== null && <ThumbHashCanvas hash={image.placeholder} />}
      {state === 'none' || state === 'broken' ? (
        <Missing alt={props.alt} />
      ) : (
        <Picture
          {...props}
          sources={sources}
          width={width}
          height={height}
          onLoad={() => setLoaded(address)}
          onError={() => {
            setBroken(src);
            setLoaded(undefined);
            props.onError?.();
          }}
        />
      )}
    </span>
  );
}

// Before React is there nothing may hide the picture: it may be all that a reader without scripts gets.
const never = () => () => undefined;
const yes = () => true;
const no = () => false;

interface PictureProps extends DarkroomImageProps {
  readonly sources: ImageSources;
  readonly width: number;
  readonly height: number;
  readonly onLoad: () => void;
  readonly onError: () => void;
}

function Picture({ sources, alt, width, height, loading = 'lazy', onLoad, onError, ...props }: PictureProps) {
  const sizes = props.sizes ?? (loading === 'lazy' ? 'auto, 100vw' : '100vw');
  const settle = (img: HTMLImageElement | null) => {
    if (img?.complete === true && img.naturalWidth > 0) onLoad(); // was there before React was
  };
  const img = (
    <img
      ref={settle}
      className="darkroom-image__picture"
      loading={loading /* before src: Firefox and Safari begin to load at once otherwise */}
      sizes={sources.srcSet === undefined ? undefined : sizes}
      srcSet={sources.srcSet}
      src={sources.src}
      alt={alt}
      width={width}
      height={height}
      decoding="async"
      onLoad={onLoad}
      onError={onError}
    />
  );
  if (sources.others.length === 0) return img;
  return (
    <picture>
      {sources.others.map(({ type, srcSet }) => (
        <source key={type} type={type} srcSet={srcSet} sizes={sizes} />
      ))}
      {img}
    </picture>
  );
}

function Missing({ alt }: { alt: string }) {
  const semantics = alt === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': alt };
  return (
    <span className="darkroom-image__missing" {...semantics}>
      <PictureIcon />
    </span>
  );
}
