import type { Locale, UploadErrorCode } from '@darkroom/upload-client';
import { enConsole } from './en-console.ts';
import { enImage } from './en-image.ts';

const plural = (n: number, one: string, many: string) => `${n.toLocaleString('en')} ${n === 1 ? one : many}`;

/** Every word that the page shows, in English. Another language is another object of this shape. */
export const en = {
  ...enImage,
  console: enConsole,
  locale: 'en' as Locale,
  product: 'Darkroom',
  skipToContent: 'Skip to content',
  loading: 'Loading…',
  retry: 'Try again',
  cancel: 'Cancel',
  close: 'Close',
  /** What this page advises where the upload client cannot know better. */
  advice: {
    variants_failed: 'Open it and choose “Build again”.',
    extension_not_allowed: 'Choose one of the types named above, or export it as JPEG or PNG.',
  } as Readonly<Partial<Record<UploadErrorCode, string>>>,

  start: {
    failedTitle: 'Darkroom did not start',
    failedText: 'The server gave no answer. Check that it is running, then try again.',
    brokenTitle: 'Something broke on this page',
    brokenText: 'It is our fault. Your images are safe; loading the page again usually helps.',
    reload: 'Load again',
  },
  missingPart: {
    title: 'There is a newer version of this page',
    text: 'Load it again to go on. Uploads that are still running would be stopped: wait for them first.',
  },
  missingOffline: {
    title: 'You are offline',
    text: 'This section has not been loaded yet. It appears by itself when the connection is back.',
  },
  offline: 'You are offline. Uploads go on by themselves when the connection is back.',
  notFound: { title: 'Nothing here', text: 'There is no page at this address.', home: 'To your images' },

  nav: {
    label: 'Sections',
    images: 'Images',
    deleted: 'Deleted',
    statistics: 'Statistics',
    categories: 'Categories',
    console: 'Console',
  },
  language: 'Language',
  notifications: 'Messages',

  session: {
    title: 'Sign in',
    localText: 'This Darkroom runs on your machine. Choose any name; each name has images of its own.',
    name: 'Name',
    admin: "Sign in as an administrator (sees everyone's images)",
    oidcText: 'You sign in with your account at the provider that this Darkroom uses, and come back here.',
    leaving: 'One moment…',
    submit: 'Sign in',
    signingIn: 'Signing in…',
    failed: 'Signing in did not work. Check that the server is running, then try again.',
    none: 'No way to sign in is set up on this installation. Ask the person who runs it.',
    ended: 'Your session has ended. Sign in again to go on.',
    uploadsStopped: (n: number) =>
      `${n === 1 ? 'One upload was' : `${n} uploads were`} stopped: choose the files again.`,
    signOutTitle: 'Sign out while uploading?',
    signOutText: (n: number) =>
      `${n === 1 ? 'One upload is' : `${n} uploads are`} still running. Signing out stops what has not arrived.`,
    signedInAs: (name: string) => `Signed in as ${name}`,
    signOut: 'Sign out',
  },

  upload: {
    view: 'View',
    viewFile: (name: string) => `View ${name}`,
    running: (n: number) => `Uploading ${n}`,
    notUploaded: (n: number) => `${n} not uploaded`,
    dropNow: 'Drop to upload',
    taken: (n: number, category: string) =>
      `${plural(n, 'file is', 'files are')} being uploaded to ${category}.`,
    notTaken: 'The files could not be taken. Try again on the page of all images.',
  },

  filters: {
    label: 'Find images',
    search: 'Search',
    searchHint: 'Title or file name',
    more: 'Filters',
    category: 'Category',
    anyCategory: 'All categories',
    status: 'Status',
    tags: 'Tags',
    addTag: 'Add a tag',
    removeTag: (tag: string) => `Remove the tag ${tag}`,
    from: 'From',
    to: 'Until',
    clear: 'Clear all',
    noneTitle: 'Nothing found',
    noneText: 'No image fits all of this.',
  },

  grid: {
    title: 'Your images',
    titleOfAll: 'All images',
    found: (n: number) => (n >= 10_000 ? 'over 10,000 found' : `${n.toLocaleString('en')} found`),
    count: (n: number) => plural(n, 'image', 'images'),
    emptyTitle: 'No images yet',
    emptyText: 'What you upload appears here, newest first.',
    failed: 'Your images could not be loaded.',
    more: 'Show more',
    loadingMore: 'Loading more…',
    untitled: (name: string) => name,
  },

  deleted: {
    title: 'Deleted images',
    text: 'They can be brought back for a while, then they are gone for good.',
    emptyTitle: 'Nothing was deleted',
    emptyText: 'What you delete waits here for a while.',
    restore: 'Restore',
    restoreName: (name: string) => `Restore ${name}`,
    forGood: 'Delete for good',
    forGoodName: (name: string) => `Delete for good: ${name}`,
    confirmTitle: (name: string) => `Delete ${name} for good?`,
    confirmText: 'The original and all variants go now. This cannot be undone.',
    gone: (name: string) => `${name} is gone.`,
    uploadedAt: (when: string) => `Uploaded ${when}`,
  },

  statistics: {
    title: 'Statistics',
    images: 'Images',
    storage: 'Storage',
    average: 'Average size',
    byCategory: 'By category',
    byStatus: 'By status',
    recent: 'Newest uploads',
    category: 'Category',
    status: 'Status',
    count: 'Images',
    size: 'Size',
    failed: 'The statistics could not be loaded.',
    none: 'Nothing to count yet.',
    usage: 'Used of what you may use',
    usageOf: (used: string, limit: string) => `${used} of ${limit}`,
    imagesUsed: 'Images',
    bytesUsed: 'Storage',
  },

  categories: {
    title: 'Categories',
    text: 'What may be uploaded, and who may see it.',
    types: 'Types',
    limit: 'Largest file',
    visibility: 'Variants are',
    visibilities: { public: 'public', private: 'private' },
    visibilityHints: {
      public: 'Anybody who has the address sees the variants.',
      private: 'Variants are reached by signed addresses alone.',
    },
    inactive: 'Takes no uploads',
    failed: 'The categories could not be loaded.',
    add: 'New category',
    edit: 'Change',
    editName: (name: string) => `Change ${name}`,
    addTitle: 'New category',
    editTitle: (name: string) => `Change ${name}`,
    name: 'Name',
    description: 'Description',
    maxSize: 'Largest file, in MB',
    maxSizeHint: 'From 0.01 to 5,120 MB.',
    active: 'Takes uploads',
    save: 'Save',
    saving: 'Saving…',
    saved: (name: string) => `${name} was saved.`,
    saveFailed: 'It could not be saved.',
    noTypes: 'Choose at least one type.',
    nameTaken: 'There is a category of this name already.',
  },
};

export type Texts = typeof en;
