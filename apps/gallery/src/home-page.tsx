import { useEffect } from 'react';
import { ImageGrid } from './grid/image-grid.tsx';
import { useImageList, useServices } from './services.ts';
import { useTexts } from './texts/texts.ts';
import { usePage } from './ui/use-page.ts';
import { DropZone } from './upload/view/drop-zone.tsx';
import { UploadList } from './upload/view/upload-list.tsx';

export function HomePage() {
  const t = useTexts();
  const heading = usePage(t.grid.title);
  const { images } = useServices();
  const { count } = useImageList();
  useEffect(() => {
    const refresh = () => {
      if (document.visibilityState === 'visible') void images.load();
    };
    refresh();
    document.addEventListener('visibilitychange', refresh); // there may be more by now, from another device
    return () => document.removeEventListener('visibilitychange', refresh);
  }, [images]);

  return (
    <div className="home">
      <div className="home__heading">
        <h1 ref={heading} tabIndex={-1}>
          {t.grid.title}
        </h1>
        <p className="quiet">{count !== undefined && count > 0 ? t.grid.count(count) : ''}</p>
      </div>
      <DropZone roomy={count === 0} />
      <UploadList />
      <ImageGrid />
    </div>
  );
}
