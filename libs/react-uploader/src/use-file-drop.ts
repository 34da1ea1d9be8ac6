import { useEffect } from 'react';
import { useDropzone, type DropzoneState } from 'react-dropzone';

/**
 * react-dropzone for taking files alone: what is wrong with one, its row in the list says. What is pasted while nothing
 * has focus is taken as well. With `wholePage` the zone takes what is dropped or pasted anywhere on the page, but not
 * what is pasted into a field.
 */
export function useFileDrop(onFiles: (files: File[]) => void, wholePage: boolean): DropzoneState {
  const zone = useDropzone({ onDrop: onFiles, noClick: true, noKeyboard: true });
  const { getRootProps, rootRef } = zone;
  useEffect(() => {
    // Its handlers take native events as well: they are given to the document in place of an element.
    const { onDragEnter, onDragOver, onDragLeave, onDrop, onPaste } = getRootProps() as Record<
      string,
      (event: Event) => void
    >;
    const paste = (event: Event) => {
      const here = wholePage ? !isField(event.target) : event.target === document.body;
      if (here && !event.defaultPrevented) onPaste?.(event);
    };
    const drag = { dragenter: onDragEnter, dragover: onDragOver, dragleave: onDragLeave, drop: onDrop };
    const stop = new AbortController();
    for (const [type, handle] of Object.entries({ paste, ...(wholePage ? drag : {}) })) {
      if (handle !== undefined) document.addEventListener(type, handle, { signal: stop.signal });
    }
    if (wholePage) rootRef.current = document.documentElement;
    return () => stop.abort();
  }, [wholePage, getRootProps, rootRef]);
  return zone;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea'));
}
