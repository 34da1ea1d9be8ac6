export { SharpImageEngine, type ImageEngineOptions } from './image-engine.ts';
export { decoderDefaults, type DecoderPoolOptions } from './isolation/decoder-pool.ts';
export { sniffImage, sniffLength } from './sniff.ts';
export { fitInside, type Size } from './dimensions.ts';
export { animationBudget, pixelCaps } from './caps.ts';
export { allocatorEnvironment } from './sharp-setup.ts';
