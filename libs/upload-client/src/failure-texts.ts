import type { UploadErrorCode } from './upload-error.ts';

/** Languages that failures are told in. */
export type Locale = 'en' | 'ko';

/** What happened, and what to do about it. */
type Text = readonly [what: string, advice: string];

const en: Readonly<Record<UploadErrorCode, Text>> = {
  size_mismatch: [
    'The file that arrived is not as long as the one announced.',
    'It may have changed while it was being sent. Try again.',
  ],
  type_mismatch: [
    'The content of this file is of another type than its name says.',
    'Give it the right ending, or export it again as JPEG or PNG.',
  ],
  type_not_allowed: ['This kind of image is not accepted here.', 'Export it as JPEG or PNG and upload that.'],
  not_an_image: ['This is not an image, whatever its name says.', 'Choose a photograph or a picture file.'],
  too_many_pixels: [
    'This image has more pixels than can be handled.',
    'Make it smaller and upload it again.',
  ],
  checksum_mismatch: ['The file changed on its way.', 'Try again.'],
  inspector_refused: [
    'The content check did not let this image through.',
    'Choose another image. If you think this is wrong, ask the person who runs this site.',
  ],
  undecodable: [
    'The file is damaged or cut off.',
    'Open it on your device to see whether it is whole, save it again and upload that.',
  ],
  upload_expired: ['The upload was not finished in time.', 'Try again.'],
  object_lost: ['The stored file is no longer there.', 'Upload it again.'],
  empty_file: ['This file is empty.', 'Choose another one.'],
  file_too_large: ['This file is larger than is allowed here.', 'Make it smaller and upload it again.'],
  extension_not_allowed: [
    'Files of this kind are not accepted here.',
    'Choose one of the accepted types, or export it as JPEG or PNG.',
  ],
  bad_filename: [
    'The name of this file cannot be used.',
    'Rename it without any of < > : " | ? * \\ / and upload it again.',
  ],
  unreadable_file: [
    'This file can no longer be read.',
    'It may have been moved or changed. Choose it again.',
  ],
  network: ['The connection was lost.', 'Check your connection and try again.'],
  storage_refused: [
    'The storage did not take the file.',
    'Try again. If it happens each time, tell the person who runs this site.',
  ],
  quota_exceeded: ['Your space for images is used up.', 'Delete some that you no longer need and try again.'],
  not_found: ['This upload is no longer known.', 'Upload the file again.'],
  signed_out: ['You are no longer signed in.', 'Sign in and try again.'],
  server: ['The server could not finish this just now.', 'Wait a moment and try again.'],
  variants_failed: [
    'The image is stored, but its smaller versions could not be made.',
    'Ask the person who runs this site to build them again.',
  ],
  still_processing: [
    'The image is stored; making its smaller versions takes unusually long.',
    'Come back later: it will appear among your images.',
  ],
  aborted: ['The upload was cancelled.', 'Upload the file again if you want it after all.'],
  internal: ['Something went wrong in this page.', 'Try again; loading the page anew may help.'],
  rejected: ['This upload was refused.', 'Try another file.'],
};

const ko: Readonly<Record<UploadErrorCode, Text>> = {
  size_mismatch: [
    '도착한 파일의 크기가 예고된 크기와 다릅니다.',
    '전송 중에 파일이 바뀌었을 수 있습니다. 다시 시도해 주세요.',
  ],
  type_mismatch: [
    '파일 내용이 파일 이름의 확장자와 다른 형식입니다.',
    '올바른 확장자로 바꾸거나 JPEG 또는 PNG로 다시 내보내 주세요.',
  ],
  type_not_allowed: [
    '여기에서는 이 이미지 형식을 사용할 수 없습니다.',
    'JPEG 또는 PNG로 내보낸 뒤 업로드해 주세요.',
  ],
  not_an_image: ['이 파일은 이미지가 아닙니다.', '사진이나 그림 파일을 선택해 주세요.'],
  too_many_pixels: [
    '이미지의 픽셀 수가 처리할 수 있는 한도를 넘습니다.',
    '크기를 줄여 다시 업로드해 주세요.',
  ],
  checksum_mismatch: ['전송 중에 파일이 변경되었습니다.', '다시 시도해 주세요.'],
  inspector_refused: [
    '콘텐츠 검사를 통과하지 못한 이미지입니다.',
    '다른 이미지를 선택해 주세요. 잘못된 판단이라고 생각되면 사이트 운영자에게 문의해 주세요.',
  ],
  undecodable: [
    '파일이 손상되었거나 일부가 잘렸습니다.',
    '기기에서 파일이 열리는지 확인하고 다시 저장해 업로드해 주세요.',
  ],
  upload_expired: ['업로드가 제한 시간 안에 끝나지 않았습니다.', '다시 시도해 주세요.'],
  object_lost: ['저장된 파일을 찾을 수 없습니다.', '다시 업로드해 주세요.'],
  empty_file: ['빈 파일입니다.', '다른 파일을 선택해 주세요.'],
  file_too_large: ['파일이 허용된 크기보다 큽니다.', '크기를 줄여 다시 업로드해 주세요.'],
  extension_not_allowed: [
    '여기에서는 이 종류의 파일을 사용할 수 없습니다.',
    '허용된 형식을 선택하거나 JPEG 또는 PNG로 내보내 주세요.',
  ],
  bad_filename: [
    '사용할 수 없는 파일 이름입니다.',
    '이름에서 < > : " | ? * \\ / 문자를 빼고 다시 업로드해 주세요.',
  ],
  unreadable_file: [
    '파일을 더 이상 읽을 수 없습니다.',
    '파일이 이동되었거나 변경되었을 수 있습니다. 다시 선택해 주세요.',
  ],
  network: ['연결이 끊어졌습니다.', '네트워크 연결을 확인하고 다시 시도해 주세요.'],
  storage_refused: [
    '저장소가 파일을 받지 않았습니다.',
    '다시 시도해 주세요. 계속되면 사이트 운영자에게 알려 주세요.',
  ],
  quota_exceeded: ['이미지를 저장할 공간이 부족합니다.', '필요 없는 이미지를 삭제한 뒤 다시 시도해 주세요.'],
  not_found: ['이 업로드를 더 이상 찾을 수 없습니다.', '파일을 다시 업로드해 주세요.'],
  signed_out: ['로그인이 만료되었습니다.', '로그인한 뒤 다시 시도해 주세요.'],
  server: ['지금은 서버가 요청을 처리하지 못했습니다.', '잠시 후 다시 시도해 주세요.'],
  variants_failed: [
    '이미지는 저장되었지만 작은 크기의 이미지를 만들지 못했습니다.',
    '사이트 운영자에게 다시 만들어 달라고 요청해 주세요.',
  ],
  still_processing: [
    '이미지는 저장되었지만 작은 크기의 이미지를 만드는 데 오래 걸리고 있습니다.',
    '나중에 다시 확인해 주세요. 내 이미지 목록에 나타납니다.',
  ],
  aborted: ['업로드가 취소되었습니다.', '필요하면 파일을 다시 업로드해 주세요.'],
  internal: [
    '페이지에 문제가 생겼습니다.',
    '다시 시도해 주세요. 페이지를 새로 고치면 도움이 될 수 있습니다.',
  ],
  rejected: ['업로드가 거부되었습니다.', '다른 파일로 시도해 주세요.'],
};

export const failureTexts = { en, ko } as const satisfies Record<
  Locale,
  Readonly<Record<UploadErrorCode, Text>>
>;
