import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useNavigate } from 'react-router';
import type { ImageBody } from '@darkroom/contracts';
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
      {image.url !== null && (
        <a className="button" href={image.url} download={image.original_filename}>
          <DownloadIcon />
          {t.image.download}
        </a>
      )}
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

function useRemove(image: ImageBody): () => Promise<void> {
  const t = useTexts();
  const { api, lists } = useServices();
  const toast = useToast();
  const navigate = useNavigate();
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
    await navigate('/');
    toast({ text: t.image.removed(name), action: { label: t.image.undo, onPress: () => void undo() } });
  };
}
