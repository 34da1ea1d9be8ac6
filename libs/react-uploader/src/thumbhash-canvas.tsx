import { useEffect, useRef } from 'react';
import { thumbHashToRGBA } from 'thumbhash';

/**
 * A ThumbHash (base64) as a blurred picture that fills its parent. Painted on a canvas rather than as a data: URL,
 * which a strict CSP would not let through, and each in a task of its own: many at once would hold the page up.
 */
export function ThumbHashCanvas({ hash }: { hash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const timer = setTimeout(() => canvas.current && paint(canvas.current, hash));
    return () => clearTimeout(timer);
  }, [hash]);
  return <canvas ref={canvas} className="darkroom-image__placeholder" aria-hidden="true" />;
}

function paint(canvas: HTMLCanvasElement, hash: string): void {
  try {
    const { w, h, rgba } = thumbHashToRGBA(Uint8Array.from(atob(hash), (char) => char.charCodeAt(0)));
    canvas.width = w;
    canvas.height = h;
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
    canvas.hidden = false;
  } catch {
    canvas.hidden = true; // no valid hash: the plain ground behind it will do
  }
}
