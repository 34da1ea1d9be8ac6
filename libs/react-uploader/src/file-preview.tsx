import { useEffect, useRef, useState } from 'react';
import type { Upload } from '@darkroom/upload-client';
import { PictureIcon } from './icons.tsx';

const sidePx = 96;
let queue: Promise<unknown> = Promise.resolve();

/**
 * A small picture of a local file, drawn on a canvas: one at a time, so that thirty photographs of 20 megapixels do
 * not stand in memory together. What this browser cannot decode (HEIC in most) shows an icon until there are variants.
 */
export function FilePreview({ upload }: { upload: Upload }) {
  const { file, image } = upload;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  useEffect(() => {
    let left = false;
    queue = queue.then(async () => {
      if (left || !file.type.startsWith('image/')) return;
      const bitmap = await decode(file);
      if (bitmap === undefined) return;
      const target = canvas.current;
      if (!left && target !== null) {
        drawCovering(target, bitmap);
        setDrawn(true);
      }
      bitmap.close();
    });
    return () => {
      left = true;
    };
  }, [file]);
  const [smallest] = (image?.variants ?? []).toSorted((a, b) => a.width - b.width);
  return (
    <span className="darkroom-upload__preview" aria-hidden="true">
      {!drawn && <PictureIcon />}
      {!drawn && smallest !== undefined && <img src={smallest.url} alt="" />}
      <canvas ref={canvas} width={sidePx} height={sidePx} />
    </span>
  );
}

async function decode(file: File): Promise<ImageBitmap | undefined> {
  try {
    return await createImageBitmap(file, { resizeHeight: sidePx, resizeQuality: 'medium' });
  } catch {
    return undefined; // a type that this browser does not know, or no image: the server will tell
  }
}

function drawCovering(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
  const side = Math.min(bitmap.width, bitmap.height);
  const [x, y] = [(bitmap.width - side) / 2, (bitmap.height - side) / 2];
  canvas.getContext('2d')?.drawImage(bitmap, x, y, side, side, 0, 0, sidePx, sidePx);
}
