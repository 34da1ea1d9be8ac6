import { useCallback, useState } from 'react';
import type { CategoryBody } from '@darkroom/contracts';
import { useServices } from '../services.ts';
import { failureText, useTexts } from '../texts/texts.ts';
import { Modal } from '../ui/dialog.tsx';
import { formatLimit } from '../ui/format.ts';
import { EditIcon, PlusIcon } from '../ui/icons.tsx';
import { Notice } from '../ui/notice.tsx';
import { useToast } from '../ui/toast.tsx';
import { useLoaded } from '../ui/use-loaded.ts';
import { usePage } from '../ui/use-page.ts';
import { CategoryForm } from './category-form.tsx';
import { loadCategories } from './load-categories.ts';
import { namesOfTypes } from './names-of-types.ts';
import './categories.css';

/** What may be uploaded; for admins also where that is decided. */
export function CategoriesPage() {
  const t = useTexts();
  const heading = usePage(t.categories.title);
  const { api } = useServices();
  const toast = useToast();
  const { value, failed, loading, reload } = useLoaded(
    useCallback((signal: AbortSignal) => loadCategories(api, signal), [api]),
  );
  const [edited, setEdited] = useState<CategoryBody | 'new'>();
  const { categories = [], mayManage = false } = value ?? {};

  return (
    <>
      <div className="page-head">
        <h1 ref={heading} tabIndex={-1}>
          {t.categories.title}
        </h1>
        <p className="quiet">{t.categories.text}</p>
        {mayManage && (
          <button className="button page-head__action" type="button" onClick={() => setEdited('new')}>
            <PlusIcon />
            {t.categories.add}
          </button>
        )}
      </div>
      {value === undefined && !failed && (
        <p className="quiet" role="status">
          {t.loading}
        </p>
      )}
      {failed && (
        <Notice
          tone="error"
          title={t.categories.failed}
          text={failureText(t, { code: 'server' }).advice}
          action={{ label: t.retry, onPress: reload, busy: loading }}
        />
      )}
      <ul className="categories">
        {categories.map((category) => (
          <Card
            key={category.id}
            category={category}
            {...(mayManage && { onEdit: () => setEdited(category) })}
          />
        ))}
      </ul>
      <Modal
        open={edited !== undefined}
        onClose={() => setEdited(undefined)}
        title={
          edited === undefined || edited === 'new'
            ? t.categories.addTitle
            : t.categories.editTitle(edited.name)
        }
      >
        {edited !== undefined && (
          <CategoryForm
            category={edited === 'new' ? undefined : edited}
            onSaved={({ name }) => {
              setEdited(undefined);
              reload();
              toast({ text: t.categories.saved(name) });
            }}
          />
        )}
      </Modal>
    </>
  );
}

function Card({ category, onEdit }: { category: CategoryBody; onEdit?: () => void }) {
  const t = useTexts();
  const { name, description, allowed_extensions, max_file_size, visibility, is_active } = category;
  return (
    <li className="category">
      <div className="category__head">
        <h2 className="category__name">{name}</h2>
        {!is_active && <span className="category__off">{t.categories.inactive}</span>}
      </div>
      {description !== '' && <p className="quiet">{description}</p>}
      <dl className="facts">
        <div className="fact">
          <dt>{t.categories.types}</dt>
          <dd>{namesOfTypes(allowed_extensions).join(', ')}</dd>
        </div>
        <div className="fact">
          <dt>{t.categories.limit}</dt>
          <dd>{formatLimit(max_file_size, t.locale)}</dd>
        </div>
        <div className="fact">
          <dt>{t.categories.visibility}</dt>
          <dd>
            {t.categories.visibilities[visibility]}
            <span className="category__hint">{t.categories.visibilityHints[visibility]}</span>
          </dd>
        </div>
      </dl>
      {onEdit !== undefined && (
        <button className="button" type="button" aria-label={t.categories.editName(name)} onClick={onEdit}>
          <EditIcon />
          {t.categories.edit}
        </button>
      )}
    </li>
  );
}
