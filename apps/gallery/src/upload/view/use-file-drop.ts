import { useEffect, useRef, useState } from 'react';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;

/**
 * Makes the whole window take dropped files, and answers whether some are being dragged over it. Without this a
 * near miss would make the browser leave the page for the dropped file.
 */
export function useFileDrop(onFiles: (files: readonly File[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });

  useEffect(() => {
    const stop = new AbortController();
    const on = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', handle: (event: DragEvent) => void) =>
      window.addEventListener(
        type,
        (event) => {
          if (hasFiles(event)) handle(event);
        },
        { signal: stop.signal },
      );
    on('dragenter', (event) => {
      event.preventDefault();
      setDragging(true);
    });
    on('dragover', (event) => event.preventDefault());
    on('dragleave', (event) => {
      if (event.relatedTarget === null) setDragging(false); // left the window, not just one element for another
    });
    on('drop', (event) => {
      event.preventDefault();
      setDragging(false);
      latest.current([...(event.dataTransfer?.files ?? [])]);
    });
    return () => stop.abort();
  }, []);
  return dragging;
}
