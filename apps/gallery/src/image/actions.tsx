import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useNavigate } from 'react-router';
import type { ImageBody } from '@darkroom/contracts';
import { useListAddress } from '../grid/list-address.ts';
import { useServices } from '../services.ts';
import { useTexts } from '../texts/texts.ts';
import { DownloadIcon, EditIcon, TrashIcon } from '../ui/icons.tsx';
import { useToast } from '../ui/toast.tsx';
import { DescribeForm } from './describe-form.tsx';
import type { ImageHandle } from './use-image.ts';

/** Download, edit, delete. Deleting asks nothing, because it can be undone. */
export function Actions({ handle, image }: { handle: ImageHandle; image: ImageBody }) {
  const t = useTexts();
  const [editing, setEditing] = useState(false);
  const editButton = useRef<HTMLButtonElement>(null);
  const remove = useRemove(image);
  if (image.status === 'deleted') return null;

  const stopEditing = () => {
    flushSync(() => setEditing(false)); // the button must be there to take the focus
    editButton.current?.focus();
  };
  if (editing) return <DescribeForm image={image} handle={handle} onDone={stopEditing} />;
  return (
    <div className="actions">
      {image.url !== null && <Download image={image} url={image.url} />}
      {image.status === 'completed' && (
        <button ref={editButton} className="button" type="button" onClick={() => setEditing(true)}>
          <EditIcon />
          {t.image.edit}
        </button>
      )}
      <button className="button" type="button" onClick={() => void remove()}>
        <TrashIcon />
        {t.image.remove}
      </button>
    </div>
  );
}

/** The link's address is signed for an hour: a page that was open for longer asks for another one first. */
function Download({ image, url }: { image: ImageBody; url: string }) {
  const t = useTexts();
  const { api } = useServices();
  const toast = useToast();
  const download = async () => {
    try {
      const fresh = await api.image(image.id);
      const link = document.createElement('a');
      link.href = fresh.url ?? url;
      link.download = image.original_filename;
      link.click();
    } catch {
      toast({ text: t.image.downloadFailed });
    }
  };
  return (
    <a
      className="button"
      href={url}
      download={image.original_filename}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        void download();
      }}
    >
      <DownloadIcon />
      {t.image.download}
    </a>
  );
}

function useRemove(image: ImageBody): () => Promise<void> {
  const t = useTexts();
  const { api, lists } = useServices();
  const toast = useToast();
  const navigate = useNavigate();
  const list = useListAddress();
  const name = image.title || image.original_filename;

  const undo = async () => {
    try {
      lists.put(await api.restore(image.id));
      toast({ text: t.image.restored(name) });
    } catch {
      toast({ text: t.image.restoreFailed });
    }
  };
  return async () => {
    try {
      await api.remove(image.id);
    } catch {
      toast({ text: t.image.removeFailed });
      return;
    }
    lists.remove(image.id);
    await navigate(list);
    toast({ text: t.image.removed(name), action: { label: t.image.undo, onPress: () => void undo() } });
  };
}
