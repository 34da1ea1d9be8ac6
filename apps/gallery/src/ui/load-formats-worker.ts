/// <reference lib="webworker" />
import { formatDateTime } from './format.ts';

self.addEventListener('message', ({ data: locale }: MessageEvent<string>) => {
  new Intl.NumberFormat(locale, { style: 'unit', unit: 'byte' }).format(1);
  formatDateTime(new Date().toISOString(), locale);
  self.close();
});
