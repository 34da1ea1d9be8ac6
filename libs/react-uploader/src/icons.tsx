import type { ReactNode } from 'react';

const icon = (children: ReactNode) =>
  function Icon() {
    return (
      <svg className="darkroom-icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
        {children}
      </svg>
    );
  };

export const UploadIcon = icon(
  <path d="M10 13V4m0 0L6.5 7.5M10 4l3.5 3.5M4 12.5V15a1.5 1.5 0 0 0 1.5 1.5h9A1.5 1.5 0 0 0 16 15v-2.5" />,
);
export const CameraIcon = icon(
  <>
    <path d="M4.5 6.5H7l1-2h4l1 2h2.5A1.5 1.5 0 0 1 17 8v6.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 14.5V8a1.5 1.5 0 0 1 1.5-1.5Z" />
    <circle cx="10" cy="11" r="2.6" />
  </>,
);
export const CloseIcon = icon(<path d="m5.5 5.5 9 9m0-9-9 9" />);
export const RetryIcon = icon(<path d="M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3.5V7H12" />);
export const CheckIcon = icon(<path d="m5 10.5 3.5 3.5L15 6.5" />);
export const AlertIcon = icon(
  <>
    <circle cx="10" cy="10" r="7" />
    <path d="M10 6.5v4M10 13.4v.1" />
  </>,
);
export const PictureIcon = icon(
  <>
    <rect x="3.5" y="4.5" width="13" height="11" rx="1.5" />
    <path d="m4 13.5 3.5-3.5 3 3 2-2 3.5 3.5" />
    <circle cx="12.8" cy="7.8" r="1" />
  </>,
);
