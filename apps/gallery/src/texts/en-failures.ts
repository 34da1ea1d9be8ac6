import type { UploadFailureCode } from '../upload/failure.ts';

export interface FailureText {
  /** What happened. */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

/** What a failure code means, and what to do. */
export const failureTexts: Readonly<Record<UploadFailureCode, FailureText>> = {
  size_mismatch: {
    what: 'The file that arrived is not as long as the one announced.',
    advice: 'It may have changed while it was being sent. Try again.',
  },
  type_mismatch: {
    what: 'The content of this file is of another type than its name says.',
    advice: 'Give it the right ending, or export it again as JPEG or PNG.',
  },
  type_not_allowed: {
    what: 'This kind of image is not accepted here.',
    advice: 'Export it as JPEG or PNG and upload that.',
  },
  not_an_image: {
    what: 'This is not an image, whatever its name says.',
    advice: 'Choose a photograph or a picture file.',
  },
  too_many_pixels: {
    what: 'This image has more pixels than can be handled.',
    advice: 'Make it smaller and upload it again.',
  },
  checksum_mismatch: {
    what: 'The file changed on its way.',
    advice: 'Try again.',
  },
  inspector_refused: {
    what: 'The content check did not let this image through.',
    advice: 'Choose another image. If you think this is wrong, ask the person who runs this site.',
  },
  undecodable: {
    what: 'The file is damaged or cut off.',
    advice: 'Open it on your device to see whether it is whole, save it again and upload that.',
  },
  upload_expired: {
    what: 'The upload was not finished in time.',
    advice: 'Try again.',
  },
  object_lost: {
    what: 'The stored file is no longer there.',
    advice: 'Upload it again.',
  },
  empty_file: {
    what: 'This file is empty.',
    advice: 'Choose another one.',
  },
  file_too_large: {
    what: 'This file is larger than is allowed here.',
    advice: 'Make it smaller and upload it again.',
  },
  extension_not_allowed: {
    what: 'Files of this kind are not accepted here.',
    advice: 'Choose one of the types named above, or export it as JPEG or PNG.',
  },
  bad_filename: {
    what: 'The name of this file cannot be used.',
    advice: 'Rename it without any of < > : " | ? * \\ / and upload it again.',
  },
  network: {
    what: 'The connection was lost.',
    advice: 'Check your connection and try again.',
  },
  storage_refused: {
    what: 'The storage did not take the file.',
    advice: 'Try again. If it happens each time, tell the person who runs this site.',
  },
  not_found: {
    what: 'This upload is no longer known.',
    advice: 'Upload the file again.',
  },
  signed_out: {
    what: 'You are no longer signed in.',
    advice: 'Sign in and try again.',
  },
  server: {
    what: 'The server could not finish this just now.',
    advice: 'Wait a moment and try again.',
  },
  variants_failed: {
    what: 'The image is stored, but its smaller versions could not be made.',
    advice: 'Open it and choose “Build again”.',
  },
  still_processing: {
    what: 'The image is stored; making its smaller versions takes unusually long.',
    advice: 'Come back later: it will appear among your images.',
  },
  rejected: {
    what: 'This upload was refused.',
    advice: 'Try another file.',
  },
};
