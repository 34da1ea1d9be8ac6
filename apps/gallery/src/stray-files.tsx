import { useCallback, useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useServices } from './services.ts';
import { useTexts } from './texts/texts.ts';
import { useToast } from './ui/toast.tsx';

/**
 * Takes files that are dropped or pasted where there is no drop zone: without it the browser would leave the page to
 * show them.
 */
export function StrayFiles() {
  const { pathname } = useLocation();
  return pathname === '/' ? null : <Anywhere />;
}

function Anywhere() {
  const t = useTexts();
  const take = useTake();
  const [over, setOver] = useState(false);
  useEffect(() => {
    const drag = (event: DragEvent) => {
      if (!holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      setOver(event.type === 'dragover');
      if (event.type === 'drop') take([...(event.dataTransfer?.files ?? [])]);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false); // out of the window
    };
    const paste = (event: ClipboardEvent) => {
      const isField = event.target instanceof Element && event.target.matches('input, textarea');
      const files = [...(event.clipboardData?.files ?? [])];
      if (!isField && files.length > 0) take(files);
    };
    const stop = new AbortController();
    const { signal } = stop;
    document.addEventListener('dragover', drag, { signal });
    document.addEventListener('drop', drag, { signal });
    document.addEventListener('dragleave', leave, { signal });
    document.addEventListener('paste', paste, { signal });
    return () => stop.abort();
  }, [take]);
  return over ? <div className="drop-veil">{t.upload.dropNow}</div> : null;
}

const holdsFiles = (transfer: DataTransfer | null) => transfer?.types.includes('Files') === true;

/** Into the category that the drop zone offers first. */
function useTake(): (files: readonly File[]) => void {
  const t = useTexts();
  const { api, uploads } = useServices();
  const toast = useToast();
  const navigate = useNavigate();
  return useCallback(
    (files) => {
      const add = async () => {
        const [category] = await api.categories();
        if (category === undefined || files.length === 0) return;
        uploads.add(files, { category });
        const action = { label: t.upload.view, onPress: () => void navigate('/') };
        toast({ text: t.upload.taken(files.length, category.name), action });
      };
      add().catch(() => toast({ text: t.upload.notTaken }));
    },
    [t, api, uploads, toast, navigate],
  );
}
