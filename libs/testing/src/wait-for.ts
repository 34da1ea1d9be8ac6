export { waitFor, type WaitOptions } from '@darkroom/local-stack';
