type Rule = readonly [RegExp, (...parts: string[]) => string];

/** What the workers note about an image. Errors of programs stay as they are: they are for who looks after them. */
const rules: readonly Rule[] = [
  [
    /^of (\d+) frames only the first was kept/,
    (frames = '') => `프레임 ${frames}개 중 첫 번째만 남겼습니다. 애니메이션이 한도를 넘습니다`,
  ],
  [/^(EXIF|XMP|IPTC) cannot be read/, (block = '') => `${block}를 읽을 수 없습니다`],
  [/^(XMP|IPTC) is longer than is read/, (block = '') => `${block}가 너무 깁니다`],
  [/^EXIF (.+) is damaged$/, (tag = '') => `EXIF ${tag}가 손상되었습니다`],
  [/^EXIF is there, but nothing in it can be read/, () => 'EXIF에서 읽을 수 있는 내용이 없습니다'],
  [/^EXIF points at camera data/, () => 'EXIF의 카메라 정보를 읽을 수 없습니다'],
  [/^EXIF points at a position/, () => 'EXIF의 위치를 읽을 수 없습니다'],
];

export function koTimelineNote(english: string): string {
  for (const [pattern, translate] of rules) {
    const match = pattern.exec(english);
    if (match !== null) return translate(...match.slice(1));
  }
  return english;
}
