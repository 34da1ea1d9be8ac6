'use client';
import { useMemo, type ReactNode } from 'react';
import type { Upload, UploadList, UploadOptions } from '@darkroom/upload-client';
import { DropArea } from './drop-area.tsx';
import { textsOf, type UploaderTexts } from './texts/texts.ts';
import { UploadAnnouncer } from './upload-announcer.tsx';
import { UploadQueue } from './upload-queue.tsx';
import { useCategories } from './use-categories.ts';
import { useStableToken } from './use-stable-token.ts';
import { useUploader, type UseUploaderOptions } from './use-uploader.ts';

export interface ImageDropzoneProps extends UseUploaderOptions {
  /** The only category to upload into; without one a person chooses among the active ones. */
  readonly category?: number | undefined;
  /** Goes with every file: `title`, `tags`, `onDuplicate`, `transform` and so on. */
  readonly uploadOptions?: Omit<UploadOptions, 'category' | 'filename' | 'onProgress' | 'signal'> | undefined;
  /** A list made elsewhere, in place of one that ends with this component. Callbacks are then the list's own. */
  readonly list?: UploadList | undefined;
  /** Words to use in place of the language's own. */
  readonly texts?: Partial<UploaderTexts> | undefined;
  /** By default as the system says, or the nearest element around with `data-theme`. */
  readonly theme?: 'light' | 'dark' | undefined;
  /** A low zone, beside other content. */
  readonly compact?: boolean | undefined;
  /** Takes what is dropped or pasted anywhere on the page. */
  readonly wholePage?: boolean | undefined;
  /** Offers the camera on devices that are touched. */
  readonly camera?: boolean | undefined;
  /** Shows the four stages of each file. */
  readonly stages?: boolean | undefined;
  /** More for the row of a file: a link to the image, for one. Keep the function the same over renders. */
  readonly actions?: ((upload: Upload) => ReactNode) | undefined;
  /** `false` where the page has an `<UploadAnnouncer>` of its own. */
  readonly announce?: boolean | undefined;
  readonly className?: string | undefined;
}

/** Takes images by drop, paste, picker and camera, sends them straight to S3, and shows what becomes of each. */
export function ImageDropzone(props: ImageDropzoneProps) {
  const token = useStableToken(props.token); // one for all parts: it is asked for once
  return props.list === undefined ? (
    <WithOwnList {...props} token={token} />
  ) : (
    <Dropzone {...props} token={token} list={props.list} />
  );
}

function WithOwnList(props: ImageDropzoneProps) {
  const { list } = useUploader(props);
  return <Dropzone {...props} list={list} />;
}

function Dropzone(props: ImageDropzoneProps & { readonly list: UploadList }) {
  const { list, locale = 'en', texts, theme, stages = false, announce = true } = props;
  const categories = useCategories(props.apiBase, props.token);
  const t = useMemo(() => textsOf(locale, texts), [locale, texts]);
  return (
    <div
      className={props.className === undefined ? 'darkroom' : `darkroom ${props.className}`}
      data-theme={theme}
      lang={locale}
    >
      <DropArea
        categories={categories}
        fixedId={props.category}
        onFiles={(files, category) => list.add(files, { ...props.uploadOptions, category })}
        t={t}
        locale={locale}
        wholePage={props.wholePage ?? false}
        camera={props.camera ?? true}
        compact={props.compact ?? false}
      />
      <UploadQueue list={list} t={t} locale={locale} stages={stages} actions={props.actions} />
      {announce && <UploadAnnouncer list={list} locale={locale} texts={texts} />}
    </div>
  );
}
