import type { ReactNode } from 'react';

const icon = (children: ReactNode) =>
  function Icon() {
    return (
      <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        {children}
      </svg>
    );
  };

export const UploadIcon = icon(
  <path d="M10 13V4m0 0L6.5 7.5M10 4l3.5 3.5M4 12.5V15a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 16 15v-2.5" />,
);
export const CloseIcon = icon(<path d="m5.5 5.5 9 9m0-9-9 9" />);
export const RetryIcon = icon(<path d="M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.5V7H12" />);
export const BackIcon = icon(<path d="M16 10H4.5m0 0L9 5.5M4.5 10 9 14.5" />);
export const CheckIcon = icon(<path d="m5 10.5 3.5 3.5L15 6.5" />);
export const AlertIcon = icon(
  <>
    <circle cx="10" cy="10" r="7" />
    <path d="M10 6.5v4M10 13.4v.1" />
  </>,
);
export const DownloadIcon = icon(
  <path d="M10 4v8.5m0 0L6.5 9m3.5 3.5L13.5 9M4 13v2a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 16 15v-2" />,
);
export const EditIcon = icon(<path d="M12.5 5 15 7.5 7.5 15 4.5 15.5 5 12.5Z" />);
export const TrashIcon = icon(
  <path d="M4.5 6h11M8 6V4.5h4V6m-6 0 .6 9a1 1 0 0 0 1 1h4.8a1 1 0 0 0 1-1L14 6M8.7 9v4m2.6-4v4" />,
);
export const LockIcon = icon(
  <>
    <rect x="5" y="9" width="10" height="7" rx="1.5" />
    <path d="M7 9V7a3 3 0 0 1 6 0v2" />
  </>,
);
export const PictureIcon = icon(
  <>
    <rect x="3.5" y="4.5" width="13" height="11" rx="1.5" />
    <path d="m4 13.5 3.5-3.5 3 3 2-2 3.5 3.5" />
    <circle cx="12.8" cy="7.8" r="1" />
  </>,
);
export const ChevronIcon = icon(<path d="m6 8 4 4 4-4" />);
export const SearchIcon = icon(
  <>
    <circle cx="9" cy="9" r="5" />
    <path d="m12.7 12.7 3.8 3.8" />
  </>,
);
export const PlusIcon = icon(<path d="M10 4.5v11M4.5 10h11" />);
